// SPDX-License-Identifier: Apache-2.0
#include "plugins/zero_shot/view/classify_page.h"

#include "plugins/zero_shot/view/batch_ranker.h"
#include "plugins/zero_shot/view/classify_inspector.h"
#include "plugins/zero_shot/view/classify_play.h"
#include "plugins/zero_shot/view/classify_state.h"
#include "plugins/zero_shot/view/failures_view.h"
#include "plugins/zero_shot/view/filmstrip.h"
#include "plugins/zero_shot/view/label_editor.h"
#include "plugins/zero_shot/view/label_lists.h"
#include "plugins/zero_shot/view/matrix_part.h"
#include "plugins/zero_shot/view/picture_panel.h"
#include "plugins/zero_shot/view/rank_view.h"
#include "plugins/zero_shot/view/ranker.h"
#include "plugins/zero_shot/view/ranking_export.h"
#include "plugins/zero_shot/view/vary_view.h"
#include "widgets/busy_strip.h"
#include "widgets/ranking/ranked_panel.h"
#include "widgets/sketch/sketch_pad.h"

#include <QEvent>
#include <QHBoxLayout>
#include <QJsonArray>
#include <QSplitter>
#include <QStackedWidget>
#include <QTabBar>
#include <QTimer>
#include <QVBoxLayout>

namespace orrery::zero_shot {

namespace {
// The share of every prompt costs a row of numbers for each label; beyond this nobody reads them.
constexpr qsizetype kVotesUpTo = 2000;
} // namespace

ClassifyPage::ClassifyPage(PluginHost &host, QWidget *parent)

