// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <cstdint>
#include <string>

namespace orrery {

/// Bytes charged to one job or to one model. Outlives its owner while anything that was charged to it lives.
struct MemoryAccount
{
    std::atomic<std::int64_t> bytes{0};
    std::atomic<std::int64_t> peak{0};
    /// While a model is being loaded: the job that loads it, which is charged as well.
    std::atomic<MemoryAccount *> loader{nullptr};
    std::atomic<std::int64_t> references{1};

    static MemoryAccount *create() { return new MemoryAccount; }
    void reference() { references.fetch_add(1, std::memory_order_relaxed); }
    void release() noexcept;
    void add(std::int64_t n) noexcept;
};

/// Counts every byte of LibTorch's CPU tensors, and mapped weights, against one budget for the process. The kernel
/// would kill the process before an allocation failed, so the budget must be what fails. Thread: any, because OpenMP's
/// workers may allocate; the running job is the engine thread's.
class MemoryLedger
{
public:
    static MemoryLedger &instance();

    /// Makes LibTorch's CPU tensors come from here. Call it before anything else of LibTorch. Once is enough.
    void install();

    void setBudget(std::uint64_t bytes) { m_budget.store(bytes); }
    std::uint64_t budget() const { return m_budget.load(); }
    std::uint64_t used() const { return m_used.load(); }
    std::uint64_t free() const;
    std::uint64_t allocations() const { return m_allocations.load(); } ///< since the start

    /// Who pays from now on; null: nobody in particular. @return who paid until now
    MemoryAccount *setPayer(MemoryAccount *account) { return m_payer.exchange(account); }

    MemoryAccount *payer() const { return m_payer.load(); }

    /// @return the account that was charged, referenced once; null when nobody in particular pays
    /// @throws Exception{OutOfMemory} when the budget has no room
    MemoryAccount *charge(std::uint64_t bytes);
    void discharge(MemoryAccount *account, std::uint64_t bytes) noexcept;

private:
    MemoryLedger();
    std::atomic<std::uint64_t> m_budget;
    std::atomic<std::uint64_t> m_used{0};
    std::atomic<std::uint64_t> m_allocations{0};
    std::atomic<MemoryAccount *> m_payer{nullptr};
};

/// What this process may use at most: the machine's memory, or the limit of its control group.
std::uint64_t machineMemoryBytes();

/// "1.2 GB", "340 MB", "12 kB".
std::string readableBytes(std::uint64_t bytes);

} // namespace orrery
