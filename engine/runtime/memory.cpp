// SPDX-License-Identifier: Apache-2.0
#include "engine/runtime/memory.h"

#include "engine/runtime/memory_ledger.h"

#include <utility>

namespace orrery {

MemoryCharge::MemoryCharge(std::uint64_t bytes)
    : m_bytes(bytes), m_account(bytes ? MemoryLedger::instance().charge(bytes) : nullptr)
{}

MemoryCharge::MemoryCharge(MemoryCharge &&other) noexcept
    : m_bytes(std::exchange(other.m_bytes, 0)), m_account(std::exchange(other.m_account, nullptr))
{}

MemoryCharge &MemoryCharge::operator=(MemoryCharge &&other) noexcept
{
    if (this != &other) {
        release();
        m_bytes = std::exchange(other.m_bytes, 0);
        m_account = std::exchange(other.m_account, nullptr);
    }
    return *this;
}

MemoryCharge::~MemoryCharge()
{
    release();
}

void MemoryCharge::release() noexcept
{
    if (m_bytes == 0)
        return;
    MemoryLedger::instance().discharge(static_cast<MemoryAccount *>(std::exchange(m_account, nullptr)),
                                       std::exchange(m_bytes, 0));
}

} // namespace orrery
