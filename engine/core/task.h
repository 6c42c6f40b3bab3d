// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <coroutine>
#include <exception>
#include <optional>
#include <utility>

namespace orrery {

template <class T>
class Task;

namespace detail {

struct FinalAwaiter
{
    bool await_ready() const noexcept { return false; }
    template <class Promise>
    std::coroutine_handle<> await_suspend(std::coroutine_handle<Promise> finished) const noexcept
    {
        // Symmetric transfer: the caller goes on without growing the stack, however deep the nesting.
        const auto continuation = finished.promise().continuation;
        return continuation ? continuation : std::noop_coroutine();
    }
    void await_resume() const noexcept {}
};

struct PromiseBase
{
    std::coroutine_handle<> continuation;
    std::exception_ptr exception;

    std::suspend_always initial_suspend() const noexcept { return {}; }
    FinalAwaiter final_suspend() const noexcept { return {}; }
    void unhandled_exception() noexcept { exception = std::current_exception(); }
};

template <class T>
struct Promise : PromiseBase
{
    std::optional<T> value;
    Task<T> get_return_object();
    template <class U>
    void return_value(U &&result)
    {
        value.emplace(std::forward<U>(result));
    }
    T take()
    {
        if (exception)
            std::rethrow_exception(exception);
        return std::move(*value);
    }
};

template <>
struct Promise<void> : PromiseBase
{
    Task<void> get_return_object();
    void return_void() const noexcept {}
    void take() const
    {
        if (exception)
            std::rethrow_exception(exception);
    }
};

} // namespace detail

/// A lazily started coroutine: the body of a job, or a part of one (`co_await tower.encode(scope, pixels)`).
///
/// A task suspends only at `co_await scope.step()` (see EngineScope), which gives the thread back to the scheduler;
/// when the scheduler resumes the job it resumes the innermost task. Destroying a task destroys the frames below it,
/// so cancelling frees everything the job held.
///
/// GCC 12: do not write `co_await f({…})` with a braced temporary; name the argument first (it is destroyed twice).
template <class T = void>
class [[nodiscard]] Task
{
public:
    using promise_type = detail::Promise<T>;
    using Handle = std::coroutine_handle<promise_type>;

    Task() = default;
    explicit Task(Handle handle) : m_handle(handle) {}
    Task(Task &&other) noexcept : m_handle(std::exchange(other.m_handle, {})) {}
    Task &operator=(Task &&other) noexcept
    {
        if (this != &other) {
            reset();
            m_handle = std::exchange(other.m_handle, {});
        }
        return *this;
    }
    ~Task() { reset(); }

    explicit operator bool() const { return static_cast<bool>(m_handle); }
    bool done() const { return m_handle && m_handle.done(); }
    Handle handle() const { return m_handle; }
    /// The result of a finished task, or its exception.
    T take() { return m_handle.promise().take(); }

    auto operator co_await() &&
    {
        struct Awaiter
        {
            Handle inner;
            bool await_ready() const noexcept { return inner.done(); }
            std::coroutine_handle<> await_suspend(std::coroutine_handle<> caller) const noexcept
            {
                inner.promise().continuation = caller;
                return inner;
            }
            T await_resume() const { return inner.promise().take(); }
        };
        return Awaiter{m_handle};
    }

private:
    void reset()
    {
        if (m_handle)
            std::exchange(m_handle, {}).destroy();
    }
    Handle m_handle;
};

namespace detail {
template <class T>
Task<T> Promise<T>::get_return_object()
{
    return Task<T>(std::coroutine_handle<Promise<T>>::from_promise(*this));
}
inline Task<void> Promise<void>::get_return_object()
{
    return Task<void>(std::coroutine_handle<Promise<void>>::from_promise(*this));
}
} // namespace detail

} // namespace orrery
