// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/api/models.h"
#include "engine/core/engine_thread.h"
#include "orrery/workspace.h"
#include "widgets/theme/theme.h"

#include <QKeySequence>
#include <QObject>
#include <QPointer>
#include <QThread>

#include <exception>
#include <memory>
#include <optional>
#include <vector>

namespace orrery {

/// An entry of the command palette (Ctrl+K).
struct Command
{
    QString id;            ///< "zero_shot.exportCsv"
    QString text;          ///< "Export the ranking as CSV…"
    QKeySequence shortcut; ///< may be empty
    std::function<void()> run;
    std::function<bool()> enabled; ///< empty: always
};

/// Calls `work` of an object, from wherever that is. What it throws is thrown once more in an event of the object,
/// where the program sees whose mistake it is and stops that page alone.
template <class Work>
void callFor(QObject *owner, Work &&work)
{
    const QPointer<QObject> guard(owner);
    try {
        work();
    } catch (...) {
        if (guard)
            QMetaObject::invokeMethod(
                owner, [mistake = std::current_exception()] { std::rethrow_exception(mistake); }, Qt::QueuedConnection);
    }
}

/// What a plugin sees of the program. Outlives every page.
/// Thread: interface.
class PluginHost : public QObject
{
    Q_OBJECT
public:
    using QObject::QObject;

    /// Submits a job to the engine. Jobs submitted before the engine is ready wait for it.
    ///
    /// @param owner     when it is gone, the job is cancelled and its answer dropped; never null.
    /// @param done      called once on the interface thread, with a value or an Error (also when cancelled or
    /// replaced).
    /// @param progress  called on the interface thread; newest wins.
    template <class Request, class ResultType>
    JobHandle<ResultType> submit(QObject *owner, const JobType<Request, ResultType> &type,
                                 std::type_identity_t<Request> request, JobOptions options,
                                 std::type_identity_t<std::function<void(Result<ResultType>)>> done,
                                 std::function<void(const Progress &)> progress = {})
    {
        Q_ASSERT(owner && QThread::currentThread() == thread());
        const QPointer<QObject> guard(owner);
        const auto leaving = std::make_shared<QMetaObject::Connection>();
        std::function<void(Result<ResultType>)> guarded = [guard, leaving,
                                                           done = std::move(done)](Result<ResultType> result) {
            QObject::disconnect(*leaving);
            if (guard && done)
                callFor(guard, [&] { done(std::move(result)); });
        };
        std::function<void(const Progress &)> guardedProgress;
        if (progress)
            guardedProgress = [guard, progress = std::move(progress)](const Progress &value) {
                if (guard)
                    callFor(guard, [&] { progress(value); });
            };
        JobHandle<ResultType> handle = engine().submit(type, std::move(request), std::move(options), std::move(guarded),
                                                       std::move(guardedProgress));
        // Or a page that was taken away would have the engine work on for nobody.
        *leaving = connect(owner, &QObject::destroyed, [control = JobControl(handle)]() mutable { control.cancel(); });
        watch(handle);
        return handle;
    }

    virtual EngineThread &engine() = 0;
    /// Nothing while the engine is starting; then what it runs on, or why it could not start.
    virtual const std::optional<Result<RuntimeInfo>> &engineState() const = 0;

    virtual Workspace &workspace() = 0;
    Theme &theme() { return Theme::instance(); }

    /// Models that are installed, built-in ones first, from their cards; known before the engine is.
    virtual const std::vector<ModelCard> &modelCards() const = 0;
    /// Id of the model chosen for a task ("image and text"); empty when none is installed.
    virtual QString currentModel(const QString &task = QStringLiteral("image and text")) const = 0;
    virtual void setCurrentModel(const QString &id) = 0;

    /// Remembered between starts. Keys are "<plugin id>/<name>". Not for what undo should bring back: see Workspace.
    virtual QVariant setting(const QString &key, const QVariant &fallback = {}) const = 0;
    virtual void setSetting(const QString &key, const QVariant &value) = 0;

    /// Adds commands to Ctrl+K; they go away with `owner`.
    virtual void addCommand(QObject *owner, Command command) = 0;

    /// Folder of the program's resources: label sets, templates, pictures.
    virtual QString resourceFolder() const = 0;
    /// Goes to another page: "models", "plugins", "settings", or the id of a plugin.
    virtual void showPage(const QString &id) = 0;
    /// A sentence at the foot of the window for a few seconds, with a button when there is a remedy: "3 pictures
    /// added".
    virtual void notify(const QString &text, const QString &actionText = {}, std::function<void()> action = {}) = 0;
    /// Screen of a teacher: larger everything. Custom painting asks theme().px() and theme().font().
    virtual bool presenting() const = 0;

protected:
    /// A job was submitted: the running-work bar offers to cancel it.
    virtual void watch(const JobControl &control) = 0;

public:
    // One page to another. Last of the virtual functions, so that plugins built before they came still fit.
    /// Is there a page of that plugin now?
    virtual bool hasPage(const QString &id) const
    {
        Q_UNUSED(id)
        return false;
    }
    /// Goes to the page and gives it items of the workspace as if they had been dropped there: they are selected, then
    /// Page::take() gets them, all in one undo step.
    virtual void sendTo(const QString &pageId, const QList<ItemId> &items, const QString &undoText)
    {
        Q_UNUSED(pageId)
        Q_UNUSED(items)
        Q_UNUSED(undoText)
    }

Q_SIGNALS:
    void engineReady();
    void modelCardsChanged();
    void currentModelChanged(const QString &task);
    void presentingChanged(bool presenting);
};

} // namespace orrery
