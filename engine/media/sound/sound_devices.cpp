// SPDX-License-Identifier: Apache-2.0
#include "engine/media/sound/sound_devices.h"

#include "engine/media/sound/capture_stream.h"
#include "engine/media/sound/playback_stream.h"

namespace orrery::media {

namespace {

/// A stream that the audio thread keeps until this is destroyed. The device is released by the audio thread, which the
/// owner does not wait for; whatever is opened later comes after it.
class StreamHolder
{
public:
    StreamHolder(std::shared_ptr<AudioThread> thread, std::shared_ptr<WatchedStream> stream)
        : m_thread(std::move(thread)), m_stream(std::move(stream))
    {}
    ~StreamHolder()
    {
        m_thread->post([stream = std::move(m_stream)](StreamKeeper &keeper) { keeper.remove(stream); });
    }
    StreamHolder(const StreamHolder &) = delete;
    StreamHolder &operator=(const StreamHolder &) = delete;

    void open()
    {
        m_thread->call<bool>([stream = m_stream](StreamKeeper &keeper) {
            keeper.add(stream);
            return true;
        });
    }

private:
    std::shared_ptr<AudioThread> m_thread;
    std::shared_ptr<WatchedStream> m_stream;
};

class Capture final : public SoundCapture
{
public:
    Capture(const std::shared_ptr<AudioThread> &thread, const std::string &id)
        : m_link(std::make_shared<CaptureLink>()), m_reader(m_link),
          m_holder(thread, std::make_shared<CaptureStream>(id, m_link))
    {
        m_holder.open();
    }
    std::size_t read(float *samples, std::size_t most) override { return m_reader.read(samples, most); }
    CaptureState state() const override { return m_link->state(); }

private:
    std::shared_ptr<CaptureLink> m_link;
    CaptureReader m_reader;
    StreamHolder m_holder;
};

class Player final : public SoundPlayer
{
public:
    Player(const std::shared_ptr<AudioThread> &thread, Samples samples, double fromSeconds, const std::string &id)
        : m_link(std::make_shared<PlaybackLink>()),
          m_holder(thread, std::make_shared<PlaybackStream>(id, std::move(samples), fromSeconds, m_link))
    {
        m_holder.open();
    }
    double position() const override { return m_link->position; }
    bool finished() const override { return m_link->finished; }
    std::string error() const override
    {
        const std::scoped_lock lock(m_link->mutex);
        return m_link->error;
    }

private:
    std::shared_ptr<PlaybackLink> m_link;
    StreamHolder m_holder;
};

} // namespace

std::vector<SoundDevice> PortAudioDevices::list()
{
    return m_thread->call<std::vector<SoundDevice>>([](StreamKeeper &keeper) { return keeper.list(); });
}

std::unique_ptr<SoundCapture> PortAudioDevices::openCapture(const std::string &id)
{
    return std::make_unique<Capture>(m_thread, id);
}

std::unique_ptr<SoundPlayer> PortAudioDevices::play(Samples samples, double fromSeconds, const std::string &id)
{
    if (!samples)
        samples = std::make_shared<const std::vector<float>>();
    return std::make_unique<Player>(m_thread, std::move(samples), fromSeconds, id);
}

} // namespace orrery::media