    : Page(host, parent), m_play(std::make_unique<ClassifyPlay>(*this)),
      m_state(new ClassifyState(host.workspace(), this)), m_lists(new LabelLists(host, this)),
      m_ranker(new Ranker(host, QStringLiteral("zero_shot.rank"), this)), m_batch(new BatchRanker(host, this)),
      m_tabs(new QTabBar(this)), m_stack(new QStackedWidget(this)), m_pictures(nullptr), m_labels(nullptr),
      m_rankView(nullptr), m_filmstrip(nullptr), m_vary(nullptr), m_matrix(nullptr), m_failures(nullptr),
      m_left(nullptr)
{
    m_state->setDefaultLabels(m_lists->everyday());
    makeLayout();
    makeCommands();

    connect(m_pictures, &PicturePanel::currentChanged, this, [this](bool live) {
        if (!live)
            shareLeft();
        showTrueLabel();
        rank(live);
    });
    connect(&host.workspace(), &Workspace::selectionChanged, this, [this](const Selection &selection) {
        m_rankView->setStory({}, {});
        if (selection.items != m_others) // walking through them asks for nothing new
            rankOthers();
    });
    const auto rankAll = [this] {
        rank(false);
        rankOthers();
    };
    connect(m_state, &ClassifyState::labelsChanged, this, rankAll);
    connect(m_state, &ClassifyState::templatesChanged, this, rankAll);
    connect(m_state, &ClassifyState::scoringChanged, this, rankAll);
    connect(&host, &PluginHost::currentModelChanged, this, rankAll);
    connect(&host, &PluginHost::engineReady, this, [this] {
        if (const auto &state = this->host().engineState(); state && !*state)
            showError(state->error());
    });
    connect(m_ranker, &Ranker::answered, this, &ClassifyPage::showAnswer);
    connect(m_ranker, &Ranker::failed, this, &ClassifyPage::showError);
    connect(m_ranker, &Ranker::pendingChanged, m_rankView, &RankView::setPending);
    connect(m_rankView, &RankView::rankWanted, this, [this] { rank(false); });
    connect(m_ranker, &Ranker::progressed, m_rankView->busy(), &BusyStrip::setProgress);
    connect(m_rankView->busy(), &BusyStrip::cancelClicked, this, [this] { cancel(); });
    connect(m_rankView, &RankView::everydayNamesWanted, this,
            [this] { m_state->setLabels(m_lists->everyday(), tr("Use the everyday names")); });
    connect(m_rankView, &RankView::foxWanted, this, [this] {
        m_pictures->setSketching(false);
        m_pictures->openExample(QStringLiteral("fox"));
    });
    connect(m_rankView, &RankView::otherModelsWanted, this,
            [this] { this->host().showPage(QStringLiteral("models")); });
    connect(m_rankView->panel(), &RankedPanel::trueLabelChosen, this, &ClassifyPage::tick);
    connect(m_rankView->panel(), &RankedPanel::replacementChosen, m_labels, &LabelEditor::replaceWord);
    connect(m_failures, &FailuresView::chosen, this, &ClassifyPage::showFailure);
    connect(m_matrix, &MatrixPart::examplesWanted, this, [this] {
        Dropped found;
        for (const QString &name : m_pictures->examples()) {
            Item item = fileItem(m_pictures->examplePath(name));
            item.name = name;
            item.picture = QImage(item.path);
            found.items.append(item);
        }
        m_pictures->addAll(found, tr("Open the examples"));
        rank(false);
    });
    connect(m_tabs, &QTabBar::currentChanged, this, [this](int index) {
        m_stack->setCurrentIndex(index);
        rank(false);
    });

    // The first thing anybody sees: a fox, ranked. It is not a change that undo could take away.
    Workspace &workspace = host.workspace();
    if (workspace.items().isEmpty() && workspace.undoStack().count() == 0) {
        m_pictures->openExample(QStringLiteral("fox"));
        workspace.undoStack().clear();
    }
    showTrueLabel();
    rank(false);
}

void ClassifyPage::makeLayout()
{
    m_tabs->setObjectName(QStringLiteral("classifyTabs"));
    m_tabs->setAccessibleName(tr("Views of the classifier"));
    m_tabs->setExpanding(false);
    m_tabs->setDrawBase(false);
    m_tabs->addTab(tr("Rank"));
    m_tabs->addTab(tr("Vary"));
    m_tabs->addTab(tr("Matrix"));
    m_tabs->addTab(tr("Where it fails"));
    m_tabs->setTabToolTip(Vary, tr("The same picture mirrored, grey, sketched, turned, half covered"));
    m_tabs->setTabToolTip(Matrix, tr("Each picture with each name"));
    m_tabs->setTabToolTip(Failures, tr("Three prepared failures, and why they happen"));

    m_pictures = new PicturePanel(host(), this);
    m_labels = new LabelEditor(*m_state, *m_lists, this);
    m_rankView = new RankView(this);
    m_filmstrip = new Filmstrip(host(), *m_batch, this);
    m_vary = new VaryView(host(), this);
    m_matrix = new MatrixPart(host(), this);
    m_failures = new FailuresView(host().resourceFolder(), this);

    m_left = new QSplitter(Qt::Vertical, this);
    m_left->setChildrenCollapsible(false);
    m_left->setHandleWidth(8);
    m_left->addWidget(m_pictures);
    m_left->addWidget(m_labels);
    m_left->setMinimumWidth(host().theme().px(232));
    connect(m_left, &QSplitter::splitterMoved, this, [this] { m_leftMoved = true; });

    auto *rankPage = new QWidget(this);
    auto *rankColumn = new QVBoxLayout(rankPage);
    rankColumn->setContentsMargins(0, 0, 0, 0);
    rankColumn->setSpacing(8);
    rankColumn->addWidget(m_rankView, 1);
    rankColumn->addWidget(m_filmstrip);
    m_stack->addWidget(rankPage);
    m_stack->addWidget(m_vary);
    m_stack->addWidget(m_matrix);
    m_stack->addWidget(m_failures);

    auto *right = new QWidget(this);
    auto *rightColumn = new QVBoxLayout(right);
    rightColumn->setContentsMargins(0, 0, 0, 0);
    rightColumn->setSpacing(8);
    auto *head = new QHBoxLayout;
    head->addWidget(m_tabs, 1);
    head->addWidget(makeExportButton());
    rightColumn->addLayout(head);
    rightColumn->addWidget(m_stack, 1);

    auto *split = new QSplitter(Qt::Horizontal, this);
    split->setChildrenCollapsible(false);
    split->setHandleWidth(16);
    split->addWidget(m_left);
    split->addWidget(right);
    split->setStretchFactor(0, 38);
    split->setStretchFactor(1, 62);
    split->setSizes({320, 540});
    for (QSplitter *splitter : {m_left, split})
        splitter->setStyleSheet(QStringLiteral("QSplitter::handle { background: transparent; }"));
    m_left->installEventFilter(this);
    auto *row = new QHBoxLayout(this);
    row->setContentsMargins(16, 12, 16, 12);
    row->addWidget(split);
}

void ClassifyPage::shareLeft()
{
    // A square picture with its buttons; the names get the rest, until somebody moves the border.
    if (m_leftMoved)
        return;
    const int height = m_left->height();
    const int extra = host().theme().px(m_pictures->isSketching() ? 160 : 76);
    const int picture = std::min(m_left->width() + extra, height * (m_pictures->isSketching() ? 70 : 60) / 100);
    m_left->setSizes({picture, height - picture});
}

bool ClassifyPage::eventFilter(QObject *object, QEvent *event)
{
    if (object == m_left && event->type() == QEvent::Resize)
        QTimer::singleShot(0, this, &ClassifyPage::shareLeft); // when its own layout is done
    return Page::eventFilter(object, event);
}

QWidget *ClassifyPage::createInspector(QWidget *parent)
{
    m_inspector = new ClassifyInspector(host(), *m_state, parent);
    connect(m_inspector, &ClassifyInspector::trueLabelChosen, this, &ClassifyPage::tick);
    showVotes();
    showTrueLabel();
    rank(false); // now the votes of each prompt are wanted, too
    return m_inspector;
}

ClassifyInspector *ClassifyPage::inspector()
{
    return m_inspector;
}

QString ClassifyPage::dropText(const QList<ItemKind> &kinds) const
{
    const auto has = [&](ItemKind kind) { return kinds.contains(kind); };
    if (has(ItemKind::Picture) || has(ItemKind::Sample))
        return tr("Classify");
    return has(ItemKind::Text) ? tr("Use as names") : QString();
}

void ClassifyPage::take(const QList<ItemId> &ids)
{
    QStringList texts;
    bool pictures = false;
    const QList<Item> items = host().workspace().items(ids);
    for (const Item &item : items) {
        pictures = pictures || item.hasPicture();
        if (item.kind == ItemKind::Text)
            texts.append(item.text);
    }
    // A ranking that this page exported is not a picture to rank: it is put back.
    if (items.size() == 1 && pictures && restore(recipeOf(items.front()))) {
        host().workspace().remove(ids);
        return;
    }
    if (pictures) {
        if (part() == Failures)
            showPart(Rank);
        m_pictures->setSketching(false);
    } else if (!texts.isEmpty()) {
        m_state->setLabels(parseLabels(texts.join(u'\n')).labels, tr("Use dropped words as names"));
    }
}

void ClassifyPage::focusPrompt()
{
    m_labels->focusText();
}

bool ClassifyPage::cancel()
{
    const bool ranking = m_ranker->cancel();
    const bool batch = m_batch->cancel();
    const bool vary = m_vary->cancel();
    const bool matrix = m_matrix->cancel();
    return ranking || batch || vary || matrix;
}

void ClassifyPage::shown()
{
    if (!m_ranker->answer() && !m_ranker->isPending())
        rank(false);
}

void ClassifyPage::showPart(Part part)
{
    m_tabs->setCurrentIndex(part);
}

ClassifyPage::Part ClassifyPage::part() const
{
    return static_cast<Part>(m_tabs->currentIndex());
}

Question ClassifyPage::question() const
{
    Question question;
    question.item = m_pictures->current();
    question.labels = m_state->labels();
    question.templates = m_state->templates();
    question.scoring = m_state->scoring();
    question.temperature = m_state->temperature();
    return question;
}

void ClassifyPage::rank(bool live)
{
    if (m_settingUp)
        return;
    const Question asked = question();
    const bool blank = m_pictures->isSketching() && m_pictures->pad()->canvas()->isBlank();
    if (asked.labels.isEmpty() || blank || (asked.item.path.isEmpty() && asked.item.picture.isNull())) {
        m_ranker->clear();
        m_labels->setUnknownWords({});
        m_rankView->showNothing(asked.labels.isEmpty() ? RankView::Nothing::Labels
                                : blank                ? RankView::Nothing::Drawing
                                                       : RankView::Nothing::Picture);
        return;
    }
    if (host().currentModel().isEmpty()) {
        m_ranker->clear();
        showError({ErrorCode::NotFound, tr("No model that knows pictures and words is installed.").toStdString(), {}});
        return;
    }
    m_ranker->setPerTemplate(m_inspector && !live && asked.labels.size() <= kVotesUpTo);
    m_ranker->ask(asked, live);
    if (part() == Vary && !live)
        m_vary->ask(asked);
    if (part() == Matrix && !live) {
        QStringList best;
        if (m_ranker->answer())
            for (const RankedEntry &entry : m_ranker->answer()->ranking.entries.mid(0, MatrixPart::kMostTexts + 1))
                if (asked.labels.contains(entry.label))
                    best.append(entry.label);
        m_matrix->ask(asked, best);
    }
}

void ClassifyPage::rankOthers()
{
    m_others = host().workspace().selection().items;
    QList<Item> pictures;
    for (const Item &item : host().workspace().items(m_others))
        if (item.hasPicture())
            pictures.append(item);
    if (pictures.size() > 1)
        m_batch->start(pictures, question());
    else
        m_batch->cancel();
}

void ClassifyPage::showAnswer()
{
    const Answer &answer = *m_ranker->answer();
    m_rankView->showAnswer(answer);
    m_labels->setUnknownWords(answer.unknownWords);
    showVotes();
    if (!m_started && !answer.ranking.isEmpty()) {
        m_started = true;
        Q_EMIT firstResult();
    }
}

void ClassifyPage::showVotes()
{
    if (!m_inspector || !m_ranker->answer())
        return;
    Answer answer = *m_ranker->answer();
    if (answer.prompts.isEmpty())
        answer.prompts = m_lists->ownTemplates();
    m_inspector->setAnswer(answer);
}

void ClassifyPage::showError(const Error &error)
{
    switch (error.code) {
    case ErrorCode::NotFound:
    case ErrorCode::ModelFile:
        m_rankView->showError(error, tr("Models"), [this] { host().showPage(QStringLiteral("models")); });
        break;
    case ErrorCode::OutOfMemory:
        m_rankView->showError(error, tr("Settings"), [this] { host().showPage(QStringLiteral("settings")); });
        break;
    default:
        m_rankView->showError(error, tr("Try again"), [this] { rank(false); });
    }
}

void ClassifyPage::tick(const QString &label)
{
    Item item = host().workspace().item(m_pictures->current().id);
    if (item.isNull() || item.trueLabel == label)
        return;
    item.trueLabel = label;
    host().workspace().update(item, label.isEmpty() ? tr("Take the tick away") : tr("Tick “%1”").arg(label));
    showTrueLabel();
}

void ClassifyPage::showTrueLabel()
{
    const QString label = m_pictures->current().trueLabel;
    m_rankView->setTrueLabel(label);
    if (m_inspector)
        m_inspector->setTrueLabel(label);
}

} // namespace orrery::zero_shot
