// SPDX-License-Identifier: Apache-2.0
#include "app/window/throw_record.h"

#include <QFileInfo>

#include <array>
#include <cstdlib>
#include <cstring>
#include <exception>
#include <memory>

#include <cxxabi.h>
#include <dlfcn.h>
#include <execinfo.h>

namespace orrery {

namespace {

constexpr int kFrames = 24;
constexpr int kKept = 8;

struct Record
{
    const void *exception = nullptr;
    std::array<void *, kFrames> frames{};
    int count = 0;
};

thread_local bool t_remember = false;
thread_local std::array<Record, kKept> t_records;
thread_local int t_next = 0;

void remember(const void *exception)
{
    Record &record = t_records[std::size_t(t_next)];
    t_next = (t_next + 1) % kKept;
    record.exception = exception;
    record.count = ::backtrace(record.frames.data(), kFrames);
}

} // namespace

void rememberThrows()
{
    t_remember = true;
}

std::vector<ThrowFrame> currentThrow()
{
    std::vector<ThrowFrame> frames;
    // The address of the thrown object, of which both libraries of C++ make their exception_ptr.
    const std::exception_ptr current = std::current_exception();
    const void *exception = nullptr;
    static_assert(sizeof current == sizeof exception);
    std::memcpy(&exception, &current, sizeof exception);
    if (!exception)
        return frames;
    for (int back = 1; back <= kKept && frames.empty(); ++back) { // the newest first: addresses are used again
        const Record &record = t_records[std::size_t((t_next + kKept - back) % kKept)];
        if (record.exception != exception)
            continue;
        bool thrower = false; // the frames before it are remember(), where it is not inlined, and __cxa_throw()
        for (int i = 0; i < record.count; ++i) {
            Dl_info info{};
            if (::dladdr(record.frames[std::size_t(i)], &info) == 0 || !info.dli_fname)
                continue;
            if (!thrower) {
                thrower = info.dli_sname && std::strcmp(info.dli_sname, "__cxa_throw") == 0;
                continue;
            }
            int status = 1;
            const std::unique_ptr<char, void (*)(void *)> plain(
                info.dli_sname ? abi::__cxa_demangle(info.dli_sname, nullptr, nullptr, &status) : nullptr, std::free);
            const QString library = QString::fromLocal8Bit(info.dli_fname);
            const auto place =
                static_cast<const char *>(record.frames[std::size_t(i)]) - static_cast<const char *>(info.dli_fbase);
            frames.push_back({library, status == 0      ? QString::fromUtf8(plain.get())
                                       : info.dli_sname ? QString::fromUtf8(info.dli_sname)
                                                        : QFileInfo(library).fileName() + QStringLiteral("+0x") +
                                                              QString::number(place, 16)});
        }
    }
    return frames;
}

} // namespace orrery

/// Stands before libstdc++'s: the program's own symbols come first, for its libraries and plugins too.
extern "C" [[noreturn]] void __cxa_throw(void *exception, void *type, void (*destructor)(void *))
{
    using Throw = void (*)(void *, void *, void (*)(void *));
    static const auto next = reinterpret_cast<Throw>(::dlsym(RTLD_NEXT, "__cxa_throw"));
    if (orrery::t_remember)
        orrery::remember(exception);
    next(exception, type, destructor);
    std::abort();
}
