// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/core/result.h"

#include <QCoreApplication>
#include <QPointer>
#include <QThreadPool>

#include <atomic>
#include <functional>
#include <memory>
#include <mutex>

namespace orrery {

/// What work off the interface thread sees of the owner it works for. Thread: any.
class Outside
{
public:
    Outside(QPointer<QObject> owner, std::shared_ptr<std::atomic<bool>> stop) : m_owner(owner), m_stop(std::move(stop))
    {}
    /// Asked between two pieces of work: true once nobody wants the rest.
    bool stopped() const { return *m_stop; }
    /// Calls `words` on the interface thread, unless stopped before.
    void tell(std::function<void()> words) const
    {
        // By way of the application, which outlives this thread's work; the owner may go at any time.
        if (QCoreApplication *application = QCoreApplication::instance())
            QMetaObject::invokeMethod(
                application,
                [owner = m_owner, stop = m_stop, words = std::move(words)] {
                    if (owner && !*stop)
                        words();
                },
                Qt::QueuedConnection);
    }

private:
    QPointer<QObject> m_owner;
    std::shared_ptr<std::atomic<bool>> m_stop;
};

/// Runs one thing after the other off the interface thread, for one owner.
/// Thread: interface.
class Background
{
public:
    /// @param owner  what answers are for; when it is gone they are dropped
    explicit Background(QObject *owner) : m_owner(owner) {}
    /// Waits for work that draws text, because the program's fonts go when the program does. Such work looks at
    /// stopped() every few milliseconds.
    ~Background()
    {
        stop();
        if (m_drawing)
            const std::lock_guard wait(*m_drawing);
    }
    Background(const Background &) = delete;
    Background &operator=(const Background &) = delete;

    /// What is run from now on draws text.
    void drawsText() { m_drawing = std::make_shared<std::mutex>(); }

    /// `work(outside)` returns a value or throws, and keeps no pointer to the owner; `done` gets either, unless stop()
    /// was called before.
    template <class Work, class Value = std::invoke_result_t<Work, const Outside &>>
    void run(Work work, std::type_identity_t<std::function<void(Result<Value>)>> done)
    {
        stop();
        m_stop = std::make_shared<std::atomic<bool>>(false);
        QThreadPool::globalInstance()->start([outside = Outside(m_owner, m_stop), drawing = m_drawing,
                                              work = std::move(work), done = std::move(done)]() mutable {
            std::unique_lock<std::mutex> lock;
            if (drawing)
                lock = std::unique_lock(*drawing);
            if (outside.stopped())
                return;
            std::shared_ptr<Result<Value>> result;
            try {
                result = std::make_shared<Result<Value>>(work(outside));
            } catch (...) {
                result = std::make_shared<Result<Value>>(tl::unexpected<Error>(describe(std::current_exception())));
            }
            outside.tell([done = std::move(done), result] { done(std::move(*result)); });
        });
    }
    void stop()
    {
        if (m_stop)
            *m_stop = true;
    }

private:
    QPointer<QObject> m_owner;
    std::shared_ptr<std::atomic<bool>> m_stop;
    std::shared_ptr<std::mutex> m_drawing;
};

} // namespace orrery
