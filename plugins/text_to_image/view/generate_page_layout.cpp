// SPDX-License-Identifier: Apache-2.0
// Where everything of the page stands, and who listens to whom.
#include "plugins/text_to_image/view/generate_page.h"

#include "plugins/text_to_image/view/generate_state.h"
#include "plugins/text_to_image/view/model_chip.h"
#include "plugins/text_to_image/view/model_facts.h"
#include "plugins/text_to_image/view/prompt_bar.h"
#include "plugins/text_to_image/view/sample_grid.h"
#include "widgets/busy_strip.h"
#include "widgets/error_card.h"
#include "widgets/plain_editor.h"

#include <QDrag>
#include <QEvent>
#include <QHBoxLayout>
#include <QLabel>
#include <QMimeData>
#include <QPushButton>
#include <QScrollArea>
#include <QStackedWidget>
#include <QTabBar>
#include <QVBoxLayout>

namespace orrery::text_to_image {

void GeneratePage::makeLayout()
{
    m_tabs = new QTabBar(this);
    m_tabs->setObjectName(QStringLiteral("generateTabs"));
    m_tabs->setAccessibleName(tr("Views of the pictures"));
    m_tabs->setExpanding(false);
    m_tabs->setDrawBase(false);
    m_tabs->setUsesScrollButtons(false);
    m_tabs->addTab(tr("Pictures"));
    m_modelChip = new ModelChip(host(), *m_state, *m_facts, this);

    m_prompt = new PromptBar(*m_state, *m_facts, this);
    m_error = new ErrorCard(this);
    m_busy = new BusyStrip(tr("Drawing…"), this);
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
    m_stage->addWidget(m_scroll);
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
    picturesColumn->addWidget(m_error);
    picturesColumn->addWidget(m_stage, 1);
    picturesColumn->addWidget(m_status);
    picturesColumn->addWidget(m_busy);

    m_stack = new QStackedWidget(this);
    m_stack->addWidget(pictures);

    auto *head = new QHBoxLayout;
    head->addWidget(m_tabs, 1);
    head->addWidget(m_modelChip);
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(16, 12, 16, 12);
    column->setSpacing(10);
    column->addLayout(head);
    column->addWidget(m_prompt);
    column->addWidget(m_stack, 1);
}

void GeneratePage::connectParts()
{
    connect(m_tabs, &QTabBar::currentChanged, this, [this](int index) { m_stack->setCurrentIndex(index); });
    connect(m_state, &GenerateState::parametersChanged, this, [this] {
        showWhat();
        schedule(m_prompt->text()->hasFocus() ? 900 : 250);
    });
    connect(m_prompt, &PromptBar::drawClicked, this, &GeneratePage::drawClicked);
    connect(m_prompt, &PromptBar::stopClicked, this, [this] { cancel(); });
    connect(m_prompt, &PromptBar::diceClicked, this, &GeneratePage::roll);
    connect(m_sampler, &Sampler::changed, this, &GeneratePage::showDrawing);
    connect(m_sampler, &Sampler::finished, this, [this] {
        keep(m_sampler->drawing());
        showDrawing();
    });
    connect(m_sampler, &Sampler::failed, this, &GeneratePage::showError);
    connect(m_sampler, &Sampler::pendingChanged, this, [this](bool pending) {
        m_busy->setBusy(pending);
        m_prompt->setDrawing(pending);
        showDrawing();
    });
    connect(m_sampler, &Sampler::progressed, m_busy, &BusyStrip::setProgress);
    connect(m_busy, &BusyStrip::cancelClicked, this, [this] { cancel(); });
    connect(m_facts, &ModelFacts::described, this, [this] { showDrawing(); });
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
