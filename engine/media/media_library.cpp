// SPDX-License-Identifier: Apache-2.0
// What liborrery_media.so exports; see engine/api/media.h.
#include "engine/api/media.h"
#include "engine/media/picture_decoder.h"
#include "engine/media/png_writer.h"
#include "engine/media/sound/sound_devices.h"
#include "engine/media/sound/sound_file.h"

namespace orrery {

namespace {

class FilePictures final : public PictureDecoder
{
public:
    Picture decode(const std::string &path) override { return decodePicture(path); }
    Picture decode(const std::vector<std::uint8_t> &bytes, const std::string &name) override
    {
        return decodePicture(bytes, name);
    }
    std::vector<std::uint8_t> encodePng(const Picture &picture,
                                        const std::vector<std::pair<std::string, std::string>> &texts) override
    {
        return media::encodePng(picture, texts);
    }
    std::vector<std::pair<std::string, std::string>> texts(const std::string &path) override
    {
        return pictureTexts(path);
    }
};

class FileSounds final : public SoundFiles
{
public:
    std::unique_ptr<SoundReader> open(const std::string &path) override { return media::openSoundFile(path); }
    std::unique_ptr<SoundReader> open(std::vector<std::uint8_t> bytes, const std::string &name) override
    {
        return media::openSoundFile(std::move(bytes), name);
    }
    void writeWav(const std::string &path, const float *samples, std::size_t count) override
    {
        media::writeWavFile(path, samples, count);
    }
};

class Media final : public MediaServices
{
public:
    PictureDecoder &pictures() override { return m_pictures; }
    SoundFiles &soundFiles() override { return m_soundFiles; }
    SoundDevices &soundDevices() override { return m_soundDevices; }

private:
    FilePictures m_pictures;
    FileSounds m_soundFiles;
    media::PortAudioDevices m_soundDevices;
};

} // namespace

} // namespace orrery

extern "C" orrery::MediaServices *orreryCreateMedia()
{
    return new orrery::Media;
}
