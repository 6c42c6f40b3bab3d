// SPDX-License-Identifier: Apache-2.0
#include "engine/runtime/large_blocks.h"

#include "engine/runtime/memory_ledger.h"

#include <algorithm>
#include <bit>
#include <cstdlib>
#include <map>
#include <mutex>
#include <vector>

#ifdef __linux__
#include <sys/mman.h>
#endif

namespace orrery::large_blocks {
namespace {

constexpr std::size_t kPage = std::size_t(2) << 20;
constexpr std::uint64_t kShareOfMachine = 16;

/// What is really taken for so many bytes: whole pages, and above eight of them only every eighth part of a power of
/// two, so that sizes that differ a little share their blocks.
std::size_t roundedUp(std::size_t bytes)
{
    const std::size_t step = std::max(kPage, std::bit_floor(bytes) / 8);
    return (bytes + step - 1) / step * step;
}

struct Kept
{
    std::mutex mutex;
    std::map<std::size_t, std::vector<void *>> blocks; ///< by size
    std::uint64_t bytes = 0;
    const std::uint64_t most = machineMemoryBytes() / kShareOfMachine;
};

Kept &all()
{
    // Leaked: static tensors of other libraries are freed after everything else.
    static Kept &kept = *new Kept;
    return kept;
}

} // namespace

void *take(std::size_t bytes)
{
    const std::size_t size = roundedUp(bytes);
    {
        Kept &kept = all();
        const std::scoped_lock lock(kept.mutex);
        if (const auto found = kept.blocks.find(size); found != kept.blocks.end() && !found->second.empty()) {
            void *block = found->second.back();
            found->second.pop_back();
            kept.bytes -= size;
            return block;
        }
    }
    void *block = std::aligned_alloc(kPage, size);
    if (!block) {
        trim();
        block = std::aligned_alloc(kPage, size);
    }
#ifdef __linux__
    // A machine takes 4 µs to give a page of 4 KiB for the first time (measured on a virtual one: 80 MiB in 87 ms, with
    // large pages in 15 ms), and weights are read faster where addresses are found sooner (GPT-2's, one thread: 17 ms
    // instead of 23 ms). A wish: a kernel without large pages says no, and nothing is lost.
    if (block)
        ::madvise(block, size, MADV_HUGEPAGE);
#endif
    return block;
}

void giveBack(void *block, std::size_t bytes) noexcept
{
    const std::size_t size = roundedUp(bytes);
    try {
        Kept &kept = all();
        const std::scoped_lock lock(kept.mutex);
        if (kept.bytes + size <= kept.most) {
            kept.blocks[size].push_back(block);
            kept.bytes += size;
            return;
        }
    } catch (const std::exception &) {
        // No room for the note that it is kept.
    }
    std::free(block);
}

void trim() noexcept
{
    Kept &kept = all();
    const std::scoped_lock lock(kept.mutex);
    for (auto &[size, blocks] : kept.blocks)
        for (void *block : blocks)
            std::free(block);
    kept.blocks.clear();
    kept.bytes = 0;
}

std::uint64_t kept()
{
    Kept &kept = all();
    const std::scoped_lock lock(kept.mutex);
    return kept.bytes;
}

} // namespace orrery::large_blocks
