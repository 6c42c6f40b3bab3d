// SPDX-License-Identifier: Apache-2.0
#include "plugins/embedding_map/view/map_page.h"

#include "plugins/embedding_map/view/collection_bar.h"
#include "plugins/embedding_map/view/failures_view.h"
#include "plugins/embedding_map/view/guests.h"
#include "plugins/embedding_map/view/layer_maps.h"
#include "plugins/embedding_map/view/layer_strip.h"
#include "plugins/embedding_map/view/live_guests.h"
#include "plugins/embedding_map/view/map_inspector.h"
#include "plugins/embedding_map/view/map_maker.h"
#include "plugins/embedding_map/view/map_play.h"
#include "plugins/embedding_map/view/map_selection.h"
#include "plugins/embedding_map/view/map_state.h"
#include "plugins/embedding_map/view/neighbours_view.h"
#include "plugins/embedding_map/view/prompt_tint.h"
#include "plugins/embedding_map/view/quality_panel.h"
#include "plugins/embedding_map/view/run_list.h"
#include "widgets/busy_strip.h"
#include "widgets/error_card.h"

#include <QKeyEvent>
#include <QLabel>
#include <QLineEdit>
#include <QSlider>
#include <QSplitter>
#include <QStackedWidget>
#include <QTabBar>
#include <QVBoxLayout>

