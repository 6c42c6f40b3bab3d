// SPDX-License-Identifier: Apache-2.0
// Where everything of the page stands, and who listens to whom.
#include "plugins/embedding_map/view/map_page.h"

#include "plugins/embedding_map/view/collection_bar.h"
#include "plugins/embedding_map/view/failures_view.h"
#include "plugins/embedding_map/view/guests.h"
#include "plugins/embedding_map/view/layer_maps.h"
#include "plugins/embedding_map/view/layer_strip.h"
#include "plugins/embedding_map/view/live_trail.h"
#include "plugins/embedding_map/view/map_inspector.h"
#include "plugins/embedding_map/view/map_maker.h"
#include "plugins/embedding_map/view/map_selection.h"
#include "plugins/embedding_map/view/map_state.h"
#include "plugins/embedding_map/view/neighbours_view.h"
#include "plugins/embedding_map/view/prompt_tint.h"
#include "plugins/embedding_map/view/quality_panel.h"
#include "plugins/embedding_map/view/run_list.h"
#include "plugins/embedding_map/view/run_strip.h"
#include "widgets/busy_strip.h"
#include "widgets/error_card.h"

#include <QComboBox>
#include <QHBoxLayout>
#include <QLabel>
#include <QMenu>
#include <QPushButton>
#include <QSplitter>
#include <QStackedWidget>
#include <QTabBar>
#include <QToolButton>
#include <QVBoxLayout>

