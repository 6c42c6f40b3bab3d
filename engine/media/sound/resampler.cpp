// SPDX-License-Identifier: Apache-2.0
#include "engine/media/sound/resampler.h"

#include "engine/core/error.h"

#include <soxr.h>

namespace orrery::media {

namespace {

[[noreturn]] void fail(const char *why)
{
    throw Exception(ErrorCode::Internal,
                    std::string("The sound's rate cannot be converted: ") + (why ? why : "unknown"), "libsoxr");
}

} // namespace

void Resampler::Delete::operator()(soxr *handle) const
{
    ::soxr_delete(handle);
}

Resampler::Resampler(double from, double to) : m_ratio(to / from)
{
    if (from == to)
        return;
    const soxr_quality_spec_t quality = ::soxr_quality_spec(SOXR_HQ, 0);
    const soxr_io_spec_t format = ::soxr_io_spec(SOXR_FLOAT32_I, SOXR_FLOAT32_I);
    const soxr_runtime_spec_t oneThread = ::soxr_runtime_spec(1);
    soxr_error_t error = nullptr;
    m_soxr.reset(::soxr_create(from, to, 1, &error, &format, &quality, &oneThread));
    if (!m_soxr || error)
        fail(error);
}

Resampler::~Resampler() = default;

void Resampler::push(const float *samples, std::size_t count, std::vector<float> &out)
{
    if (!m_soxr)
        out.insert(out.end(), samples, samples + count);
    else if (count > 0)
        process(samples, count, out);
}

void Resampler::finish(std::vector<float> &out)
{
    if (m_soxr)
        process(nullptr, 0, out); // null: the end of the input
}

void Resampler::process(const float *samples, std::size_t count, std::vector<float> &out)
{
    const std::size_t room = static_cast<std::size_t>(static_cast<double>(count) * m_ratio) + 1024;
    std::size_t used = 0;
    while (true) {
        const std::size_t before = out.size();
        out.resize(before + room);
        std::size_t taken = 0;
        std::size_t made = 0;
        const soxr_error_t error = ::soxr_process(m_soxr.get(), samples ? samples + used : nullptr, count - used,
                                                  &taken, out.data() + before, room, &made);
        out.resize(before + made);
        if (error)
            fail(error);
        used += taken;
        if (made < room && used == count)
            return; // it had room to spare, so there is no more
    }
}

} // namespace orrery::media