namespace orrery::embedding_map {

namespace {

Sources allSources(PluginHost &host)
{
    Sources sources = builtInSources(host);
    for (auto &source : madeUpSources())
        sources.push_back(std::move(source));
    return sources;
}

} // namespace

MapPage::MapPage(PluginHost &host, QWidget *parent) : MapPage(host, allSources(host), parent) {}

MapPage::MapPage(PluginHost &host, Sources sources, QWidget *parent)
    : Page(host, parent), m_play(std::make_unique<MapPlay>(*this)), m_state(new MapState(host.workspace(), this)),
      m_shelf(new CollectionShelf(host, std::move(sources), this)), m_maker(new MapMaker(host, this)),
      m_runs(new RunList(this)), m_selection(new MapSelection(host, *m_state, this)),
      m_tint(new PromptTint(host, this)), m_guests(new Guests(host, this)), m_layerMaps(new LayerMaps(host, this)),
      m_live(new LiveGuests(host, this))
{
    makeLayout();
    makeCommands();
    m_tint->setWords(m_state->words());
    connect(&host, &PluginHost::engineReady, this, [this] {
        if (const auto &state = this->host().engineState(); state && !*state)
            showError(state->error());
    });
    load();
}

MapPage::~MapPage()
{
    disconnect(m_maker, nullptr, this, nullptr); // it still speaks while the parts of this page go away
}

QWidget *MapPage::createInspector(QWidget *parent)
{
    auto *whole = new QWidget(parent);
    m_inspector = new MapInspector(host(), *m_state, whole);
    m_neighbours = new NeighboursView(host(), whole);
    m_quality = new QualityPanel(whole);
    auto *column = new QVBoxLayout(whole);
    column->setContentsMargins(0, 0, 0, 16);
    column->setSpacing(8);
    column->addWidget(m_inspector);
    column->addWidget(m_quality);
    column->addWidget(m_neighbours);
    column->addStretch(1);
    connect(m_inspector, &MapInspector::makeClicked, this, &MapPage::make);
    connect(m_inspector, &MapInspector::stopClicked, m_maker, &MapMaker::stop);
    connect(m_quality, &QualityPanel::colourWanted, m_state, &MapState::setColour);
    connect(m_quality, &QualityPanel::measureWanted, this, &MapPage::measureShown);
    connect(m_neighbours, &NeighboursView::linksChanged, this, [this] {
        m_view->setLinks(m_neighbours->links());
        m_besideView->setLinks(m_neighbours->links());
    });
    connect(m_neighbours, &NeighboursView::rowChosen, this, [this](std::int64_t row) {
        m_selection->selectRows({row}, row);
        m_view->setFocus();
    });
    m_inspector->setCollection(m_shelf->collection());
    showMaking();
    showQuality();
    showNeighbours();
    return whole;
}

NeighboursView *MapPage::neighbours()
{
    return m_neighbours;
}

QualityPanel *MapPage::quality()
{
    return m_quality;
}

MapInspector *MapPage::inspector()
{
    return m_inspector;
}

void MapPage::openCollection(const QString &id)
{
    CollectionSource *source = m_shelf->find(id);
    m_error->clear();
    if (id == m_shelf->openId() && m_shelf->isComplete())
        return;
    m_state->setCollection(id, tr("Open “%1”").arg(source ? source->title() : id));
    if (m_shelf->openId() != id || (!m_shelf->isLoading() && !m_shelf->isComplete()))
        load(); // it was chosen already, and failed
}

void MapPage::openFile(const QString &path)
{
    openCollection(m_shelf->addFile(path));
}

void MapPage::load()
{
    const QString id = m_state->collection().isEmpty() ? m_shelf->firstId() : m_state->collection();
    if (id == m_shelf->openId() && (m_shelf->isLoading() || m_shelf->isComplete()))
        return;
    m_maker->discard();
    m_layerMaps->clear();
    m_layersWanted = m_layersLoading = false;
    m_unfolding = m_preview = false;
    m_next.reset();
    m_rightWanted.reset();
    m_morphed = false;
    m_error->clear();
    for (const PreparedFailure &failure : preparedFailures())
        if (failure.id == m_failureWaiting && failure.collection != id)
            m_failureWaiting.clear(); // something else is opened now
    if (m_failureWaiting.isEmpty())
        m_story->hide();
    m_layerStrip->setLayers({}, {});
    m_runs->setCollection(id);
    m_shelf->open(id);
    giveLiveMap();
    m_bar->setSources(m_shelf->sources(), m_shelf->openId());
    m_view->setStale(m_shelf->isLoading());
    if (m_shelf->isLoading())
        if (const CollectionSource *source = m_shelf->find(m_shelf->openId()))
            m_view->setStatus(tr("Opening %1…").arg(source->title()));
    showWords();
    showColours();
}

void MapPage::showOpened()
{
    MapCollection &collection = m_shelf->collection();
    m_empty->hide();
    m_split->show();
    m_error->clear();
    showCollection();
    if (!collection.points || collection.points->rows == 0) {
        showError({ErrorCode::BadInput,
                   tr("%1 is empty: there is nothing to lay out.").arg(collection.title).toStdString(),
                   {}});
        return;
    }
    if (!m_shelf->isComplete()) {
        // What is there already is shown at once; its map is not kept.
        if (collection.points->rows < 3 || m_maker->isRunning())
            return;
        m_preview = true;
        MapParameters pca;
        pca.method = maps::Method::Pca;
        m_maker->make(collection, pca, {}, false);
        return;
    }
    m_maker->discard();
    m_preview = false;
    giveLiveMap();
    begin();
}

void MapPage::showCollection()
{
    MapCollection &collection = m_shelf->collection();
    // Maps of other points than these are no longer maps of this collection.
    m_runs->setCollection(collection.id);
    const std::size_t size = collection.points ? 2 * std::size_t(collection.points->rows) : 0;
    for (const MapRun &run : m_runs->runs())
        if (run.positions &&
            (run.positions->size() != size || (m_shelf->isComplete() && run.points.lock() != collection.points))) {
            m_runs->forget(collection.id);
            m_runs->setCollection(collection.id);
            break;
        }
    m_islands = {};
    m_islandsOf.reset();
    m_aligned.reset();
    m_alignedOf.clear();
    m_aligning = false;
    ++m_alignAsked;
    m_guestShown.reset();
    m_view->setNames([this](std::int64_t row) { return nameOf(m_shelf->collection(), row); });
    m_besideView->setNames([this](std::int64_t row) { return nameOf(m_shelf->collection(), row); });
    m_view->setThumbnails(collection.thumbnail);
    m_besideView->setThumbnails(collection.thumbnail);
    m_bar->setSources(m_shelf->sources(), m_shelf->openId());
    showWords();
    m_tint->setCollection(collection);
    m_selection->setCollection(&collection);
    if ((part() == Layers && !collection.hasLayers) || (part() == Compare && collection.flat))
        showPart(Map); // before Qt chooses another tab
    m_tabs->setTabEnabled(Layers, collection.hasLayers);
    m_tabs->setTabToolTip(Layers, collection.hasLayers ? tr("The same points as each layer of the model sees them")
                                                       : tr("Only pictures that a model has looked at have layers"));
    m_tabs->setTabEnabled(Compare, !collection.flat);
    m_view->setAccessibleDescription(collection.what);
    if (m_inspector)
        m_inspector->setCollection(collection);
}

void MapPage::showWords()
{
    // While it is not known whether the collection has a model, nobody is kept from typing.
    m_bar->setWords(m_state->words(), m_shelf->isLoading() || !m_shelf->collection().model.isEmpty());
}

void MapPage::begin()
{
    const MapCollection &collection = m_shelf->collection();
    if (collection.flat) {
        MapRun run;
        run.key = QStringLiteral("flat");
        run.flat = run.complete = true;
        run.points = collection.points;
        auto positions = std::make_shared<std::vector<float>>();
        for (std::int64_t row = 0; row < collection.points->rows; ++row)
            for (std::int64_t column = 0; column < 2; ++column)
                positions->push_back(column < collection.points->columns
                                         ? collection.points->values[row * collection.points->columns + column]
                                         : 0.0f);
        run.positions = positions;
        keep(run);
        return;
    }
    if (collection.points->rows < 3) {
        showError({ErrorCode::BadInput,
                   tr("%1 has %2 rows: a map needs at least 3.")
                       .arg(collection.title)
                       .arg(collection.points->rows)
                       .toStdString(),
                   {}});
        return;
    }
    for (const PreparedFailure &failure : preparedFailures())
        if (failure.id == m_failureWaiting) {
            m_failureWaiting.clear();
            showFailure(failure);
            return;
        }
    if (m_next) {
        makeMap(*std::exchange(m_next, std::nullopt));
        return;
    }
    if (!m_runs->runs().isEmpty()) {
        showRuns();
        return;
    }
    // PCA is there within a second, and what follows unfolds from it.
    MapParameters first;
    first.method = maps::Method::Pca;
    first.metric = m_state->parameters().metric;
    m_unfolding = m_state->parameters().method != maps::Method::Pca && host().setting(kUnfoldSetting, true).toBool() &&
                  collection.points->rows <= kUnfoldUpTo;
    m_maker->make(collection, first, {}, !m_unfolding);
}

void MapPage::showBusy()
{
    if (m_layersLoading)
        m_busy->setWhat(tr("Looking through every layer…"));
    else if (m_layerMaps->isRunning())
        m_busy->setWhat(tr("Making the maps of the layers…"));
    else
        m_busy->setWhat(m_shelf->isLoading() ? tr("Opening the collection…") : tr("Making the map…"));
    m_busy->setBusy(m_shelf->isLoading() || m_maker->isRunning() || m_layersLoading || m_layerMaps->isRunning());
}

void MapPage::showError(const Error &error)
{
    m_layersLoading = false;
    if (error.code == ErrorCode::Cancelled && m_shelf->isComplete()) { // as was wished; the map is still there
        m_error->clear();
        return;
    }
    m_error->showError(error);
    switch (error.code) {
    case ErrorCode::NotFound:
    case ErrorCode::ModelFile:
        m_error->setRemedy(tr("Models"), [this] { host().showPage(QStringLiteral("models")); });
        break;
    case ErrorCode::OutOfMemory:
        m_error->setRemedy(tr("Settings"), [this] { host().showPage(QStringLiteral("settings")); });
        break;
    case ErrorCode::BadInput:
        if (relevant(m_state->parameters()) != relevant(MapParameters()) && shownRun())
            m_error->setRemedy(tr("Usual settings"), [this] {
                m_state->setParameters({}, tr("Usual settings"));
                make();
            });
        else
            m_error->setRemedy(tr("Open another file…"), [this] { chooseFile(); });
        break;
    default:
        m_error->setRemedy(tr("Try again"), [this] {
            m_error->clear();
            if (m_shelf->isComplete())
                make();
            else
                load();
        });
    }
    const bool nothing = !shownRun();
    m_empty->setVisible(nothing);
    m_split->setVisible(!nothing);
    m_view->setStale(false);
    showMaking();
}

QString MapPage::errorText() const
{
    return m_error->isVisibleTo(this) ? m_error->message() : QString();
}

QString MapPage::dropText(const QList<ItemKind> &kinds) const
{
    if (kinds.contains(ItemKind::Array))
        return tr("Open as map");
    const bool some =
        kinds.contains(ItemKind::Picture) || kinds.contains(ItemKind::Sample) || kinds.contains(ItemKind::Text);
    return some ? tr("Add to map") : QString();
}

void MapPage::focusPrompt()
{
    showPart(part() == Failures ? Map : part());
    m_bar->words()->setFocus(Qt::ShortcutFocusReason);
    m_bar->words()->selectAll();
}

bool MapPage::cancel()
{
    m_next.reset();
    m_rightWanted.reset();
    m_unfolding = false;
    if (!m_failureWaiting.isEmpty()) {
        m_failureWaiting.clear();
        m_story->hide(); // of maps that are not made now
    }
    const bool loading = m_shelf->cancel();
    const bool making = m_maker->stop();
    const bool layers = m_layerMaps->cancel();
    const bool guests = m_guests->cancel();
    m_layersLoading = false;
    m_busy->setBusy(false);
    if (loading && !shownRun()) {
        m_empty->show();
        m_split->hide();
    }
    return loading || making || layers || guests;
}

void MapPage::shown()
{
    m_live->setShown(true);
}

void MapPage::hidden()
{
    m_layerStrip->stop();
    m_live->setShown(false);
}

void MapPage::showPart(Part part)
{
    if (m_tabs->currentIndex() != part) {
        m_tabs->setCurrentIndex(part); // comes back here
        return;
    }
    m_stack->setCurrentIndex(part == Failures ? 1 : 0);
    m_tools->setVisible(part != Failures && !host().presenting());
    m_layerStrip->setVisible(part == Layers);
    if (part != Layers)
        m_layerStrip->stop();
    m_besidePanel->setVisible(part == Compare);
    m_heading->setVisible(part == Compare);
    if (part == Compare && m_state->beside().isEmpty()) {
        // Something to compare with: the map before the one on screen.
        for (auto run = m_runs->runs().rbegin(); run != m_runs->runs().rend(); ++run)
            if (!shownRun() || run->key != shownRun()->key) {
                showBeside(run->key);
                break;
            }
    }
    if (part == Layers)
        startLayers();
    showRuns();
}

MapPage::Part MapPage::part() const
{
    return static_cast<Part>(m_tabs->currentIndex());
}

bool MapPage::isBusy() const
{
    return m_shelf->isLoading() || m_maker->isRunning() || m_tint->isPending() || m_guests->isPending() ||
           m_findingIslands || m_aligning || m_layersLoading || m_layerMaps->isRunning() || m_next.has_value() ||
           m_rightWanted || m_unfolding || (m_neighbours && m_neighbours->isPending());
}

bool MapPage::eventFilter(QObject *object, QEvent *event)
{
    if (event->type() == QEvent::Resize && (object == m_heading || object == m_besideHead))
        levelHeads();
    if (event->type() == QEvent::KeyPress &&
        (object == m_view || object == m_besideView || object == m_layerStrip->slider())) {
        auto *key = static_cast<QKeyEvent *>(event);
        if (key->key() == Qt::Key_Space && key->modifiers() == Qt::NoModifier) {
            if (part() == Layers)
                m_layerStrip->isPlaying() ? m_layerStrip->stop() : m_layerStrip->play();
            else
                morph();
            return true;
        }
    }
    return Page::eventFilter(object, event);
}

} // namespace orrery::embedding_map