namespace orrery::embedding_map {

namespace {
constexpr int kLowestWithStrip = 340; ///< of a presented page, that the strip of maps does not crowd
} // namespace

void MapPage::makeLayout()
{
    m_tabs = new QTabBar(this);
    m_tabs->setObjectName(QStringLiteral("mapTabs"));
    m_tabs->setAccessibleName(tr("Views of the map"));
    m_tabs->setExpanding(false);
    m_tabs->setDrawBase(false);
    for (const QString &title : {tr("Map"), tr("Compare"), tr("Layers"), tr("Where it fails")})
        m_tabs->addTab(title);
    m_tabs->setTabToolTip(Compare, tr("Two maps of the same points, side by side"));
    m_tabs->setTabToolTip(Failures, tr("Three prepared failures, and why they happen"));

    m_bar = new CollectionBar(this);
    m_view = new ScatterView(this);
    m_view->setObjectName(QStringLiteral("scatter"));
    m_view->setAccessibleName(tr("Map"));
    m_trail = new LiveTrail(m_view);
    m_besideView = new ScatterView(this);
    m_besideView->setObjectName(QStringLiteral("besideScatter"));
    m_besideView->setAccessibleName(tr("Map beside"));
    m_view->setCompanion(m_besideView);
    m_besideView->setCompanion(m_view);
    m_besideView->setLegendShown(false); // the colours are the same
    for (ScatterView *view : {m_view, m_besideView}) {
        view->installEventFilter(this);
        view->setMinimumSize(160, 160);
    }
    m_heading = new QLabel(this);
    m_heading->setTextFormat(Qt::PlainText);
    m_heading->setProperty("look", QStringLiteral("caption"));
    m_heading->setWordWrap(true);
    m_heading->setAlignment(Qt::AlignLeft | Qt::AlignTop);
    auto *besideHead = m_besideHead = new QWidget(this);
    m_besideChoice = new QComboBox(besideHead);
    m_besideChoice->setObjectName(QStringLiteral("beside"));
    m_besideChoice->setAccessibleName(tr("Map beside"));
    m_besideChoice->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    m_besideChoice->setMinimumContentsLength(14);
    m_besideNumbers = new QLabel(besideHead);
    m_besideNumbers->setProperty("look", QStringLiteral("caption"));
    m_besideNumbers->setWordWrap(true);
    auto *besideColumn = new QVBoxLayout(besideHead);
    besideColumn->setContentsMargins(0, 0, 0, 0);
    besideColumn->setSpacing(2);
    besideColumn->addWidget(m_besideChoice);
    besideColumn->addWidget(m_besideNumbers);
    besideColumn->addStretch(1);
    for (QWidget *head : {static_cast<QWidget *>(m_heading), m_besideHead})
        head->installEventFilter(this);

    m_split = new QSplitter(Qt::Horizontal, this);
    m_split->setChildrenCollapsible(false);
    m_split->setHandleWidth(12);
    m_split->setStyleSheet(QStringLiteral("QSplitter::handle { background: transparent; }"));
    m_split->addWidget(makePanel(m_view, m_heading));
    m_besidePanel = makePanel(m_besideView, besideHead);
    m_split->addWidget(m_besidePanel);
    m_split->setSizes({500, 500});
    m_besidePanel->hide();
    m_heading->hide();

    m_layerStrip = new LayerStrip(this);
    m_layerStrip->hide();
    m_layerStrip->slider()->installEventFilter(this);
    m_story = new QLabel(this);
    m_story->setWordWrap(true);
    m_story->setTextFormat(Qt::PlainText);
    m_story->setObjectName(QStringLiteral("story"));
    m_story->hide();
    m_error = new ErrorCard(this);
    m_busy = new BusyStrip(tr("Making the map…"), this);
    m_runStrip = new RunStrip(this);
    m_empty = new EmptyState(tr("A map lays out a collection so that what is alike lies together."), this);
    m_empty->addButton(tr("Show me the drawings"), [this] { openCollection(QStringLiteral("drawings")); });
    m_empty->addButton(tr("Open a file…"), [this] { chooseFile(); });
    m_failures = new FailuresView(this);

    auto *mapPart = new QWidget(this);
    auto *column = new QVBoxLayout(mapPart);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(6);
    column->addWidget(m_bar);
    column->addWidget(m_error);
    column->addWidget(m_story);
    column->addWidget(m_split, 1);
    column->addWidget(m_empty, 1);
    column->addWidget(m_layerStrip);
    column->addWidget(makeLiveBar());
    column->addWidget(makeSelectionBar());
    column->addWidget(m_busy);
    column->addWidget(m_runStrip);
    m_empty->hide();
    m_stack = new QStackedWidget(this);
    m_stack->addWidget(mapPart);
    m_stack->addWidget(m_failures);

    auto *head = new QHBoxLayout;
    head->setSpacing(4);
    head->addWidget(m_tabs, 1);
    m_tools = makeTools();
    head->addWidget(m_tools);
    head->addWidget(makeExportButton());
    auto *page = new QVBoxLayout(this);
    page->setContentsMargins(16, 12, 16, 12);
    page->setSpacing(8);
    page->addLayout(head);
    page->addWidget(m_stack, 1);
    connectParts();
}

QWidget *MapPage::makePanel(ScatterView *view, QWidget *heading)
{
    auto *panel = new QWidget(this);
    auto *column = new QVBoxLayout(panel);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(4);
    column->addWidget(heading);
    column->addWidget(view, 1);
    return panel;
}

QWidget *MapPage::makeTools()
{
    auto *box = new QWidget(this);
    auto *row = new QHBoxLayout(box);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(2);
    struct Tool
    {
        const char *name;
        QString text;
        QString help;
        ScatterView::Tool tool;
    };
    const Tool tools[] = {
        {"pan", tr("Move"), tr("Drag moves the map, the wheel zooms; Shift drags a box"), ScatterView::Tool::Pan},
        {"lasso", tr("Lasso"), tr("Draw around points to select them"), ScatterView::Tool::Lasso},
        {"box", tr("Box"), tr("Drag a box around points to select them"), ScatterView::Tool::Box},
    };
    QList<QToolButton *> buttons;
    for (const Tool &tool : tools) {
        auto *button = new QToolButton(box);
        button->setObjectName(QLatin1String(tool.name));
        button->setText(tool.text);
        button->setToolTip(tool.help);
        button->setCheckable(true);
        button->setAutoExclusive(true);
        button->setChecked(tool.tool == ScatterView::Tool::Pan);
        button->setFocusPolicy(Qt::StrongFocus);
        connect(button, &QToolButton::clicked, this, [this, chosen = tool.tool] {
            m_view->setTool(chosen);
            m_besideView->setTool(chosen);
        });
        row->addWidget(button);
        buttons.append(button);
    }
    auto *fit = new QToolButton(box);
    fit->setObjectName(QStringLiteral("fit"));
    fit->setText(tr("All"));
    fit->setToolTip(tr("All points in view"));
    fit->setFocusPolicy(Qt::StrongFocus);
    connect(fit, &QToolButton::clicked, this, [this] { m_view->fit(); });
    row->addWidget(fit);
    return box;
}

QWidget *MapPage::makeSelectionBar()
{
    m_selectionBar = new QWidget(this);
    m_selectionBar->setObjectName(QStringLiteral("selectionBar"));
    m_selectionText = new QLabel(m_selectionBar);
    m_selectionText->setTextFormat(Qt::PlainText);
    auto *row = new QHBoxLayout(m_selectionBar);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(8);
    row->addWidget(m_selectionText, 1);
    const auto add = [&](const QString &name, const QString &text, const QString &help, auto run) {
        auto *button = new QPushButton(text, m_selectionBar);
        button->setObjectName(name);
        button->setToolTip(help);
        button->setProperty("look", QStringLiteral("chip"));
        connect(button, &QPushButton::clicked, this, run);
        row->addWidget(button);
        return button;
    };
    add(QStringLiteral("lookAt"), tr("Look closer"), tr("The selected points in view"),
        [this] { m_view->lookAt(m_selection->rows(), host().theme().motion() ? 400 : 0); });
    m_gatherButton =
        add(QStringLiteral("gather"), tr("Gather"), tr("Put them into the tray, for all pages"), [this] { gather(); });
    m_sendButton = add(QStringLiteral("sendToClassify"), tr("Classify"), tr("Send them to the classifier"),
                       [this] { sendTo(QStringLiteral("orrery.zero-shot")); });
    add(QStringLiteral("clearSelection"), tr("Clear"), tr("Select nothing"),
        [this] { m_selection->selectRows({}, -1); });
    m_selectionBar->hide();
    return m_selectionBar;
}

QWidget *MapPage::makeExportButton()
{
    auto *button = new QToolButton(this);
    button->setObjectName(QStringLiteral("export"));
    button->setText(tr("Export"));
    button->setToolTip(tr("Save the map as PNG, SVG or CSV; each carries what made it"));
    button->setPopupMode(QToolButton::InstantPopup);
    button->setFocusPolicy(Qt::StrongFocus);
    auto *menu = new QMenu(button);
    menu->addAction(tr("Picture (PNG)…"), this, [this] { chooseExport(QStringLiteral("png"), tr("Picture (*.png)")); });
    menu->addAction(tr("Drawing (SVG)…"), this, [this] { chooseExport(QStringLiteral("svg"), tr("Drawing (*.svg)")); });
    menu->addAction(tr("Table (CSV)…"), this, [this] { chooseExport(QStringLiteral("csv"), tr("Table (*.csv)")); });
    button->setMenu(menu);
    // Before a class the tabs need the room; Ctrl+K still exports.
    const auto present = [this, button](bool on) {
        button->setVisible(!on);
        m_tools->setVisible(!on && part() != Failures);
    };
    connect(&host(), &PluginHost::presentingChanged, button, present);
    present(host().presenting()); // it may have begun before this page
    return button;
}

void MapPage::makeRoom()
{
    // Above a lesson on a small screen the map itself needs the room; Compare still offers the others.
    const Theme &theme = host().theme();
    m_runStrip->setVisible(!theme.presenting() || height() >= theme.px(kLowestWithStrip));
}

void MapPage::resizeEvent(QResizeEvent *event)
{
    Page::resizeEvent(event);
    makeRoom();
}

void MapPage::connectParts()
{
    connect(m_bar, &CollectionBar::collectionChosen, this, &MapPage::openCollection);
    connect(m_bar, &CollectionBar::fileWanted, this, &MapPage::chooseFile);
    connect(m_bar, &CollectionBar::folderWanted, this, &MapPage::chooseFolder);
    connect(m_bar, &CollectionBar::selectionWanted, this, &MapPage::openSelection);
    connect(m_bar, &CollectionBar::colourChosen, m_state, &MapState::setColour);
    connect(m_bar, &CollectionBar::wordsTyped, m_state, &MapState::setWords);

    connect(m_state, &MapState::collectionChanged, this, &MapPage::load);
    connect(m_state, &MapState::shownChanged, this, &MapPage::showRuns);
    connect(m_state, &MapState::parametersChanged, this, &MapPage::showMaking);
    connect(m_state, &MapState::colourChanged, this, &MapPage::showColours);
    connect(m_state, &MapState::wordsChanged, this, [this] {
        showWords();
        m_tint->setWords(m_state->words());
    });

    connect(m_shelf, &CollectionShelf::opened, this, &MapPage::showOpened);
    connect(m_shelf, &CollectionShelf::failed, this, &MapPage::showError);
    connect(m_shelf, &CollectionShelf::listChanged, this,
            [this] { m_bar->setSources(m_shelf->sources(), m_shelf->openId()); });
    connect(m_shelf, &CollectionShelf::loadingChanged, this, &MapPage::showBusy);
    connect(m_shelf, &CollectionShelf::progressed, m_busy, &BusyStrip::setProgress);
    connect(m_shelf, &CollectionShelf::layersLoaded, this, [this](const QList<RowLayer> &layers) {
        m_layersLoading = false;
        showBusy();
        if (const MapRun *run = shownRun(); run && !layers.isEmpty())
            m_layerMaps->make(m_shelf->collection(), layers, run->parameters, run->positions);
    });
    connect(m_maker, &MapMaker::runningChanged, this, &MapPage::showBusy);
    connect(m_maker, &MapMaker::runningChanged, this, &MapPage::showMaking);
    connect(m_maker, &MapMaker::runningChanged, this, &MapPage::showKnobs, Qt::QueuedConnection);
    connect(m_view, &ScatterView::knobReleased, this, [this](const QString &, double value) { tune(value); });
    connect(m_maker, &MapMaker::progressed, m_busy, &BusyStrip::setProgress);
    connect(m_maker, &MapMaker::moved, this, [this] { showPositions(host().theme().motion() ? 110 : 0); });
    connect(m_maker, &MapMaker::finished, this, &MapPage::keep);
    connect(m_maker, &MapMaker::failed, this, [this](const MapParameters &, const Error &error) {
        m_unfolding = false; // nothing follows a map that is not there: who waits for it would wait for ever
        m_rightWanted.reset();
        showError(error);
    });
    connect(m_runs, &RunList::changed, this, &MapPage::showMaking);
    connect(m_busy, &BusyStrip::cancelClicked, this, [this] { cancel(); });
    connect(m_runStrip, &RunStrip::chosen, this, &MapPage::showMap);
    connect(m_runStrip, &RunStrip::besideWanted, this, [this](const QString &key) {
        showBeside(key);
        showPart(Compare);
    });
    connect(m_runStrip, &RunStrip::deleteWanted, this, &MapPage::deleteMap);
    connect(m_besideChoice, &QComboBox::activated, this,
            [this](int index) { showBeside(m_besideChoice->itemData(index).toString()); });

    connect(m_tint, &PromptTint::changed, this, &MapPage::showColours);
    connect(m_tint, &PromptTint::changed, this, &MapPage::showMarks);
    connect(m_tint, &PromptTint::failed, this, &MapPage::showError);
    connect(m_guests, &Guests::changed, this, &MapPage::showMarks);
    connect(m_guests, &Guests::landed, this, &MapPage::land);
    connect(m_guests, &Guests::failed, this, &MapPage::showError);
    connect(m_selection, &MapSelection::changed, this, &MapPage::showSelection);
    for (ScatterView *view : {m_view, m_besideView}) {
        connect(view, &ScatterView::selectionMade, m_selection, &MapSelection::selectRows);
        connect(view, &ScatterView::activated, this, [this](std::int64_t row) {
            m_selection->selectRows({row}, row);
            sendTo(QStringLiteral("orrery.zero-shot"));
        });
    }

    connect(m_layerMaps, &LayerMaps::runningChanged, this, &MapPage::showBusy);
    connect(m_layerMaps, &LayerMaps::progressed, m_busy, &BusyStrip::setProgress);
    connect(m_layerMaps, &LayerMaps::failed, this, &MapPage::showError);
    connect(m_layerMaps, &LayerMaps::made, this, [this] { showLayer(); });
    connect(m_layerStrip, &LayerStrip::layerChanged, this, [this] { showPositions(0); });

    connect(m_failures, &FailuresView::chosen, this, &MapPage::showFailure);
    connect(m_tabs, &QTabBar::currentChanged, this, [this] { showPart(part()); });
    connect(&host().theme(), &Theme::changed, this, [this] {
        makeRoom();
        showMaking();
        showColours();
    });
}

} // namespace orrery::embedding_map
