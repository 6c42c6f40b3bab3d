// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/runtime/memory_ledger.h"

#include <cstddef>
#include <cstdint>
#include <new>
#include <vector>

namespace orrery {

/// Memory of the standard library's that counts towards the budget, and is charged to the job, from being asked for,
/// touched or not, until it is given back. Thread: any.
template <class T>
class ChargedAllocator
{
public:
    using value_type = T;

    ChargedAllocator() = default;
    template <class U>
    ChargedAllocator(const ChargedAllocator<U> &) noexcept
    {}
    bool operator==(const ChargedAllocator &) const noexcept { return true; }

    /// @throws Exception{OutOfMemory} when the budget has no room
    T *allocate(std::size_t count)
    {
        static_assert(alignof(T) <= alignof(Header));
        const std::uint64_t bytes = sizeof(Header) + count * sizeof(T);
        MemoryAccount *account = MemoryLedger::instance().charge(bytes);
        void *block = ::operator new(bytes, std::nothrow);
        if (!block) {
            MemoryLedger::instance().discharge(account, bytes);
            throw std::bad_alloc();
        }
        auto *header = new (block) Header{account};
        return reinterpret_cast<T *>(header + 1);
    }
    void deallocate(T *data, std::size_t count) noexcept
    {
        Header *header = reinterpret_cast<Header *>(data) - 1;
        MemoryAccount *account = header->account;
        ::operator delete(header);
        MemoryLedger::instance().discharge(account, sizeof(Header) + count * sizeof(T));
    }

private:
    /// Stands in front of every block: who paid for it.
    struct alignas(16) Header
    {
        MemoryAccount *account;
    };
};

/// For tables that grow with points and neighbours: the kernel would kill the process before one of them failed.
template <class T>
using ChargedVector = std::vector<T, ChargedAllocator<T>>;

} // namespace orrery
