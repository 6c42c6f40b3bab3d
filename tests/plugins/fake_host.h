// SPDX-License-Identifier: Apache-2.0
// A host for tests of views: a real engine thread and workspace, a runtime without LibTorch, and clip.* jobs that
// answer by rules a test can foresee.
#pragma once

#include "engine/api/clip.h"
#include "engine/core/engine_thread.h"
#include "orrery/plugin_host.h"

#include <QCoreApplication>
#include <QHash>
#include <QVariant>

#include <atomic>
#include <memory>
#include <mutex>

namespace orrery::test {

/// What the fake jobs saw, and how they are to behave.
struct FakeClip
{
    std::atomic<int> classified{0}; ///< requests that were run, replaced ones excluded
    std::atomic<bool> hold{false};  ///< requests wait in steps until this is false again
    std::atomic<bool> fail{false};  ///< requests throw
    std::mutex mutex;
    clip::ClassifyRequest last; ///< guarded by `mutex`
    static FakeClip &instance();
};

/// Cosine of the fake model: 0.8 for the label in the picture's file name; else a number of the label's own that moves
/// with how much of the picture is inked, so that drawing changes ranks.
double fakeCosine(const PictureSource &picture, const std::string &label);

/// Registers the fake clip.classify and clip.matrix.
/// Pictures whose name holds "broken" have an error; "photo" is unfamiliar; words that begin with "zor" are unknown.
void registerFakeClip();

class FakeHost final : public PluginHost
{
public:
    /// @param realEngine  LibTorch and the program's own jobs instead of fake ones
    explicit FakeHost(bool realEngine = false);
    ~FakeHost() override;

    EngineThread &engine() override { return *m_engine; }
    const std::optional<Result<RuntimeInfo>> &engineState() const override { return m_state; }
    Workspace &workspace() override { return m_workspace; }
    const std::vector<ModelCard> &modelCards() const override { return m_cards; }
    QString currentModel(const QString &) const override { return QStringLiteral("picture-clip"); }
    using PluginHost::currentModel;
    void setCurrentModel(const QString &) override {}
    QVariant setting(const QString &key, const QVariant &fallback) const override
    {
        return settings.value(key, fallback);
    }
    void setSetting(const QString &key, const QVariant &value) override { settings.insert(key, value); }
    void addCommand(QObject *, Command command) override { commands.append(command.text); }
    QString resourceFolder() const override { return QStringLiteral(ORRERY_SOURCE_DIR "/resources"); }
    void showPage(const QString &id) override { pages.append(id); }
    void notify(const QString &text, const QString &, std::function<void()>) override { notes.append(text); }
    bool presenting() const override { return projected; }
    bool hasPage(const QString &id) const override { return otherPages.contains(id); }
    void sendTo(const QString &pageId, const QList<ItemId> &items, const QString &) override
    {
        pages.append(pageId);
        sent = items;
    }
    /// One more model that is installed.
    void addCard(ModelCard card)
    {
        m_cards.push_back(std::move(card));
        Q_EMIT modelCardsChanged();
    }
    void setFolder(const QString &folder) { m_cards[0].folder = folder.toStdString(); }

    QHash<QString, QVariant> settings;
    QStringList commands;
    QStringList pages;
    QStringList notes;
    QStringList otherPages; ///< that items can be sent to
    QList<ItemId> sent;     ///< the last that were
    bool projected = false; ///< before pages are made

protected:
    void watch(const JobControl &) override {}

private:
    std::optional<Result<RuntimeInfo>> m_state;
    Workspace m_workspace;
    std::vector<ModelCard> m_cards;
    std::unique_ptr<EngineThread> m_engine;
};

} // namespace orrery::test
