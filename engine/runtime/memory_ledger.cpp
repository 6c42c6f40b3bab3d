// SPDX-License-Identifier: Apache-2.0
#include "engine/runtime/memory_ledger.h"

#include "engine/core/error.h"

#include <c10/core/Allocator.h>
#include <c10/core/CPUAllocator.h>
#include <c10/core/impl/alloc_cpu.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <sys/mman.h>
#include <unistd.h>

namespace orrery {
namespace {

/// Stands in front of every block, so that the deleter knows what to give back to whom. One cache line: the data behind
/// it keeps the alignment of 64 bytes that LibTorch's kernels expect.
struct alignas(64) BlockHeader
{
    MemoryAccount *account;
    std::uint64_t bytes;
};
static_assert(sizeof(BlockHeader) == 64);

/// Large blocks ask for pages of 2 MiB: a machine takes 4 µs to give a page of 4 KiB for the first time (measured on a
/// virtual one: 80 MiB in 87 ms, with large pages in 15 ms), and weights are read faster where addresses are found
/// sooner (GPT-2's, one thread: 17 ms instead of 23 ms).
void *takeBlock(std::size_t bytes)
{
#ifdef __linux__
    constexpr std::size_t kPage = std::size_t(2) << 20, kLarge = 2 * kPage;
    if (bytes >= kLarge) {
        void *block = nullptr;
        if (::posix_memalign(&block, kPage, bytes) == 0) {
            ::madvise(block, bytes, MADV_HUGEPAGE); // a wish; a kernel without them says no, and nothing is lost
            return block;                           // c10::free_cpu() is free() here
        }
    }
#endif
    return c10::alloc_cpu(bytes);
}

void freeBlock(void *data)
{
    if (!data)
        return;
    BlockHeader *header = static_cast<BlockHeader *>(data) - 1;
    MemoryLedger::instance().discharge(header->account, header->bytes);
    c10::free_cpu(header);
}

class CountingAllocator final : public c10::Allocator
{
public:
    c10::DataPtr allocate(std::size_t bytes) override
    {
        if (bytes == 0)
            return {nullptr, nullptr, &freeBlock, c10::Device(c10::kCPU)};
        MemoryLedger &ledger = MemoryLedger::instance();
        const std::uint64_t total = bytes + sizeof(BlockHeader);
        MemoryAccount *account = ledger.charge(total);
        void *block = nullptr;
        try {
            block = takeBlock(total);
        } catch (const std::exception &e) {
            // LibTorch says it with a plain c10::Error.
            ledger.discharge(account, total);
            throw Exception(ErrorCode::OutOfMemory, "The machine has no " + readableBytes(bytes) + " of memory left",
                            "alloc_cpu");
        }
        auto *header = static_cast<BlockHeader *>(block);
        header->account = account;
        header->bytes = total;
        void *data = header + 1;
        // Context and data are the same pointer: raw_allocate and raw_deallocate work.
        return {data, data, &freeBlock, c10::Device(c10::kCPU)};
    }
    c10::DeleterFnPtr raw_deleter() const override { return &freeBlock; }
    void copy_data(void *to, const void *from, std::size_t bytes) const override { default_copy_data(to, from, bytes); }
};

} // namespace

void MemoryAccount::release() noexcept
{
    if (references.fetch_sub(1, std::memory_order_acq_rel) == 1)
        delete this;
}

void MemoryAccount::add(std::int64_t n) noexcept
{
    const std::int64_t now = bytes.fetch_add(n, std::memory_order_relaxed) + n;
    std::int64_t highest = peak.load(std::memory_order_relaxed);
    while (now > highest && !peak.compare_exchange_weak(highest, now, std::memory_order_relaxed)) {
    }
}

MemoryLedger::MemoryLedger() : m_budget(machineMemoryBytes() / 4 * 3) {}

MemoryLedger &MemoryLedger::instance()
{
    // Leaked: static tensors of other libraries are freed after everything else.
    static MemoryLedger &ledger = *new MemoryLedger;
    return ledger;
}

void MemoryLedger::install()
{
    static CountingAllocator &allocator = *new CountingAllocator;
    constexpr std::uint8_t kPriority = 1; // above the default allocator's 0
    c10::SetCPUAllocator(&allocator, kPriority);
}

std::uint64_t MemoryLedger::free() const
{
    const std::uint64_t used = m_used.load(), budget = m_budget.load();
    return used < budget ? budget - used : 0;
}

MemoryAccount *MemoryLedger::charge(std::uint64_t bytes)
{
    const std::uint64_t before = m_used.fetch_add(bytes);
    const std::uint64_t budget = m_budget.load();
    if (bytes > budget || before > budget - bytes) {
        m_used.fetch_sub(bytes);
        throw Exception(ErrorCode::OutOfMemory, "This needs " + readableBytes(bytes) + " more memory, but only " +
                                                    readableBytes(before < budget ? budget - before : 0) +
                                                    " of the budget of " + readableBytes(budget) + " is free");
    }
    m_allocations.fetch_add(1, std::memory_order_relaxed);
    MemoryAccount *account = m_payer.load();
    if (account) {
        account->reference();
        account->add(static_cast<std::int64_t>(bytes));
        if (MemoryAccount *loader = account->loader.load())
            loader->add(static_cast<std::int64_t>(bytes));
    }
    return account;
}

void MemoryLedger::discharge(MemoryAccount *account, std::uint64_t bytes) noexcept
{
    m_used.fetch_sub(bytes);
    if (!account)
        return;
    account->add(-static_cast<std::int64_t>(bytes));
    if (MemoryAccount *loader = account->loader.load())
        loader->add(-static_cast<std::int64_t>(bytes));
    account->release();
}

std::uint64_t machineMemoryBytes()
{
    std::uint64_t bytes =
        static_cast<std::uint64_t>(::sysconf(_SC_PHYS_PAGES)) * static_cast<std::uint64_t>(::sysconf(_SC_PAGE_SIZE));
    // In a container the machine's memory is not ours; version 2 and version 1 of control groups.
    for (const char *path : {"/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes"}) {
        std::ifstream file(path);
        std::uint64_t limit = 0;
        if (file >> limit && limit > 0) // "max" is not a number
            bytes = std::min(bytes, limit);
    }
    return bytes;
}

std::string readableBytes(std::uint64_t bytes)
{
    char text[32];
    const auto value = static_cast<double>(bytes);
    if (value >= 1e9)
        std::snprintf(text, sizeof text, "%.1f GB", value / 1e9);
    else if (value >= 1e6)
        std::snprintf(text, sizeof text, "%.0f MB", value / 1e6);
    else
        std::snprintf(text, sizeof text, "%.0f kB", value / 1e3);
    return text;
}

} // namespace orrery
