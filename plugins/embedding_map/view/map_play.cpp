// SPDX-License-Identifier: Apache-2.0
#include "plugins/embedding_map/view/map_play.h"

#include "plugins/embedding_map/view/collection_bar.h"
#include "plugins/embedding_map/view/colouring.h"
#include "plugins/embedding_map/view/layer_strip.h"
#include "plugins/embedding_map/view/map_inspector.h"
#include "plugins/embedding_map/view/map_page.h"
#include "plugins/embedding_map/view/map_selection.h"
#include "plugins/embedding_map/view/map_state.h"
#include "plugins/embedding_map/view/neighbours_view.h"
#include "plugins/embedding_map/view/quality_panel.h"
#include "plugins/embedding_map/view/run_list.h"
#include "plugins/embedding_map/view/run_strip.h"

#include <QComboBox>
#include <QJsonArray>
#include <QLineEdit>
#include <QPushButton>
#include <QSpinBox>
#include <QTabBar>

#include <cmath>

namespace orrery::embedding_map {

namespace {

const QString kCollection = QStringLiteral("collection");
const QString kMap = QStringLiteral("map");
const QString kShow = QStringLiteral("show");
const QString kCompare = QStringLiteral("compare");
const QString kColour = QStringLiteral("colour");
const QString kWords = QStringLiteral("words");
const QString kPoint = QStringLiteral("point");
const QString kView = QStringLiteral("view");
/// Names that lessons gave to maps; with the state, so that going back in a lesson finds them.
const QString kNames = QStringLiteral("embedding_map/mapNames");

/// In the order of MapPage::Part.
QStringList views()
{
    return {QStringLiteral("map"), QStringLiteral("compare"), QStringLiteral("layers"), QStringLiteral("failures")};
}

QString say(const char *text)
{
    return MapPage::tr(text);
}

} // namespace

QStringList MapPlay::actions() const
{
    return {kCollection, kMap, kShow, kCompare, kColour, kWords, kPoint, kView};
}

QString MapPlay::parse(const QJsonValue &value, MapParameters *parameters, QString *name)
{
    static const QStringList keys = QStringList(toJson({}).keys()) << QStringLiteral("as");
    if (!value.isObject())
        return say("expected a map: {\"method\": \"tsne\", …}");
    const QJsonObject wanted = value.toObject();
    for (const QString &key : wanted.keys())
        if (!keys.contains(key))
            return say("a map has no \"%1\"; expected some of %2").arg(key, keys.join(QStringLiteral(", ")));
    if (!wanted.contains(QStringLiteral("method")))
        return say("a map needs a \"method\"");
    *parameters = parametersFrom(wanted);
    // What could not be read kept its usual value; that must not go unseen.
    const QJsonObject read = toJson(*parameters);
    for (const QString &key : wanted.keys())
        if (key != QLatin1String("as") && read.value(key) != wanted.value(key))
            return say("the map's \"%1\" makes no sense").arg(key);
    *name = wanted.value(QStringLiteral("as")).toString().simplified();
    if (name->isEmpty())
        *name = titleOf(*parameters);
    return {};
}

QString MapPlay::keyOf(const QString &name) const
{
    return m_page.host().workspace().value(kNames).toMap().value(name).toString();
}

QString MapPlay::refusal(const QString &action, const QJsonValue &value) const
{
    if (action == kCollection) {
        const CollectionSource *source = m_page.shelf().find(value.toString());
        if (source)
            return source->refusal();
        QStringList ids;
        for (const auto &known : m_page.shelf().sources())
            ids.append(known->id());
        return say("there is no such collection; expected one of %1").arg(ids.join(QStringLiteral(", ")));
    }
    if (action == kMap) {
        MapParameters parameters;
        QString name;
        return parse(value, &parameters, &name);
    }
    // Names of maps that the same step makes before are known only once it is played.
    if (action == kShow)
        return value.isString() && !value.toString().isEmpty() ? QString() : say("expected the name of a map");
    if (action == kCompare) {
        const QJsonArray pair = value.toArray();
        const bool two = pair.size() == 2 && pair[0].isString() && pair[1].isString();
        return value.isArray() && (pair.isEmpty() || two) ? QString()
                                                          : say("expected the names of two maps, or an empty list");
    }
    if (action == kColour) {
        if (!value.isString() || value.toString().isEmpty())
            return say("expected what to colour by");
        return {};
    }
    if (action == kWords || action == kPoint)
        return value.isString() ? QString() : say("expected words");
    if (action == kView)
        return refusalUnlessOneOf(value, views());
    return noSuchAction(action);
}

void MapPlay::act(const QString &action, const QJsonValue &value)
{
    if (!refusal(action, value).isEmpty())
        return;
    MapState &state = m_page.state();
    const QString text = value.toString().simplified();
    m_stored.clear();
    if (action == kCollection) {
        m_page.openCollection(text);
    } else if (action == kMap) {
        MapParameters parameters;
        QString name;
        parse(value, &parameters, &name);
        Workspace &workspace = m_page.host().workspace();
        QVariantMap names = workspace.value(kNames).toMap();
        names.insert(name, embedding_map::keyOf(parameters));
        workspace.setValue(kNames, names, say("Name a map"));
        m_page.makeMap(parameters);
    } else if (action == kShow) {
        state.setShown(keyOf(text), say("Show the map %1").arg(text));
        if (const MapRun *run = m_page.runs().find(keyOf(text)))
            state.setParameters(run->parameters, say("Show the map %1").arg(text));
    } else if (action == kCompare) {
        const QJsonArray pair = value.toArray();
        if (pair.isEmpty()) {
            state.setBeside({}, say("Compare no longer"));
            m_page.showPart(MapPage::Map);
        } else {
            state.setShown(keyOf(pair[0].toString()), say("Compare two maps"));
            state.setBeside(keyOf(pair[1].toString()), say("Compare two maps"));
            m_page.showPart(MapPage::Compare);
        }
    } else if (action == kColour) {
        QString id = text;
        const MapCollection &collection = m_page.shelf().collection();
        for (qsizetype i = 0; i < collection.facts.size(); ++i)
            if (collection.facts[i].title.compare(text, Qt::CaseInsensitive) == 0)
                id = QStringLiteral("fact:%1").arg(i);
        state.setColour(id);
    } else if (action == kWords) {
        state.setWords(value.toString());
    } else if (action == kPoint) {
        const qsizetype row = m_page.shelf().collection().names.indexOf(text);
        if (row >= 0)
            m_page.selection().selectRows({row}, row);
        else
            m_page.selection().selectRows({}, -1);
    } else if (action == kView) {
        m_page.showPart(static_cast<MapPage::Part>(views().indexOf(text)));
    }
}

bool MapPlay::settled() const
{
    return !m_page.isBusy();
}

QString MapPlay::trouble() const
{
    if (m_page.isBusy())
        return {};
    const QString error = m_page.errorText();
    if (!error.isEmpty())
        return error;
    return m_page.shownRun() ? QString() : say("There is no map.");
}

Readings MapPlay::readings() const
{
    if (!m_stored.isEmpty())
        return m_stored;
    Readings readings;
    const QVariantMap names = m_page.host().workspace().value(kNames).toMap();
    for (auto it = names.begin(); it != names.end(); ++it) {
        const MapRun *run = m_page.runs().find(it->toString());
        if (!run || !run->complete)
            continue;
        QMap<QString, double> &numbers = readings[it.key()];
        if (run->quality)
            numbers = numbersOf(*run->quality);
        if (std::isfinite(run->loss))
            numbers.insert(QStringLiteral("loss"), run->loss);
    }
    if (const auto &points = m_page.shelf().collection().points)
        readings[QString()].insert(QStringLiteral("points"), double(points->rows));
    if (m_page.difference() >= 0)
        readings[QString()].insert(QStringLiteral("difference"), m_page.difference());
    return readings;
}

void MapPlay::showReadings(const Readings &readings)
{
    m_stored = readings;
    const MapRun *shown = m_page.shownRun();
    if (!shown || !m_page.quality())
        return;
    for (auto it = readings.begin(); it != readings.end(); ++it)
        if (!it.key().isEmpty() && keyOf(it.key()) == shown->key)
            m_page.quality()->showNumbers(*it);
}

QString MapPlay::numberText(const QString &quantity, double value) const
{
    return qualityText(quantity, value);
}

QStringList MapPlay::controls() const
{
    return {kCollection,
            kColour,
            kWords,
            kMap,
            QStringLiteral("runs"),
            QStringLiteral("views"),
            QStringLiteral("layers"),
            QStringLiteral("method"),
            QStringLiteral("neighbours"),
            QStringLiteral("start"),
            QStringLiteral("spread"),
            QStringLiteral("metric"),
            QStringLiteral("seed"),
            QStringLiteral("make"),
            QStringLiteral("quality")};
}

QWidget *MapPlay::control(const QString &name) const
{
    if (name == kCollection)
        return m_page.bar().collections();
    if (name == kColour)
        return m_page.bar().colours();
    if (name == kWords)
        return m_page.bar().words();
    if (name == kMap)
        return &m_page.view();
    if (name == QLatin1String("runs"))
        return &m_page.runStrip();
    if (name == QLatin1String("views"))
        return &m_page.tabs();
    if (name == QLatin1String("layers"))
        return &m_page.layerStrip();
    if (name == QLatin1String("quality"))
        return m_page.quality();
    MapInspector *inspector = m_page.inspector();
    if (!inspector)
        return nullptr;
    if (name == QLatin1String("method"))
        return inspector->method();
    if (name == QLatin1String("neighbours"))
        return inspector->neighbourhood();
    if (name == QLatin1String("start"))
        return inspector->start();
    if (name == QLatin1String("spread"))
        return inspector->spread();
    if (name == QLatin1String("metric"))
        return inspector->metric();
    if (name == QLatin1String("seed"))
        return inspector->seed();
    return name == QLatin1String("make") ? inspector->make() : nullptr;
}

QJsonObject MapPlay::view() const
{
    return {{QStringLiteral("part"), int(m_page.part())}, {QStringLiteral("layer"), m_page.layerStrip().layer()}};
}

void MapPlay::setView(const QJsonObject &view)
{
    m_page.showPart(static_cast<MapPage::Part>(view.value(QStringLiteral("part")).toInt()));
    if (m_page.part() == MapPage::Layers)
        m_page.layerStrip().setLayer(view.value(QStringLiteral("layer")).toDouble());
}

} // namespace orrery::embedding_map
