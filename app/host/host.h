// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "app/host/engine_service.h"
#include "app/host/model_list.h"
#include "app/host/picture_loader.h"
#include "app/host/plugin_manager.h"
#include "app/host/plugin_workshop.h"
#include "app/host/settings.h"
#include "orrery/plugin_host.h"

#include <memory>
#include <vector>

namespace orrery {

/// The program behind the window: engine, workspace, models, plugins, settings. The window listens to its signals.
/// Thread: interface.
class Host final : public PluginHost
{
    Q_OBJECT
public:
    /// @param settingsFile  empty: the user's own.
    explicit Host(const QString &settingsFile = {}, QObject *parent = nullptr);
    ~Host() override;

    // What plugins see.
    EngineThread &engine() override { return m_engine.engine(); }
    const std::optional<Result<RuntimeInfo>> &engineState() const override { return m_engine.state(); }
    Workspace &workspace() override { return m_workspace; }
    const std::vector<ModelCard> &modelCards() const override { return m_models.cards(); }
    QString currentModel(const QString &task = QStringLiteral("image and text")) const override;
    void setCurrentModel(const QString &id) override;
    QVariant setting(const QString &key, const QVariant &fallback = {}) const override;
    void setSetting(const QString &key, const QVariant &value) override;
    void addCommand(QObject *owner, Command command) override;
    QString resourceFolder() const override { return m_resourceFolder; }
    void showPage(const QString &id) override { Q_EMIT pageRequested(id); }
    void notify(const QString &text, const QString &actionText = {}, std::function<void()> action = {}) override;
    bool presenting() const override { return Theme::instance().presenting(); }
    bool hasPage(const QString &id) const override;
    void sendTo(const QString &pageId, const QList<ItemId> &items, const QString &undoText) override
    {
        Q_EMIT itemsSent(pageId, items, undoText);
    }
    void setPresenting(bool presenting);
    /// A lesson's model in place of the one the user chose, until it is given back with an empty id.
    void borrowModel(const QString &id);

    // What the window sees.
    Settings &settings() { return m_settings; }
    EngineService &engineService() { return m_engine; }
    ModelList &models() { return m_models; }
    PluginManager &plugins() { return m_plugins; }
    PluginWorkshop &workshop() { return m_workshop; }
    PictureLoader &pictures() { return m_pictures; }
    /// Commands whose owner is still there, in order of adding.
    std::vector<Command> commands() const;

    /// $ORRERY_RESOURCES, else share/orrery beside the program, else `resources` of the source tree.
    static QString findResources();

Q_SIGNALS:
    void pageRequested(const QString &id);
    void itemsSent(const QString &pageId, const QList<orrery::ItemId> &items, const QString &undoText);
    void notified(const QString &text, const QString &actionText, const std::function<void()> &action);
    void commandsChanged();

protected:
    void watch(const JobControl &control) override { m_engine.watch(control); }

private:
    struct OwnedCommand
    {
        QPointer<QObject> owner;
        Command command;
    };

    QString m_resourceFolder;
    QString m_borrowedModel;
    Settings m_settings;
    Workspace m_workspace;
    ModelList m_models;
    PictureLoader m_pictures;
    // After everything that answers may touch: destroyed first.
    EngineService m_engine;
    PluginManager m_plugins;
    PluginWorkshop m_workshop;
    std::vector<OwnedCommand> m_commands;
};

} // namespace orrery
