// SPDX-License-Identifier: Apache-2.0
// What the page does besides making maps: taking and sending items, prepared failures, export, restoring, commands.
#include "plugins/embedding_map/view/map_page.h"

#include "plugins/embedding_map/view/background.h"
#include "plugins/embedding_map/view/collection_bar.h"
#include "plugins/embedding_map/view/failures_view.h"
#include "plugins/embedding_map/view/guests.h"
#include "plugins/embedding_map/view/layer_strip.h"
#include "plugins/embedding_map/view/map_export.h"
#include "plugins/embedding_map/view/map_inspector.h"
#include "plugins/embedding_map/view/map_maker.h"
#include "plugins/embedding_map/view/map_selection.h"
#include "plugins/embedding_map/view/map_state.h"
#include "plugins/embedding_map/view/neighbours_view.h"
#include "plugins/embedding_map/view/prompt_tint.h"
#include "plugins/embedding_map/view/quality_panel.h"
#include "plugins/embedding_map/view/run_list.h"
#include "widgets/error_card.h"

#include <QFileDialog>
#include <QFileInfo>
#include <QImageReader>
#include <QJsonArray>
#include <QJsonDocument>
#include <QLabel>
#include <QLineEdit>

#include <algorithm>
#include <cmath>

namespace orrery::embedding_map {

namespace {

const QString kDrawings = QStringLiteral("drawings");

QJsonObject recipeOf(const Item &item)
{
    if (item.recipe.contains(QStringLiteral("plugin")) || item.path.isEmpty())
        return item.recipe;
    QImageReader reader(item.path);
    return QJsonDocument::fromJson(reader.text(QString::fromLatin1(kRecipeKey)).toUtf8()).object();
}

/// What arrays that came together are called: as their sender says, where it does.
QString collectionOf(const QList<Item> &items)
{
    QString name;
    for (const Item &item : items)
        if (item.kind == ItemKind::Array) {
            const QString its = item.recipe.value(QStringLiteral("collection")).toString();
            if (its.isEmpty() || (!name.isEmpty() && its != name))
                return MapPage::tr("Dropped arrays");
            name = its;
        }
    return name;
}

} // namespace

void MapPage::take(const QList<ItemId> &ids)
{
    const QList<Item> items = host().workspace().items(ids);
    // A map that this page exported is not a picture to place: it is put back.
    if (items.size() == 1 && items.front().hasPicture() && restore(recipeOf(items.front()))) {
        host().workspace().remove(ids);
        return;
    }
    if (part() == Failures)
        showPart(Map);
    QList<Item> guests;
    QList<ItemId> arrays;
    for (const Item &item : items) {
        if (item.kind == ItemKind::Array && item.values.isEmpty() && !item.path.isEmpty()) {
            if (items.size() > 1)
                host().notify(tr("Only %1 is opened: a map shows one file at a time.").arg(item.name));
            openFile(item.path);
            return;
        }
        if (item.kind == ItemKind::Array)
            arrays.append(item.id);
        else if (item.hasPicture() || item.kind == ItemKind::Text)
            guests.append(item);
    }
    if (!arrays.isEmpty()) {
        openCollection(m_shelf->addItems(arrays, collectionOf(items)));
        return;
    }
    if (guests.isEmpty())
        return;
    // Pictures and words stand only where a model of both made the space. The drawings' map is always there.
    const bool loading = m_shelf->isLoading();
    if (!loading && m_shelf->collection().model.isEmpty())
        openCollection(kDrawings);
    m_guests->setOrigin(m_view->visibleRegion().center());
    m_guests->add(guests);
}

void MapPage::land(const QList<qsizetype> &landed)
{
    const qsizetype last = landed.last();
    if (last >= m_guests->guests().size())
        return;
    const Guest &guest = m_guests->guests()[last];
    m_guestShown = int(last);
    if (m_selection->current() >= 0)
        m_selection->selectRows({}, -1);
    showNeighbours();
    // A neighbour that the map put far away would leave the others too small to be known: the nearer half is looked at.
    std::vector<std::int64_t> near = guest.nearest;
    const ScatterPositions map = m_view->positions();
    const auto distance = [&](std::int64_t row) {
        return std::hypot(double((*map)[std::size_t(2 * row)]) - guest.place.x(),
                          double((*map)[std::size_t(2 * row + 1)]) - guest.place.y());
    };
    if (map && std::all_of(near.begin(), near.end(), [&](std::int64_t row) { return row < m_view->count(); })) {
        std::sort(near.begin(), near.end(), [&](std::int64_t a, std::int64_t b) { return distance(a) < distance(b); });
        near.resize((near.size() + 1) / 2);
    }
    m_view->lookAt(near, host().theme().motion() ? 600 : 0);
}

void MapPage::sendTo(const QString &pageId)
{
    if (!m_selection->canSend() || !host().hasPage(pageId))
        return;
    const QString text = tr("Send %n point(s) to another page", nullptr, int(m_selection->rows().size()));
    host().workspace().beginMacro(text);
    const QList<ItemId> ids = m_selection->toItems(text);
    if (!ids.isEmpty())
        host().sendTo(pageId, ids, text);
    host().workspace().endMacro();
}

void MapPage::gather()
{
    if (!m_selection->canSend())
        return;
    const QString text = tr("Gather %n point(s)", nullptr, int(m_selection->rows().size()));
    host().workspace().beginMacro(text);
    const QList<ItemId> ids = m_selection->toItems(text);
    host().workspace().gather(ids);
    host().workspace().endMacro();
    host().notify(tr("%n in the tray", nullptr, int(ids.size())));
}

void MapPage::showFailure(const PreparedFailure &failure)
{
    if (!m_shelf->find(failure.collection) || !m_shelf->find(failure.collection)->refusal().isEmpty()) {
        const CollectionSource *source = m_shelf->find(failure.collection);
        showPart(Map);
        showError({ErrorCode::Unsupported,
                   source ? source->refusal().toStdString() : tr("Its collection is not there.").toStdString(),
                   {}});
        return;
    }
    m_story->setText(failure.title + QStringLiteral(". ") + failure.why);
    m_story->show();
    if (m_shelf->openId() != failure.collection || !m_shelf->isComplete()) {
        m_failureWaiting = failure.id;
        openCollection(failure.collection);
        return;
    }
    Workspace &workspace = host().workspace();
    workspace.beginMacro(tr("Show where it fails: %1").arg(failure.title));
    m_state->setWords({});
    m_state->setColour({});
    m_state->setBeside(keyOf(failure.right), failure.title);
    makeMap(failure.left);
    workspace.endMacro();
    m_next.reset();
    if (const MapRun *right = m_runs->find(keyOf(failure.right)); !right || !right->complete) {
        // Both, one after the other; what is shown at the left stays the left one.
        m_rightWanted = failure.right;
        if (!m_maker->isRunning())
            makeRight();
    }
    showPart(Compare);
}

void MapPage::makeRight()
{
    const MapParameters right = *std::exchange(m_rightWanted, std::nullopt);
    ScatterPositions reference;
    if (const MapRun *run = shownRun())
        reference = run->positions;
    m_maker->make(m_shelf->collection(), right, reference, true);
}

bool MapPage::restore(const QJsonObject &recipe)
{
    if (!isMapRecipe(recipe))
        return false;
    const QString id = recipe.value(QStringLiteral("collection")).toString();
    if (id.isEmpty())
        return false;
    const MapParameters parameters = parametersFrom(recipe.value(QStringLiteral("parameters")).toObject());
    Workspace &workspace = host().workspace();
    workspace.beginMacro(tr("Restore a map"));
    m_state->setParameters(parameters, tr("Restore a map"));
    m_state->setColour(recipe.value(QStringLiteral("colour")).toString());
    m_state->setWords(recipe.value(QStringLiteral("words")).toString());
    openCollection(id);
    workspace.endMacro();
    showPart(Map);
    makeMap(parameters);
    host().notify(tr("Restored how this map was made"));
    return true;
}

ExportedMap MapPage::exported() const
{
    ExportedMap map;
    map.collection = m_shelf->collection();
    if (const MapRun *run = shownRun())
        map.run = *run;
    map.colouring = m_view->colouring();
    map.colour = m_state->colour();
    map.words = m_state->words();
    if (map.run.positions && m_islandsOf == map.run.positions && m_islands.names.size() > 1)
        for (std::size_t i = 0; i < m_islands.middles.size(); ++i)
            map.marks.append(
                {ScatterMark::Kind::Cluster, m_islands.names.value(qsizetype(i)), m_islands.middles[i], {}});
    if (map.run.positions)
        map.marks += m_tint->marks(*map.run.positions);
    map.marks += m_guests->marks();
    return map;
}

void MapPage::exportTo(const QString &path)
{
    const bool png = QFileInfo(path).suffix().compare(QLatin1String("png"), Qt::CaseInsensitive) == 0;
    const QImage picture = png && shownRun() ? m_view->render({1600, 1200}) : QImage();
    // The table of a million points takes seconds.
    inBackground(
        this, [map = exported(), picture, path] { return exportMap(map, picture, path); },
        [this, path](const QString &error) {
            host().notify(error.isEmpty() ? tr("Saved %1").arg(QFileInfo(path).fileName()) : error);
        });
}

void MapPage::chooseExport(const QString &suffix, const QString &filter)
{
    QString path = QFileDialog::getSaveFileName(this, tr("Export the map"),
                                                tr("map of %1.%2").arg(m_shelf->collection().title, suffix), filter);
    if (path.isEmpty())
        return;
    if (QFileInfo(path).suffix().isEmpty())
        path += u'.' + suffix;
    exportTo(path);
}

void MapPage::chooseFile()
{
    const QString path =
        QFileDialog::getOpenFileName(this, tr("Open a table of numbers"), {},
                                     tr("Tables (*.npy *.npz *.csv *.tsv *.txt *.idx *.gz *-ubyte);;All files (*)"));
    if (!path.isEmpty())
        openFile(path);
}

void MapPage::chooseFolder()
{
    const QString path = QFileDialog::getExistingDirectory(this, tr("Open a folder of pictures"));
    if (!path.isEmpty())
        openFile(path);
}

void MapPage::openSelection()
{
    const QList<ItemId> ids = host().workspace().selection().items;
    if (ids.size() < 3) {
        host().notify(tr("Select at least three items first; then they can be laid out."));
        return;
    }
    openCollection(m_shelf->addItems(ids, tr("Selected items")));
}

void MapPage::makeCommands()
{
    const auto add = [this](const char *id, const QString &text, std::function<void()> run,
                            std::function<bool()> enabled = {}, const QKeySequence &keys = {}) {
        host().addCommand(this, {QStringLiteral("embedding_map.%1").arg(QLatin1String(id)), text, keys, std::move(run),
                                 std::move(enabled)});
    };
    const auto hasMap = [this] { return shownRun() && shownRun()->positions; };
    const auto selected = [this] { return m_selection->canSend(); };
    add("openFile", tr("Open a table as a map…"), [this] { chooseFile(); });
    add("openFolder", tr("Open a folder of pictures as a map…"), [this] { chooseFolder(); });
    add("openSelection", tr("Map of the selected items"), [this] { openSelection(); });
    for (const auto &source : m_shelf->sources())
        add(qPrintable(QStringLiteral("open.%1").arg(source->id())), tr("Map of: %1").arg(source->title()),
            [this, id = source->id()] { openCollection(id); });
    add(
        "make", tr("Make the map as the inspector says"), [this] { make(); }, [this] { return isVisible(); },
        QKeySequence(Qt::CTRL | Qt::Key_Return));
    add(
        "stop", tr("Stop making the map, keep it as it is"), [this] { m_maker->stop(); },
        [this] { return m_maker->isRunning(); });
    add(
        "compare", tr("Compare two maps side by side"), [this] { showPart(Compare); }, hasMap);
    add(
        "layers", tr("Layers: from pixels to embedding"), [this] { showPart(Layers); },
        [this] { return m_shelf->collection().hasLayers; });
    add("failures", tr("Where maps fail"), [this] { showPart(Failures); });
    add(
        "morph", tr("Move the points from one map to the other"), [this] { morph(); }, hasMap);
    add(
        "fit", tr("All points of the map in view"), [this] { m_view->fit(); }, hasMap);
    add(
        "lasso", tr("Select points of the map with the lasso"),
        [this] {
            m_view->setTool(ScatterView::Tool::Lasso);
            m_view->setFocus();
        },
        hasMap);
    add(
        "measure", tr("Measure how true the map is"), [this] { measureShown(); }, hasMap);
    add(
        "sendToClassify", tr("Send the selected points to the classifier"),
        [this] { sendTo(QStringLiteral("orrery.zero-shot")); }, selected);
    add(
        "gather", tr("Gather the selected points in the tray"), [this] { gather(); }, selected);
    add(
        "clearGuests", tr("Take what was placed off the map"),
        [this] {
            m_guests->clear();
            m_guestShown.reset();
            showNeighbours();
        },
        [this] { return !m_guests->guests().isEmpty(); });
    add(
        "exportPng", tr("Export the map as a picture (PNG)…"),
        [this] { chooseExport(QStringLiteral("png"), tr("Picture (*.png)")); }, hasMap);
    add(
        "exportSvg", tr("Export the map as a drawing (SVG)…"),
        [this] { chooseExport(QStringLiteral("svg"), tr("Drawing (*.svg)")); }, hasMap);
    add(
        "exportCsv", tr("Export the map as a table (CSV)…"),
        [this] { chooseExport(QStringLiteral("csv"), tr("Table (*.csv)")); }, hasMap);
}

} // namespace orrery::embedding_map
