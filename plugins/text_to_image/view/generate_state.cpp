// SPDX-License-Identifier: Apache-2.0
#include "plugins/text_to_image/view/generate_state.h"

#include <QRandomGenerator>

namespace orrery::text_to_image {

namespace {

const QString kPrefix = QStringLiteral("text_to_image/");
const QString kParameter = kPrefix + QStringLiteral("parameter/");
const QString kImage = kParameter + QStringLiteral("image");
const QString kMask = kParameter + QStringLiteral("mask");
const QString kOrder = kPrefix + QStringLiteral("ownOrder");
const QString kLocked = kPrefix + QStringLiteral("seedLocked");
constexpr quint32 kMostRolled = 1'000'000; // short enough to be read out

Parameters usual()
{
    Parameters parameters;
    parameters.prompt = GenerateState::firstPrompt();
    parameters.method = generate::Method::Tokens; // of the built-in models that one draws more things right
    return parameters;
}

} // namespace

GenerateState::GenerateState(Workspace &workspace, QObject *parent) : QObject(parent), m_workspace(workspace)
{
    connect(&m_workspace, &Workspace::valueChanged, this, [this](const QString &key) {
        if (key == kLocked)
            Q_EMIT seedLockChanged();
        else if (key == kOrder)
            Q_EMIT ownOrderChanged();
        else if (key.startsWith(kParameter))
            Q_EMIT parametersChanged();
    });
}

QString GenerateState::firstPrompt()
{
    return QStringLiteral("a star above a house"); // what the built-in models draw well already, and of four chips
}

Parameters GenerateState::parameters() const
{
    QJsonObject json = toJson(usual());
    for (auto it = json.begin(); it != json.end(); ++it)
        if (const QVariant value = m_workspace.value(kParameter + it.key()); value.isValid())
            it.value() = QJsonValue::fromVariant(value);
    Parameters parameters = parametersFrom(json);
    parameters.image = m_workspace.value(kImage).value<QImage>();
    parameters.mask = m_workspace.value(kMask).value<QImage>();
    return parameters;
}

void GenerateState::setParameters(const Parameters &parameters, const QString &undoText, bool merge)
{
    const Parameters now = this->parameters();
    const QJsonObject before = toJson(now), after = toJson(parameters);
    QList<std::pair<QString, QVariant>> changed;
    for (auto it = after.begin(); it != after.end(); ++it)
        if (before.value(it.key()) != it.value())
            changed.append({kParameter + it.key(), it.value().toVariant()});
    const auto addPicture = [&](const QString &key, const QImage &from, const QImage &to) {
        if (from != to)
            changed.append({key, to.isNull() ? QVariant() : QVariant(to)});
    };
    addPicture(kImage, now.image, parameters.image);
    addPicture(kMask, now.mask, parameters.mask);
    if (changed.size() > 1)
        m_workspace.beginMacro(undoText);
    for (const auto &[key, value] : changed)
        m_workspace.setValue(key, value, undoText, merge && changed.size() == 1);
    if (changed.size() > 1)
        m_workspace.endMacro();
}

void GenerateState::edit(const QString &undoText, const std::function<void(Parameters &)> &change, bool merge)
{
    Parameters parameters = this->parameters();
    change(parameters);
    setParameters(parameters, undoText, merge);
}

bool GenerateState::seedLocked() const
{
    return m_workspace.value(kLocked, true).toBool();
}

void GenerateState::setSeedLocked(bool locked)
{
    if (locked != seedLocked())
        m_workspace.setValue(kLocked, locked, locked ? tr("Lock the seed") : tr("Unlock the seed"));
}

QList<int> GenerateState::ownOrder(const QString &drawingKey) const
{
    const QVariantMap value = m_workspace.value(kOrder).toMap();
    if (value.value(QStringLiteral("of")).toString() != drawingKey)
        return {};
    return value.value(QStringLiteral("order")).value<QList<int>>();
}

void GenerateState::setOwnOrder(const QString &drawingKey, const QList<int> &order)
{
    m_workspace.setValue(
        kOrder, QVariantMap{{QStringLiteral("of"), drawingKey}, {QStringLiteral("order"), QVariant::fromValue(order)}},
        tr("Sort the pictures"));
}

void GenerateState::rollSeed()
{
    edit(tr("Another seed"), [](Parameters &p) {
        quint64 seed = p.seed;
        while (seed == p.seed)
            seed = 1 + QRandomGenerator::global()->bounded(kMostRolled);
        p.seed = seed;
    });
}

} // namespace orrery::text_to_image
