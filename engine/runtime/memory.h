// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

namespace orrery {

/// Bytes that a job or a model holds without an allocation of LibTorch's: mapped weights, large buffers of our own.
/// Counts towards the memory budget and is charged to the job (or to the model that is being loaded) until destroyed.
/// Thread: engine makes it; any destroys it.
class MemoryCharge
{
public:
    MemoryCharge() = default;
    /// @throws Exception{OutOfMemory} when the budget has no room for `bytes`.
    explicit MemoryCharge(std::uint64_t bytes);
    MemoryCharge(MemoryCharge &&other) noexcept;
    MemoryCharge &operator=(MemoryCharge &&other) noexcept;
    ~MemoryCharge();

    std::uint64_t bytes() const { return m_bytes; }

private:
    void release() noexcept;
    std::uint64_t m_bytes = 0;
    void *m_account = nullptr;
};

} // namespace orrery
