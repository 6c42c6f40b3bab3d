// SPDX-License-Identifier: Apache-2.0
#include "tests/engine/media/forbidden_calls.h"

#include <cstddef>
#include <cstdio>

#include <dlfcn.h>
#include <pthread.h>
#include <sys/types.h>

namespace {

// In the program's own thread storage: looking at them allocates nothing.
thread_local bool t_watching = false;
thread_local int t_calls = 0;

[[maybe_unused]] void note()
{
    if (t_watching)
        ++t_calls;
}

} // namespace

namespace orrery::test {

ForbiddenCalls::ForbiddenCalls()
{
    t_calls = 0;
    t_watching = true;
}

ForbiddenCalls::~ForbiddenCalls()
{
    t_watching = false;
}

int ForbiddenCalls::count() const
{
    return t_calls;
}

bool ForbiddenCalls::available()
{
#if defined(ORRERY_SANITIZED)
    return false;
#else
    return true;
#endif
}

} // namespace orrery::test

#if !defined(ORRERY_SANITIZED)

extern "C" {

// glibc's own names behind the public ones.
void *__libc_malloc(std::size_t);
void *__libc_calloc(std::size_t, std::size_t);
void *__libc_realloc(void *, std::size_t);
void *__libc_memalign(std::size_t, std::size_t);
void __libc_free(void *);

void *malloc(std::size_t bytes)
{
    note();
    return __libc_malloc(bytes);
}
void *calloc(std::size_t count, std::size_t bytes)
{
    note();
    return __libc_calloc(count, bytes);
}
void *realloc(void *old, std::size_t bytes)
{
    note();
    return __libc_realloc(old, bytes);
}
void *memalign(std::size_t alignment, std::size_t bytes)
{
    note();
    return __libc_memalign(alignment, bytes);
}
void *aligned_alloc(std::size_t alignment, std::size_t bytes)
{
    note();
    return __libc_memalign(alignment, bytes);
}
void free(void *memory)
{
    note();
    __libc_free(memory);
}

int pthread_mutex_lock(pthread_mutex_t *mutex)
{
    using Lock = int (*)(pthread_mutex_t *);
    static Lock next = nullptr; // no guarded initialisation: that would lock
    if (!next)
        next = reinterpret_cast<Lock>(::dlsym(RTLD_NEXT, "pthread_mutex_lock"));
    note();
    return next(mutex);
}
ssize_t write(int file, const void *bytes, std::size_t count)
{
    using Write = ssize_t (*)(int, const void *, std::size_t);
    static Write next = nullptr;
    if (!next)
        next = reinterpret_cast<Write>(::dlsym(RTLD_NEXT, "write"));
    note();
    return next(file, bytes, count);
}
std::size_t fwrite(const void *bytes, std::size_t size, std::size_t count, FILE *file)
{
    using Fwrite = std::size_t (*)(const void *, std::size_t, std::size_t, FILE *);
    static Fwrite next = nullptr;
    if (!next)
        next = reinterpret_cast<Fwrite>(::dlsym(RTLD_NEXT, "fwrite"));
    note();
    return next(bytes, size, count, file);
}
}

#endif
