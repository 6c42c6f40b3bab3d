// SPDX-License-Identifier: Apache-2.0
// Maps on screen: which, beside which, with which colours, names and links.
#include "plugins/embedding_map/view/map_page.h"

#include "plugins/embedding_map/view/collection_bar.h"
#include "plugins/embedding_map/view/guests.h"
#include "plugins/embedding_map/view/layer_maps.h"
#include "plugins/embedding_map/view/layer_strip.h"
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
#include <QLabel>
#include <QSignalBlocker>
#include <QSplitter>

#include <algorithm>
#include <cmath>

namespace orrery::embedding_map {

namespace {

// From one map to another: long enough to follow a group of points.
constexpr int kMorphMs = 900;

QString numbersText(const MapRun &run)
{
    if (!run.quality)
        return {};
    return MapPage::tr("keeps %1 of neighbours · correlation of distances %2")
        .arg(qualityText(QStringLiteral("recall"), run.quality->knnRecall),
             qualityText(QStringLiteral("correlation"), run.quality->spearman));
}

} // namespace

const MapRun *MapPage::shownRun() const
{
    const QString wanted = m_state->shown();
    const MapRun *making = m_maker->isRunning() && m_maker->running().positions ? &m_maker->running() : nullptr;
    const MapRun *chosen = m_runs->find(wanted);
    if (making && (!chosen || wanted == making->key))
        return making;
    if (chosen)
        return chosen;
    return m_runs->runs().isEmpty() ? making : &m_runs->runs().last();
}

const MapRun *MapPage::besideRun() const
{
    return m_state->beside().isEmpty() ? nullptr : m_runs->find(m_state->beside());
}

void MapPage::make()
{
    makeMap(m_state->parameters());
}

void MapPage::makeMap(const MapParameters &parameters)
{
    const QString key = keyOf(parameters);
    const QString text = tr("Make the map %1").arg(titleOf(parameters));
    if (!m_shelf->isComplete() && m_shelf->isLoading()) {
        m_next = parameters;
        return;
    }
    if (!m_shelf->collection().points || m_shelf->collection().flat)
        return;
    m_error->clear();
    m_unfolding = false;
    m_rightWanted.reset(); // or what is stopped below would begin it, under way beside this one and for nothing
    if (parameters == m_state->parameters()) {
        m_state->setShown(key, text);
    } else {
        host().workspace().beginMacro(text);
        m_state->setParameters(parameters, text);
        m_state->setShown(key, text);
        host().workspace().endMacro();
    }
    const MapRun *kept = m_runs->find(key);
    const bool running = m_maker->isRunning() && m_maker->running().key == key;
    if ((kept && kept->complete && (kept->quality || kept->positions->size() < 6)) || running) {
        showRuns();
        return;
    }
    m_maker->make(m_shelf->collection(), parameters, reference(key), true);
    showRuns();
}

ScatterPositions MapPage::reference(const QString &exceptKey) const
{
    // All maps of a collection lie on its first one, so that turning is not mistaken for change.
    for (const MapRun &run : m_runs->runs())
        if (run.key != exceptKey && run.complete)
            return run.positions;
    return {};
}

void MapPage::showKnobs()
{
    const MapRun &run = m_maker->running();
    QList<ScatterKnob> knobs;
    if (m_maker->isRunning() && !m_preview && shownRun() == &run) {
        if (run.parameters.method == maps::Method::Tsne)
            knobs.append(
                {QStringLiteral("spread"), tr("Exaggeration"), 0.5, 20, run.parameters.exaggeration, true, false});
        if (run.parameters.method == maps::Method::Umap)
            knobs.append(
                {QStringLiteral("spread"), tr("Smallest distance"), 0, 1, run.parameters.minDistance, false, false});
    }
    m_view->setKnobs(knobs);
}

void MapPage::tune(double value)
{
    if (!m_maker->isRunning())
        return;
    MapParameters parameters = m_maker->running().parameters;
    (parameters.method == maps::Method::Umap ? parameters.minDistance : parameters.exaggeration) = value;
    if (!m_maker->retune(m_shelf->collection(), parameters, reference({})))
        return;
    const QString text = tr("Tune the map while it is made");
    host().workspace().beginMacro(text);
    m_state->setParameters(parameters, text);
    m_state->setShown(m_maker->running().key, text);
    host().workspace().endMacro();
}

void MapPage::keep(const MapRun &made)
{
    if (m_preview) {
        // A part of the collection: to be looked at, and made anew when all of it is there.
        if (!m_shelf->isComplete()) {
            m_view->setStale(false);
            m_view->setPositions(made.positions);
            m_view->setStatus(tr("The first %1 points").arg(made.positions->size() / 2));
            showColours();
        }
        return;
    }
    m_runs->put(made);
    const bool goOn = m_unfolding && made.complete && made.parameters.method == maps::Method::Pca;
    if (goOn) {
        m_unfolding = false;
        m_maker->make(m_shelf->collection(), m_state->parameters(), made.positions, true);
    }
    showRuns();
    if (!m_started) {
        m_started = true;
        Q_EMIT firstResult();
    }
    if (m_layersWanted && !goOn)
        startLayers();
    if (m_rightWanted && !goOn)
        makeRight();
    else if (m_next && !goOn)
        makeMap(*std::exchange(m_next, std::nullopt));
}

void MapPage::showMap(const QString &key)
{
    const MapRun *run = m_runs->find(key);
    if (!run)
        return;
    const QString text = tr("Show the map %1").arg(run->title());
    if (run->flat || (key == m_state->shown() && run->parameters == m_state->parameters()))
        return;
    Workspace &workspace = host().workspace();
    workspace.beginMacro(text);
    m_state->setParameters(run->parameters, text);
    m_state->setShown(key, text);
    workspace.endMacro();
}

void MapPage::showBeside(const QString &key)
{
    const MapRun *run = m_runs->find(key);
    m_state->setBeside(key, run ? tr("Compare with %1").arg(run->title()) : tr("Compare no longer"));
}

void MapPage::deleteMap(const QString &key)
{
    const MapRun *run = m_runs->find(key);
    if (!run)
        return;
    const MapRun deleted = *run;
    const QString collection = m_shelf->openId();
    if (m_state->beside() == key)
        m_state->setBeside({}, tr("Delete a map"));
    m_runs->remove(key);
    showRuns();
    // The notice stays for a while, and outlives the page when its plugin is loaded again.
    const auto bringBack = [page = QPointer<MapPage>(this), deleted, collection] {
        if (page && page->m_shelf->openId() == collection) {
            page->m_runs->put(deleted);
            page->showRuns();
        }
    };
    host().notify(tr("Deleted the map %1").arg(deleted.title()), tr("Bring back"), bringBack);
}

void MapPage::measureShown()
{
    const MapRun *run = shownRun();
    if (run && run->complete && !run->quality && !m_maker->isRunning())
        makeMap(run->parameters);
}

void MapPage::morph()
{
    const MapRun *shown = shownRun();
    if (!shown || m_maker->isRunning())
        return;
    ScatterPositions other = part() == Compare ? m_aligned : ScatterPositions();
    if (!other)
        for (const MapRun &run : m_runs->runs())
            if (!other && run.key != shown->key && run.positions->size() == shown->positions->size())
                other = run.positions;
    if (!other)
        return;
    m_morphed = !m_morphed;
    m_shownPositions = m_morphed ? other : shown->positions;
    m_view->setPositions(m_shownPositions, host().theme().motion() ? kMorphMs : 0);
    m_view->setStatus(m_morphed ? tr("As on the other map · Space goes back") : status());
    showMarks();
    giveLiveMap();
}

void MapPage::showRuns()
{
    m_morphed = false;
    QStringList looked;
    if (const MapRun *run = shownRun())
        looked.append(run->key);
    looked.append(m_state->beside());
    m_runs->setLookedAt(looked);
    showPositions(host().theme().motion() ? kMorphMs : 0);
    showBesideRun();
    showMaking();
    findIslands();
    showColours();
    showMarks();
    showQuality();
    showNeighbours();
    if (const MapRun *run = shownRun(); run && run->complete && !m_preview) {
        m_guests->setOrigin(m_view->visibleRegion().center());
        m_guests->setMap(m_shelf->collection(), *run);
    }
    giveLiveMap();
}

QString MapPage::status() const
{
    if (part() == Layers)
        return {};
    if (m_maker->isRunning() && shownRun() == &m_maker->running())
        return tr("%1 · iteration %2").arg(titleOf(m_maker->running().parameters)).arg(m_maker->running().iteration);
    const MapRun *run = shownRun();
    return run && part() != Compare ? run->title() : QString();
}

void MapPage::showPositions(int motionMs)
{
    const MapRun *run = shownRun();
    if (!run || !run->positions)
        return;
    ScatterPositions wanted = run->positions;
    if (part() == Layers)
        if (const ScatterPositions layer = m_layerMaps->positionsAt(m_layerStrip->layer()))
            wanted = layer;
    const bool first = m_view->count() != std::int64_t(wanted->size() / 2);
    m_view->setStale(false);
    m_empty->hide();
    m_split->show();
    if (wanted != m_shownPositions || first) {
        m_shownPositions = wanted;
        m_view->setPositions(wanted, first ? 0 : motionMs);
        if (first) {
            showColours();
            showSelection();
        }
        showMarks();
    }
    giveLiveMap();
    m_view->setStatus(status());
    if (m_preview || !m_shelf->isComplete())
        m_view->setStatus(tr("The first %1 points").arg(wanted->size() / 2));
}

void MapPage::showBesideRun()
{
    const MapRun *shown = shownRun();
    const QSignalBlocker quiet(m_besideChoice);
    m_besideChoice->clear();
    for (const MapRun &run : m_runs->runs())
        m_besideChoice->addItem(run.title(), run.key);
    const MapRun *beside = besideRun();
    m_besideChoice->setCurrentIndex(beside ? m_besideChoice->findData(beside->key) : -1);
    m_besideChoice->setPlaceholderText(tr("Choose a map"));
    if (part() != Compare || !shown || !beside || !shown->positions || shown == &m_maker->running()) {
        m_difference = -1;
        const bool making = shown && shown == &m_maker->running();
        if (shown)
            m_heading->setText(making ? tr("%1 · being made").arg(titleOf(shown->parameters)) : shown->title());
        m_besideNumbers->clear();
        if (part() == Compare && beside) { // as it is, until there is something to lay it on
            m_aligned = beside->positions;
            m_alignedOf.clear();
            m_aligning = false;
            ++m_alignAsked;
            m_besideView->setPositions(m_aligned, 0);
            showSelection();
        }
        levelHeads();
        return;
    }
    m_heading->setText(QStringLiteral("%1\n%2").arg(shown->title(), numbersText(*shown)));
    levelHeads();
    const QString pair = shown->key + u'\n' + beside->key;
    const auto present = [this] {
        const MapRun *run = besideRun();
        if (!run)
            return;
        m_besideView->setPositions(m_aligned, 0);
        m_besideNumbers->setText(QStringLiteral("%1\n%2").arg(
            numbersText(*run), tr("differs by %1 from the map at the left, turned onto it")
                                   .arg(qualityText(QStringLiteral("difference"), m_difference))));
        levelHeads();
        showColours();
        showMarks();
        showSelection();
    };
    if (pair == m_alignedOf && m_aligned && m_difference >= 0) {
        present();
        return;
    }
    if (pair == m_alignedOf && m_aligning)
        return; // on its way
    m_alignedOf = pair;
    m_aligning = true;
    const int asked = ++m_alignAsked;
    maps::AlignRequest request;
    request.reference = shown->positions;
    request.map = beside->positions;
    request.scale = true; // a map has no unit
    host().submit(this, maps::kAlign, std::move(request),
                  {.lane = Lane::Interactive,
                   .title = tr("Lay one map on the other").toStdString(),
                   .channel = "embedding_map.align"},
                  [this, asked, present](Result<maps::AlignResult> result) {
                      if (asked != m_alignAsked)
                          return; // replaced by a newer one, or nobody compares any more
                      m_aligning = false;
                      if (!result) {
                          m_alignedOf.clear();
                          if (result.error().code != ErrorCode::Cancelled)
                              showError(result.error());
                          return;
                      }
                      m_aligned = std::make_shared<const std::vector<float>>(std::move(result->positions));
                      m_difference = result->disparity;
                      present();
                  });
}

void MapPage::levelHeads()
{
    // The eye compares two maps only where they begin at the same height, however their captions wrap.
    int tallest = 0;
    for (const QWidget *head : {static_cast<const QWidget *>(m_heading), static_cast<const QWidget *>(m_besideHead)})
        tallest = std::max(tallest, head->heightForWidth(head->width()));
    for (QWidget *head : {static_cast<QWidget *>(m_heading), m_besideHead})
        head->setMinimumHeight(part() == Compare ? tallest : 0);
}

void MapPage::startLayers()
{
    const MapRun *run = shownRun();
    m_layersWanted = true;
    if (!m_shelf->isComplete() || !m_shelf->collection().hasLayers || m_maker->isRunning() || !run || !run->complete)
        return; // when the map is there
    m_layersWanted = false;
    if (m_layerMaps->isComplete() || m_layerMaps->isRunning()) {
        showLayer();
        return;
    }
    m_layersLoading = true;
    showBusy();
    m_shelf->loadLayers();
}

void MapPage::showLayer()
{
    QList<bool> ready;
    for (const MapRun &run : m_layerMaps->maps())
        ready.append(run.positions != nullptr);
    m_layerStrip->setLayers(m_layerMaps->names(), ready);
    if (part() == Layers)
        showPositions(host().theme().motionMs());
}

} // namespace orrery::embedding_map
