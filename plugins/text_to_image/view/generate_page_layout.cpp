// SPDX-License-Identifier: Apache-2.0
// Where everything of the page stands, and who listens to whom.
#include "plugins/text_to_image/view/generate_page.h"

#include "plugins/text_to_image/view/audit_view.h"
#include "plugins/text_to_image/view/detail_view.h"
#include "plugins/text_to_image/view/duel_view.h"
#include "plugins/text_to_image/view/failures.h"
#include "plugins/text_to_image/view/generate_state.h"
#include "plugins/text_to_image/view/mask_pad.h"
#include "plugins/text_to_image/view/model_facts.h"
#include "plugins/text_to_image/view/prompt_bar.h"
#include "plugins/text_to_image/view/queue_view.h"
#include "plugins/text_to_image/view/sample_grid.h"
#include "plugins/text_to_image/view/start_strip.h"
#include "widgets/busy_strip.h"
#include "widgets/error_card.h"
#include "widgets/failure_cards.h"
#include "widgets/plain_editor.h"

#include <QEvent>
#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QScrollArea>
#include <QStackedWidget>
#include <QTabBar>
#include <QVBoxLayout>

namespace orrery::text_to_image {

namespace {
constexpr int kChangeDelayMs = 250; // a slider that is being dragged
constexpr int kTypingDelayMs = 900; // a word that is being typed
} // namespace

void GeneratePage::makeLayout()
{
    m_tabs = new QTabBar(this);
    m_tabs->setObjectName(QStringLiteral("generateTabs"));
    m_tabs->setAccessibleName(tr("Views of the pictures"));
    m_tabs->setExpanding(false);
    m_tabs->setDrawBase(false);
    m_tabs->setUsesScrollButtons(false);
    for (const QString &title : {tr("Pictures"), tr("Duel"), tr("Audit"), tr("Queue"), tr("Where it fails")})
        m_tabs->addTab(title);
    m_tabs->setTabToolTip(Duel, tr("The same noise, without guidance, classifier-free and by CLIP"));
    m_tabs->setTabToolTip(Audit, tr("Your own order of the pictures against CLIP's"));
    m_tabs->setTabToolTip(Queue, tr("Prompts that are drawn one after the other"));
    m_tabs->setTabToolTip(Failures, tr("Three prepared failures, and why they happen"));

    m_prompt = new PromptBar(*m_state, *m_facts, this);
    m_start = new StartStrip(*m_state, this);
    m_story = new QLabel(this);
    m_story->setObjectName(QStringLiteral("story"));
    m_story->setTextFormat(Qt::PlainText);
    m_story->setWordWrap(true);
    m_story->hide();
    m_error = new ErrorCard(this);
    m_busy = new BusyStrip(tr("Drawing…"), this);
    m_busy->setObjectName(QStringLiteral("drawingBusy"));
    m_grid = new SampleGrid(this);
    m_scroll = new QScrollArea(this);
    m_scroll->setWidgetResizable(true);
    m_scroll->setFocusPolicy(Qt::NoFocus);
    m_scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_scroll->setWidget(m_grid);
    m_scroll->viewport()->installEventFilter(this);
    m_noPrompt = new EmptyState(tr("Say what to draw, with words or with the chips."), this);
    m_noPrompt->addButton(tr("Draw “%1”").arg(GenerateState::firstPrompt()), [this] {
        m_state->edit(tr("Draw the example"), [](Parameters &p) { p.prompt = GenerateState::firstPrompt(); });
        draw();
    });
    m_noModel = new EmptyState(tr("The model that draws this way is not installed."), this);
    m_noModel->addButton(tr("Models"), [this] { host().showPage(QStringLiteral("models")); });
    m_otherMethod = m_noModel->addButton(tr("Draw the other way"), [this] {
        m_state->edit(tr("Draw the other way"), [](Parameters &p) {
            p.method = p.method == generate::Method::Tokens ? generate::Method::Diffusion : generate::Method::Tokens;
            p.model.clear();
        });
        draw();
    });
    m_stage = new QStackedWidget(this);
    m_detail = new DetailView(host(), this);
    m_stage->addWidget(m_scroll);
    m_stage->addWidget(m_detail);
    m_maskPad = new MaskPad(this);
    m_stage->addWidget(m_maskPad);
    m_stage->addWidget(m_noPrompt);
    m_stage->addWidget(m_noModel);
    m_status = new QLabel(this);
    m_status->setProperty("look", QStringLiteral("caption"));
    m_status->setTextFormat(Qt::PlainText);
    m_status->setWordWrap(true);
    m_status->hide();

    auto *pictures = new QWidget(this);
    auto *picturesColumn = new QVBoxLayout(pictures);
    picturesColumn->setContentsMargins(0, 0, 0, 0);
    picturesColumn->setSpacing(8);
    picturesColumn->addWidget(m_start);
    picturesColumn->addWidget(m_story);
    picturesColumn->addWidget(m_error);
    picturesColumn->addWidget(m_stage, 1);
    picturesColumn->addWidget(m_status);
    picturesColumn->addWidget(m_busy);

    m_duel = new DuelView(host(), *m_state, *m_facts, this);
    m_audit = new AuditView(*m_state, this);
    m_queue = new PromptQueue(host(), this);
    m_queueView = new QueueView(*m_state, *m_queue, this);
    QList<FailureCard> cards;
    for (const PreparedFailure &failure : preparedFailures())
        cards.append({failure.id, failure.title, failure.why, {}});
    m_failures = new FailureCards(
        tr("Three things these models get wrong, and why. Knowing them is worth more than their scores."), cards, this);
    m_stack = new QStackedWidget(this);
    for (QWidget *part : {pictures, static_cast<QWidget *>(m_duel), static_cast<QWidget *>(m_audit),
                          static_cast<QWidget *>(m_queueView), static_cast<QWidget *>(m_failures)})
        m_stack->addWidget(part);

    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(16, 12, 16, 12);
    column->setSpacing(10);
    column->addWidget(m_tabs);
    column->addWidget(m_prompt);
    column->addWidget(m_stack, 1);
}

void GeneratePage::connectParts()
{
    connect(m_tabs, &QTabBar::currentChanged, this, &GeneratePage::showPartNow);
    connect(&host().theme(), &Theme::changed, this, &GeneratePage::showChips);
    connect(m_failures, &FailureCards::chosen, this, [this](int index) { showFailure(preparedFailures()[index]); });
    connect(m_start, &StartStrip::paintWanted, this, &GeneratePage::paintOver);
    connect(m_maskPad, &MaskPad::finished, this, &GeneratePage::finishMask);
    connect(m_maskPad, &MaskPad::cancelled, this, [this] {
        m_painting = false;
        showWhat();
    });
    connect(m_queueView, &QueueView::opened, this, [this](quint64 id) {
        const PromptQueue::Entry *entry = m_queue->find(id);
        if (!entry)
            return;
        const PromptQueue::Entry wanted = *entry;
        keep(wanted.drawing);
        m_state->setParameters(wanted.parameters, tr("Show pictures of the queue"));
        closeDetail();
        showPart(Pictures);
        draw();
    });
    connect(m_prompt, &PromptBar::queueWanted, this, &GeneratePage::addToQueue);
    connect(m_state, &GenerateState::parametersChanged, this, [this] {
        if (m_state->parameters().prompt != m_failing) {
            m_failing.clear();
            m_story->hide();
        }
        showWhat();
        schedule(m_prompt->text()->hasFocus() ? kTypingDelayMs : kChangeDelayMs);
    });
    connect(m_prompt, &PromptBar::drawClicked, this, &GeneratePage::drawClicked);
    connect(m_prompt, &PromptBar::stopClicked, this, [this] { cancel(); });
    connect(m_prompt, &PromptBar::diceClicked, this, &GeneratePage::roll);
    connect(m_grid, &SampleGrid::opened, this, &GeneratePage::openDetail);
    connect(m_grid, &SampleGrid::dragWanted, this, &GeneratePage::startDrag);
    connect(m_detail, &DetailView::closed, this, &GeneratePage::closeDetail);
    connect(m_sampler, &Sampler::changed, this, &GeneratePage::showDrawing);
    connect(m_sampler, &Sampler::finished, this, [this] {
        keep(m_sampler->drawing());
        showDrawing();
    });
    connect(m_sampler, &Sampler::failed, this, &GeneratePage::showError);
    connect(m_sampler, &Sampler::pendingChanged, this, [this](bool pending) {
        m_busy->setBusy(pending);
        m_audit->setBusy(pending);
        m_prompt->setDrawing(pending);
        showDrawing();
    });
    connect(m_sampler, &Sampler::progressed, m_busy, &BusyStrip::setProgress);
    connect(m_sampler, &Sampler::progressed, m_audit, &AuditView::setProgress);
    connect(m_audit, &AuditView::cancelClicked, this, [this] { cancel(); });
    connect(m_audit, &AuditView::drawWanted, this, &GeneratePage::draw);
    connect(m_busy, &BusyStrip::cancelClicked, this, [this] { cancel(); });
    connect(m_facts, &ModelFacts::described, this, [this] { showDrawing(); });
    connect(m_facts, &ModelFacts::promptRead, this, &GeneratePage::showStatus);
    connect(&host(), &PluginHost::modelCardsChanged, this, [this] {
        showWhat();
        schedule(0);
    });
    connect(&host(), &PluginHost::engineReady, this, [this] {
        if (const auto &state = host().engineState(); state && !*state)
            showError(state->error());
    });
}

bool GeneratePage::eventFilter(QObject *object, QEvent *event)
{
    if (object == m_scroll->viewport() && event->type() == QEvent::Resize)
        m_grid->setRoom(m_scroll->viewport()->size());
    return Page::eventFilter(object, event);
}

} // namespace orrery::text_to_image
