// SPDX-License-Identifier: Apache-2.0
#include "plugins/embedding_map/view/map_state.h"

#include <QJsonArray>

namespace orrery::embedding_map {

namespace {

const QString kPrefix = QStringLiteral("embedding_map/");
const QString kCollection = kPrefix + QStringLiteral("collection");
const QString kShown = kPrefix + QStringLiteral("shown");
const QString kBeside = kPrefix + QStringLiteral("beside");
const QString kColour = kPrefix + QStringLiteral("colour");
const QString kWords = kPrefix + QStringLiteral("words");
const QString kRows = kPrefix + QStringLiteral("rows");
const QString kParameter = kPrefix + QStringLiteral("parameter/");

} // namespace

MapState::MapState(Workspace &workspace, QObject *parent) : QObject(parent), m_workspace(workspace)
{
    connect(&m_workspace, &Workspace::valueChanged, this, [this](const QString &key) {
        if (!key.startsWith(kPrefix))
            return;
        if (key == kCollection)
            Q_EMIT collectionChanged();
        else if (key == kShown || key == kBeside)
            Q_EMIT shownChanged();
        else if (key == kColour)
            Q_EMIT colourChanged();
        else if (key == kWords)
            Q_EMIT wordsChanged();
        else if (key == kRows)
            Q_EMIT rowsChanged();
        else if (key.startsWith(kParameter))
            Q_EMIT parametersChanged();
    });
}

QString MapState::collection() const
{
    return m_workspace.value(kCollection).toString();
}

void MapState::setCollection(const QString &id, const QString &undoText)
{
    if (id != collection())
        m_workspace.setValue(kCollection, id, undoText);
}

MapParameters MapState::parameters() const
{
    QJsonObject json = toJson({});
    for (auto it = json.begin(); it != json.end(); ++it)
        if (const QVariant value = m_workspace.value(kParameter + it.key()); value.isValid())
            it.value() = QJsonValue::fromVariant(value);
    return parametersFrom(json);
}

void MapState::setParameters(const MapParameters &wanted, const QString &undoText, bool merge)
{
    const QJsonObject before = toJson(parameters());
    const QJsonObject after = toJson(wanted);
    QStringList changed;
    for (auto it = after.begin(); it != after.end(); ++it)
        if (before.value(it.key()) != it.value())
            changed.append(it.key());
    if (changed.size() > 1)
        m_workspace.beginMacro(undoText);
    for (const QString &name : changed)
        m_workspace.setValue(kParameter + name, after.value(name).toVariant(), undoText, merge && changed.size() == 1);
    if (changed.size() > 1)
        m_workspace.endMacro();
}

QString MapState::shown() const
{
    return m_workspace.value(kShown).toString();
}

QString MapState::beside() const
{
    return m_workspace.value(kBeside).toString();
}

void MapState::setShown(const QString &key, const QString &undoText)
{
    if (key != shown())
        m_workspace.setValue(kShown, key, undoText);
}

void MapState::setBeside(const QString &key, const QString &undoText)
{
    if (key != beside())
        m_workspace.setValue(kBeside, key, undoText);
}

QString MapState::colour() const
{
    return m_workspace.value(kColour).toString();
}

void MapState::setColour(const QString &id)
{
    if (id != colour())
        m_workspace.setValue(kColour, id, tr("Colour the points differently"));
}

QString MapState::words() const
{
    return m_workspace.value(kWords).toString();
}

void MapState::setWords(const QString &words)
{
    if (words != this->words())
        m_workspace.setValue(kWords, words, tr("Type words"), true);
}

QList<qint64> MapState::rows(const QString &collection) const
{
    const QVariantMap value = m_workspace.value(kRows).toMap();
    if (value.value(QStringLiteral("collection")).toString() != collection)
        return {};
    return value.value(QStringLiteral("rows")).value<QList<qint64>>();
}

void MapState::setRows(const QString &collection, const QList<qint64> &rows)
{
    if (rows == this->rows(collection) || rows.size() > kMostRows)
        return;
    m_workspace.setValue(
        kRows,
        QVariantMap{{QStringLiteral("collection"), collection}, {QStringLiteral("rows"), QVariant::fromValue(rows)}},
        rows.isEmpty() ? tr("Select nothing") : tr("Select %n point(s)", nullptr, int(rows.size())), true);
}

} // namespace orrery::embedding_map
