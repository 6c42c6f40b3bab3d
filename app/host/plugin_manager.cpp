// SPDX-License-Identifier: Apache-2.0
#include "app/host/plugin_manager.h"

#include "app/host/engine_service.h"
#include "app/host/settings.h"
#include "orrery/plugin.h"
#include "orrery/self_test.h"

#include <QCoreApplication>
#include <QDateTime>
#include <QDir>
#include <QFileInfo>
#include <QPluginLoader>
#include <QPointer>
#include <QVersionNumber>

#include <algorithm>

namespace orrery {

namespace {

/// "6.4.2" → "6.4": Qt keeps its binary interface, and adds to it with every minor version.
bool qtFits(const QString &built, const QString &running)
{
    const QVersionNumber wanted = QVersionNumber::fromString(built);
    const QVersionNumber have = QVersionNumber::fromString(running);
    return !wanted.isNull() && wanted.majorVersion() == have.majorVersion() &&
           wanted.minorVersion() <= have.minorVersion();
}

} // namespace

QString PluginManager::sentence(QString text)
{
    text = text.simplified();
    if (!text.isEmpty() && !QStringLiteral(".?!").contains(text.back()))
        text += u'.';
    return text;
}

QString PluginManager::stamp(const QString &file)
{
    const QFileInfo info(file);
    return QStringLiteral("%1@%2").arg(info.size()).arg(info.lastModified().toMSecsSinceEpoch());
}

QStringList PluginManager::libraries(const QString &folder)
{
    QStringList files;
    for (const QFileInfo &file :
         QDir(folder).entryInfoList({QStringLiteral("orrery_plugin_*.so")}, QDir::Files, QDir::Name))
        files.append(file.absoluteFilePath());
    return files;
}

PluginManager::PluginManager(EngineService &engine, Settings &settings, QObject *parent)
    : QObject(parent), m_engine(engine), m_settings(settings)
{
    m_news.setSingleShot(true);
    m_news.setInterval(150);
    connect(&m_watcher, &QFileSystemWatcher::directoryChanged, &m_news, qOverload<>(&QTimer::start));
    connect(&m_news, &QTimer::timeout, this, &PluginManager::rescan);
}

PluginManager::~PluginManager() = default;

QString PluginManager::defaultFolder()
{
    const QDir program(QCoreApplication::applicationDirPath());
    for (const char *candidate : {"../lib/orrery/plugins", "../" ORRERY_LIBDIR "/orrery/plugins"})
        if (const QString folder = program.absoluteFilePath(QLatin1String(candidate)); QFileInfo(folder).isDir())
            return QDir::cleanPath(folder);
    return {};
}

PluginEntry PluginManager::inspect(const QString &file, const PluginAbi &abi)
{
    PluginEntry entry;
    entry.file = file;
    const QString base = QFileInfo(file).completeBaseName();
    entry.id = base;
    entry.name = base;
    const auto refuse = [&](const QString &reason) {
        entry.state = PluginState::Refused;
        entry.reason = reason;
        return entry;
    };

    QPluginLoader loader;
    loader.setFileName(file); // reads the metadata section; runs nothing
    const QJsonObject outer = loader.metaData();
    if (outer.isEmpty()) {
        entry.details = loader.errorString();
        return refuse(tr("This file is not a plugin; take it out of the plugins folder."));
    }
    const QJsonObject json = outer.value(QStringLiteral("MetaData")).toObject();
    const auto text = [&](const char *key) { return json.value(QLatin1String(key)).toString(); };
    entry.id = text("id").isEmpty() ? base : text("id");
    entry.name = text("name").isEmpty() ? entry.id : text("name");
    entry.word = text("word").isEmpty() ? entry.name : text("word");
    entry.icon = text("icon").isEmpty() ? QStringLiteral("plugins") : text("icon");
    entry.version = text("version");
    entry.summary = text("summary");
    entry.order = json.value(QStringLiteral("order")).toInt(100);
    entry.selfTest = text("selfTest");
    if (const QString source = text("source"); QFileInfo::exists(source + QStringLiteral("/CMakeLists.txt")))
        entry.source = source;

    if (outer.value(QStringLiteral("IID")).toString() != QLatin1String(ORRERY_PLUGIN_IID))
        return refuse(tr("This is a Qt plugin of another program; take it out of the plugins folder."));
    if (text("id").isEmpty() || entry.version.isEmpty())
        return refuse(tr("Its metadata lacks an id or a version; add them and build it again."));
    const QJsonValue sdk = json.value(QStringLiteral("sdk"));
    if (sdk.toInt(-1) != abi.sdk)
        return refuse(
            tr("It was built for version %1 of the plugin interface and this program has version %2; build it "
               "again with this program's SDK, or get its newer version.")
                .arg(sdk.isDouble() ? QString::number(sdk.toInt()) : tr("unknown"))
                .arg(abi.sdk));
    if (text("interface") != abi.interface)
        return refuse(
            tr("It was built for another Orrery (interface %1; this one has %2) and could crash this one; build it "
               "again with this program's SDK, or get its newer version.")
                .arg(text("interface").isEmpty() ? tr("unknown") : text("interface"), abi.interface));
    if (!qtFits(text("qt"), abi.qt))
        return refuse(tr("It was built with Qt %1 and this program runs on Qt %2; build it again on this computer.")
                          .arg(text("qt").isEmpty() ? tr("of an unknown version") : text("qt"), abi.qt));
    if (const QString jobs = text("jobs"); !jobs.isEmpty()) {
        if (!abi.torch.isEmpty() && text("torch") != abi.torch)
            return refuse(tr("Its models were built with LibTorch %1 and this program has LibTorch %2; build it again "
                             "on this computer.")
                              .arg(text("torch").isEmpty() ? tr("of an unknown version") : text("torch"), abi.torch));
        if (text("engine") != abi.engine)
            return refuse(
                tr("Its models were built for another Orrery (engine %1; this one has %2) and could crash this "
                   "one; build it again in this program's source tree.")
                    .arg(text("engine").isEmpty() ? tr("unknown") : text("engine"), abi.engine));
        // A name, not a path: metadata must not point at libraries elsewhere.
        entry.jobs = QFileInfo(file).dir().absoluteFilePath(QFileInfo(jobs).fileName() + QStringLiteral(".so"));
        if (!QFileInfo::exists(entry.jobs))
            return refuse(tr("Its second library, %1, is missing beside it; install the plugin again.")
                              .arg(QFileInfo(entry.jobs).fileName()));
    }
    return entry;
}

void PluginManager::discover(const QString &folder, const QString &held, const QString &heldReason)
{
    m_plugins.clear();
    scan(folder, false, held, heldReason);
}

void PluginManager::scan(const QString &folder, bool own, const QString &held, const QString &heldReason)
{
    if (folder.isEmpty())
        return;
    for (const QString &file : libraries(folder))
        m_plugins.push_back(read(file, own, held, heldReason));
    sort();
}

PluginEntry PluginManager::read(const QString &file, bool own, const QString &held, const QString &heldReason) const
{
    PluginEntry found = inspect(file, PluginAbi::ours());
    found.own = own;
    found.seen = stamp(file);
    const auto isTaken = [&] {
        const PluginEntry *other = find(found.id);
        return other && other->file != file;
    };
    if (isTaken()) { // refused ones too: ids tell entries apart
        if (found.state == PluginState::Found) {
            found.state = PluginState::Refused;
            found.reason = tr("Another plugin has the same id, %1; keep one of the two.").arg(found.id);
        }
        found.id += u'#' + QFileInfo(file).completeBaseName();
        while (isTaken())
            found.id += u'#';
    }
    if (found.state != PluginState::Found)
        return found;
    if (m_settings.disabledPlugins().contains(found.id)) {
        found.state = PluginState::Disabled;
    } else if (found.id == held) {
        found.state = PluginState::Held;
        found.reason = heldReason;
    }
    return found;
}

void PluginManager::sort()
{
    std::stable_sort(m_plugins.begin(), m_plugins.end(),
                     [](const PluginEntry &a, const PluginEntry &b) { return a.order < b.order; });
}

const PluginEntry *PluginManager::find(const QString &id) const
{
    const auto it = std::find_if(m_plugins.begin(), m_plugins.end(), [&](const PluginEntry &e) { return e.id == id; });
    return it == m_plugins.end() ? nullptr : &*it;
}

PluginEntry *PluginManager::entry(const QString &id)
{
    return const_cast<PluginEntry *>(std::as_const(*this).find(id));
}

void PluginManager::set(const QString &id, PluginState state, const QString &reason, const QString &details)
{
    PluginEntry *plugin = entry(id);
    if (!plugin)
        return;
    plugin->state = state;
    plugin->reason = reason;
    plugin->details = details;
    Q_EMIT entryChanged(id);
}

QString PluginManager::fingerprint(const PluginEntry &entry) const
{
    QString print = entry.version;
    for (const QString &file : {entry.file, entry.jobs})
        if (!file.isEmpty())
            print += u'|' + stamp(file);
    return print;
}

void PluginManager::startAll()
{
    // A copy: entries change while they start.
    QStringList ids;
    for (const PluginEntry &plugin : m_plugins)
        if (plugin.state == PluginState::Found)
            ids.append(plugin.id);
    for (const QString &id : std::as_const(ids))
        start(id);
}

void PluginManager::start(const QString &id)
{
    const PluginEntry plugin = *find(id);
    const QString testedKey = QStringLiteral("plugins/tested/") + plugin.id;
    // The same files passed before: the page need not wait until the engine is up. The test still runs, and its failure
    // still counts.
    const bool passedBefore = m_settings.value(testedKey).toString() == fingerprint(plugin);
    if (plugin.jobs.isEmpty() && plugin.selfTest.isEmpty()) {
        set(id, PluginState::Ready);
        return;
    }
    if (passedBefore)
        set(id, PluginState::Ready);

    const QPointer<PluginManager> self(this);
    const auto failed = [self, id, testedKey, reloads = plugin.reloads](const QString &what, const Error &error) {
        if (!self)
            return;
        const PluginEntry *now = self->find(id);
        if (!now || now->reloads != reloads || now->state == PluginState::Disabled)
            return;                               // it concerns nobody any more
        if (error.code == ErrorCode::Cancelled) { // says nothing about the plugin
            if (now->state == PluginState::Found)
                self->set(id, PluginState::Failed, tr("Its self-test was stopped; try again."));
            return;
        }
        self->m_settings.setValue(testedKey, {});
        self->set(id, PluginState::Failed, what.arg(sentence(QString::fromStdString(error.message))),
                  QString::fromStdString(error.context));
    };
    const auto test = [self, id, plugin, testedKey, failed] {
        if (!self)
            return;
        const auto passed = [self, id, plugin, testedKey] {
            const PluginEntry *now = self->find(id);
            if (!now || now->reloads != plugin.reloads)
                return; // another file has taken its place
            self->m_settings.setValue(testedKey, self->fingerprint(plugin));
            // It may have been disabled, or its page have thrown, since.
            if (now->state == PluginState::Found)
                self->set(id, PluginState::Ready);
        };
        if (plugin.selfTest.isEmpty()) {
            passed();
            return;
        }
        const std::string jobId = plugin.selfTest.toStdString();
        const SelfTestJob job{jobId.c_str()};
        std::function<void(Result<SelfTestResult>)> done = [self, failed, passed](Result<SelfTestResult> result) {
            if (!self)
                return;
            if (result)
                passed();
            else
                failed(tr("Its self-test failed: %1"), result.error());
        };
        JobOptions options{.lane = Lane::Interactive, .title = tr("Testing %1").arg(plugin.name).toStdString()};
        self->m_engine.watch(
            self->m_engine.engine().submit(job, {plugin.id.toStdString()}, std::move(options), std::move(done)));
    };
    if (plugin.jobs.isEmpty())
        test();
    else
        m_engine.engine().loadJobs(plugin.jobs.toStdString(), [test, failed](Result<bool> loaded) {
            if (loaded)
                test();
            else
                failed(tr("Its second library could not be loaded: %1"), loaded.error());
        });
}

void PluginManager::retry(const QString &id)
{
    m_settings.setPluginDisabled(id, false);
    if (PluginEntry *plugin = entry(id); plugin && plugin->state != PluginState::Refused) {
        if (plugin->own) { // it may have been built again since
            reload(id);
            return;
        }
        set(id, PluginState::Found);
        start(id);
    }
}

void PluginManager::setEnabled(const QString &id, bool enabled)
{
    if (enabled) {
        retry(id);
        return;
    }
    m_settings.setPluginDisabled(id, true);
    set(id, PluginState::Disabled);
}

Page *PluginManager::createPage(const QString &id, PluginHost &host, QWidget *parent)
{
    const PluginEntry *plugin = find(id);
    if (!plugin || plugin->state != PluginState::Ready)
        return nullptr;
    QString error;
    auto *factory =
        qobject_cast<PluginFactory *>(m_libraries.open(plugin->file, plugin->own || plugin->reloads > 0, &error));
    if (!factory) {
        set(id, PluginState::Failed, tr("Its library could not be loaded; install or build it again."), error);
        return nullptr;
    }
    try {
        if (Page *page = factory->createPage(host, parent))
            return page;
        set(id, PluginState::Failed, tr("It has no page to show; its author should return one from ORRERY_PLUGIN."));
    } catch (const std::exception &error) {
        set(id, PluginState::Failed,
            tr("It stopped while it was starting: %1").arg(sentence(QString::fromUtf8(error.what()))));
    } catch (...) {
        set(id, PluginState::Failed, tr("It stopped while it was starting, without saying why."));
    }
    return nullptr;
}

} // namespace orrery
