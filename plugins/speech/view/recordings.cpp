// SPDX-License-Identifier: Apache-2.0
#include "plugins/speech/view/recordings.h"

#include <QFileInfo>

#include <algorithm>

namespace orrery::speech {

namespace {

const QString kList = QStringLiteral("speech/recordings");
const QString kModel = QStringLiteral("speech/model");
const QString kCodebook = QStringLiteral("speech/codebook");
const QString kFast = QStringLiteral("speech/fast");
constexpr int kUsualCodebook = 100;

/// Sound of an item, as jobs take it.
Samples samplesOf(const Item &item)
{
    if (item.sound.isEmpty() || item.sampleRateHz != kSoundRate)
        return nullptr;
    return std::make_shared<const std::vector<float>>(item.sound.begin(), item.sound.end());
}

} // namespace

Recordings::Recordings(PluginHost &host, QObject *parent)
    : QObject(parent), m_host(host), m_example(QUuid(QStringLiteral("{5ee11000-5ea5-4e11-8000-000000000001}")))
{
    Recording example;
    example.item = m_example;
    example.name = tr("She sells sea shells");
    m_known.insert(m_example, example);
    m_current = m_example;
    m_order = {m_example};
    connect(&host.workspace(), &Workspace::valueChanged, this, [this](const QString &key) {
        if (key == kList)
            sync();
        if (key != kModel && key != kCodebook && key != kFast)
            return;
        m_problem.reset();
        m_failed.clear(); // what could not be had is asked for again when its model is back
        forget();
        for (const ItemId &id : std::as_const(m_order))
            showUnits(id);
        Q_EMIT problemChanged();
        Q_EMIT kindChanged();
        next();
    });
    connect(&host.workspace(), &Workspace::selectionChanged, this, [this](const Selection &selection) {
        if (m_order.contains(selection.current))
            setCurrent(selection.current);
    });
    connect(&host.workspace(), &Workspace::itemsRemoved, this, [this] { sync(); });
    connect(&host, &PluginHost::modelCardsChanged, this, &Recordings::retry);
    sync();
}

void Recordings::wake()
{
    if (m_awake)
        return;
    m_awake = true;
    for (const ItemId &id : std::as_const(m_order))
        load(id);
}

QList<Recording> Recordings::all() const
{
    QList<Recording> all;
    for (const ItemId &id : m_order)
        all.append(m_known.value(id));
    return all;
}

void Recordings::setCurrent(const ItemId &id)
{
    if (id == m_current || !m_order.contains(id))
        return;
    m_current = id;
    Q_EMIT currentChanged();
    next();
}

void Recordings::take(const QList<ItemId> &ids)
{
    QStringList list = m_host.workspace().value(kList).toStringList();
    ItemId last;
    for (const Item &item : m_host.workspace().items(ids)) {
        if (item.kind != ItemKind::Sound)
            continue;
        last = item.id;
        if (!list.contains(item.id.toString()))
            list.append(item.id.toString());
    }
    if (last.isNull())
        return;
    m_host.workspace().setValue(kList, list, tr("Listen to %n sound(s)", nullptr, int(ids.size())));
    setCurrent(last);
}

ItemId Recordings::keep(const QString &name, Samples samples, const QJsonObject &recipe)
{
    Item item;
    item.kind = ItemKind::Sound;
    item.name = name;
    item.sound = QList<float>(samples->begin(), samples->end());
    item.sampleRateHz = kSoundRate;
    item.recipe = recipe;
    Workspace &workspace = m_host.workspace();
    workspace.beginMacro(tr("Keep %1").arg(name));
    const ItemId id = workspace.add(item);
    workspace.gather({id});
    take({id});
    workspace.endMacro();
    return id;
}

void Recordings::close(const ItemId &id)
{
    QStringList list = m_host.workspace().value(kList).toStringList();
    if (list.removeAll(id.toString()) > 0)
        m_host.workspace().setValue(kList, list, tr("Close %1").arg(recording(id).name));
}

void Recordings::sync()
{
    QList<ItemId> order{m_example};
    for (const QString &text : m_host.workspace().value(kList).toStringList())
        if (const ItemId id(text); m_host.workspace().contains(id))
            order.append(id);
    if (order == m_order)
        return;
    m_order = order;
    for (const ItemId &id : std::as_const(m_order)) {
        if (m_known.contains(id))
            continue;
        const Item item = m_host.workspace().item(id);
        Recording recording;
        recording.item = id;
        recording.name = item.name.isEmpty() ? QFileInfo(item.path).fileName() : item.name;
        m_known.insert(id, recording);
        if (m_awake)
            load(id);
    }
    Q_EMIT listChanged();
    if (!m_order.contains(m_current)) {
        m_current = m_order.last();
        Q_EMIT currentChanged();
    }
}

QString Recordings::examplePath() const
{
    return m_host.resourceFolder() + QStringLiteral("/examples/speech/she_sells.flac");
}

void Recordings::load(const ItemId &id)
{
    if (m_loading.contains(id) || m_known[id].samples)
        return;
    sound::LoadRequest request;
    if (id == m_example) {
        request.sound.path = examplePath().toStdString();
    } else {
        const Item item = m_host.workspace().item(id);
        request.sound.path = item.path.toStdString();
        request.sound.samples = samplesOf(item);
    }
    request.sound.name = m_known[id].name.toStdString();
    JobOptions options;
    options.title = tr("Read %1").arg(m_known[id].name).toStdString();
    m_loading.insert(id, m_host.submit(this, sound::kLoad, std::move(request), std::move(options),
                                       [this, id](const Result<sound::LoadResult> &result) { loaded(id, result); }));
}

void Recordings::loaded(const ItemId &id, const Result<sound::LoadResult> &result)
{
    m_loading.remove(id);
    Recording &recording = m_known[id];
    if (!result) {
        recording.error = QString::fromStdString(result.error().message);
    } else if (!result->samples || result->samples->empty()) {
        recording.error = tr("%1 holds no sound: it is empty.").arg(recording.name);
    } else {
        recording.samples = result->samples;
        recording.facts = result->facts;
        recording.notes = notesOf(*result->samples, result->facts, result->cut);
    }
    Q_EMIT changed(id);
    next();
}

UnitKind Recordings::kind() const
{
    return {m_host.workspace().value(kModel, QLatin1String(kUnitsModel)).toString(),
            m_host.workspace().value(kCodebook, kUsualCodebook).toInt(),
            m_host.workspace().value(kFast, false).toBool()};
}

void Recordings::setModel(const QString &model)
{
    if (model != kind().model)
        m_host.workspace().setValue(kModel, model, tr("Listen with another model"));
}

void Recordings::setCodebook(int units)
{
    if (units != kind().codebook)
        m_host.workspace().setValue(kCodebook, units, tr("%1 units").arg(units));
}

void Recordings::setFast(bool fast)
{
    if (fast != kind().fast)
        m_host.workspace().setValue(kFast, fast, fast ? tr("Hear in coarser numbers") : tr("Hear in exact numbers"));
}

bool Recordings::isBusy() const
{
    return m_loading.contains(m_current) || m_asked == m_current;
}

void Recordings::retry()
{
    m_problem.reset();
    m_failed.clear();
    Q_EMIT problemChanged();
    next();
    Q_EMIT changed(m_current); // stopped no longer, even when another one is heard first
}

bool Recordings::isStopped() const
{
    return !m_problem && current().error.isEmpty() && m_failed.contains(keyOf(m_current, kind()));
}

bool Recordings::cancel()
{
    if (m_asked.isNull())
        return false;
    m_job.cancel();
    return true;
}

QString Recordings::keyOf(const ItemId &id, const UnitKind &kind)
{
    return QStringLiteral("%1|%2|%3|%4").arg(id.toString(), kind.model).arg(kind.codebook).arg(int(kind.fast));
}

std::shared_ptr<const UnitList> Recordings::units(const ItemId &id, const UnitKind &kind) const
{
    return m_units.value(keyOf(id, kind));
}

void Recordings::forget()
{
    ++m_number;
    m_job.cancel();
    m_asked = {};
}

void Recordings::showUnits(const ItemId &id)
{
    Recording &recording = m_known[id];
    recording.units = units(id, kind());
    Q_EMIT changed(id);
}

void Recordings::next()
{
    if (!m_awake || !m_asked.isNull() || m_problem)
        return;
    const UnitKind kind = this->kind();
    const auto wanted = [&](const ItemId &id) {
        return m_known[id].samples && !units(id, kind) && !m_failed.contains(keyOf(id, kind));
    };
    ItemId id = wanted(m_current) ? m_current : ItemId();
    for (const ItemId &other : std::as_const(m_order))
        if (id.isNull() && wanted(other))
            id = other;
    if (id.isNull())
        return;
    m_asked = id;
    UnitsRequest request;
    kind.putInto(request);
    request.letters = true;
    request.sounds = {{{}, m_known[id].samples, m_known[id].name.toStdString()}};
    JobOptions options;
    options.title = tr("Units of %1").arg(m_known[id].name).toStdString();
    m_job = m_host.submit(
        this, kUnits, std::move(request), std::move(options),
        [this, id, kind, number = ++m_number](const Result<UnitsResult> &result) {
            if (number == m_number)
                arrived(id, kind, result);
        },
        [this, id](const Progress &progress) {
            if (id == m_current)
                Q_EMIT progressed(progress.fraction, QString::fromStdString(progress.message));
        });
    Q_EMIT changed(id); // it is busy now
}

void Recordings::arrived(const ItemId &id, const UnitKind &kind, const Result<UnitsResult> &result)
{
    m_asked = {};
    const QString key = keyOf(id, kind);
    if (!result) {
        m_failed.insert(key);
        if (result.error().code == ErrorCode::Cancelled) {
            Q_EMIT changed(id);
            return;
        }
        m_problem = result.error();
        Q_EMIT problemChanged();
        Q_EMIT changed(id);
        return;
    }
    const UnitSequence &sequence = result->sequences.front();
    if (!sequence.error.empty()) {
        m_failed.insert(key);
        m_known[id].error = QString::fromStdString(sequence.error);
        Q_EMIT changed(id);
    } else {
        auto list = std::make_shared<UnitList>();
        list->kind = kind;
        list->units = sequence.units;
        list->letters = sequence.letters;
        list->hopMs = result->hopMs;
        list->firstMs = result->firstMs;
        m_units.insert(key, list);
        showUnits(id);
    }
    next();
}

} // namespace orrery::speech
