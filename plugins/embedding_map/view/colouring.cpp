// SPDX-License-Identifier: Apache-2.0
#include "plugins/embedding_map/view/colouring.h"

#include <QCoreApplication>

#include <algorithm>
#include <cmath>
#include <limits>

namespace orrery::embedding_map {

namespace {

const QString kFact = QStringLiteral("fact:");

QString say(const char *text)
{
    return QCoreApplication::translate("EmbeddingMap", text);
}

struct QualityColour
{
    const char *id;
    const char *title;
    const char *help;
    std::vector<float> maps::Quality::*values;
    double smallest;
};
const QualityColour kQualities[] = {
    {"recall", QT_TRANSLATE_NOOP("EmbeddingMap", "Neighbours kept"),
     QT_TRANSLATE_NOOP("EmbeddingMap", "How many of a point's nearest are still beside it on the map"),
     &maps::Quality::recall, 0},
    {"trustworthiness", QT_TRANSLATE_NOOP("EmbeddingMap", "Trustworthiness"),
     QT_TRANSLATE_NOOP("EmbeddingMap", "Low where a point stands beside points that are far from it in the data"),
     &maps::Quality::trust, 0.5},
    {"continuity", QT_TRANSLATE_NOOP("EmbeddingMap", "Continuity"),
     QT_TRANSLATE_NOOP("EmbeddingMap", "Low where a point was torn away from its nearest"),
     &maps::Quality::continuityAt, 0.5},
    {"correlation", QT_TRANSLATE_NOOP("EmbeddingMap", "Correlation of distances"),
     QT_TRANSLATE_NOOP("EmbeddingMap", "Low where far and near got mixed up over the whole map"),
     &maps::Quality::spearmanAt, 0},
    {"pearson", QT_TRANSLATE_NOOP("EmbeddingMap", "Correlation of distances, by value"),
     QT_TRANSLATE_NOOP("EmbeddingMap", "The same with the distances themselves in place of their order"),
     &maps::Quality::pearsonAt, 0},
};

} // namespace

QList<ColourChoice> colourChoices(const MapCollection &collection, const MapRun *run)
{
    QList<ColourChoice> choices{{QStringLiteral("nothing"), say("Nothing"), say("All points alike"), true}};
    for (qsizetype i = 0; i < collection.facts.size(); ++i)
        choices.append(
            {kFact + QString::number(i), collection.facts[i].title, say("What is known of each point"), true});
    choices.append({QStringLiteral("clusters"), say("Islands of the map"),
                    say("Groups as the eye sees them on this map; another map may divide the points otherwise"), true});
    for (const QualityColour &quality : kQualities)
        choices.append({QLatin1String(quality.id), say(quality.title), say(quality.help), run && run->quality});
    return choices;
}

QString usualColour(const MapCollection &collection)
{
    return collection.facts.isEmpty() ? QStringLiteral("nothing") : kFact + QLatin1Char('0');
}

ScatterColouring colouringOf(const QString &id, const MapCollection &collection, const MapRun *run,
                             const Clusters *clusters)
{
    ScatterColouring colouring;
    const std::size_t count = collection.points ? std::size_t(collection.points->rows) : 0;
    if (id.startsWith(kFact)) {
        const RowFact fact = collection.facts.value(id.mid(kFact.size()).toInt());
        colouring.title = fact.title;
        if (fact.classes.size() == count && count > 0) {
            colouring.kind = ScatterColouring::Kind::Classes;
            colouring.classes = fact.classes;
            colouring.names = fact.names;
        } else if (fact.values.size() == count && count > 0) {
            colouring.kind = ScatterColouring::Kind::Values;
            colouring.values = fact.values;
            colouring.smallest = std::numeric_limits<double>::infinity();
            colouring.largest = -colouring.smallest;
            for (const float value : fact.values)
                if (std::isfinite(value)) {
                    colouring.smallest = std::min(colouring.smallest, double(value));
                    colouring.largest = std::max(colouring.largest, double(value));
                }
            if (colouring.smallest > colouring.largest)
                colouring.smallest = 0, colouring.largest = 1;
        }
        return colouring;
    }
    if (id == QLatin1String("clusters") && clusters && clusters->of.size() == count) {
        colouring.kind = ScatterColouring::Kind::Classes;
        colouring.title = say("Islands of the map");
        colouring.classes = clusters->of;
        colouring.names = clusters->names;
        return colouring;
    }
    for (const QualityColour &quality : kQualities)
        if (id == QLatin1String(quality.id) && run && run->quality) {
            const std::vector<float> &values = run->quality.get()->*quality.values;
            const std::vector<std::int64_t> &rows = run->quality->measured;
            colouring.kind = ScatterColouring::Kind::Values;
            colouring.title = say(quality.title);
            colouring.values.assign(count, std::numeric_limits<float>::quiet_NaN());
            for (std::size_t i = 0; i < std::min(rows.size(), values.size()); ++i)
                if (rows[i] >= 0 && std::size_t(rows[i]) < count)
                    colouring.values[std::size_t(rows[i])] = values[i];
            colouring.smallest = quality.smallest;
            colouring.largest = 1;
            return colouring;
        }
    return colouring;
}

} // namespace orrery::embedding_map
