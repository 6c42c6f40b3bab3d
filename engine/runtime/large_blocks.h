// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>

namespace orrery::large_blocks {

/// Blocks of at least this many bytes may come from here; smaller ones are the business of malloc.
constexpr std::size_t kSmallest = std::size_t(4) << 20;

/// A block of pages of 2 MiB where the machine has them, aligned to 2 MiB. What was given back shortly before is handed
/// out again: a network asks for the same sizes in every step, and the machine would have to empty each page anew.
/// What is in it is anything. Thread: any.
/// @return null when the machine has no memory left
void *take(std::size_t bytes);

/// @param bytes  as it was taken
void giveBack(void *block, std::size_t bytes) noexcept;

/// Returns to the machine what was given back and kept. A job that is over does so.
void trim() noexcept;

/// Bytes that were given back and are kept: at most a sixteenth of the machine's memory.
std::uint64_t kept();

} // namespace orrery::large_blocks
