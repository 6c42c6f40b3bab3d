// SPDX-License-Identifier: Apache-2.0
#include "engine/media/sound/portaudio_session.h"

#include "engine/core/error.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>

#include <alsa/asoundlib.h>
#include <dlfcn.h>

namespace orrery::media {

namespace {

void sayNothing(const char *) {}
void sayNothingOfAlsa(const char *, int, const char *, int, const char *, ...) {}

/// Before every start: PortAudio and libjack set functions of their own.
void silenceLibraries()
{
    ::snd_lib_error_set_handler(sayNothingOfAlsa);
    // PortAudio is linked against JACK; nothing else of ours is, so it is taken from where it is loaded already.
    if (void *jack = ::dlopen("libjack.so.0", RTLD_LAZY | RTLD_NOLOAD)) {
        for (const char *name : {"jack_set_error_function", "jack_set_info_function"}) {
            if (void *symbol = ::dlsym(jack, name))
                reinterpret_cast<void (*)(void (*)(const char *))>(symbol)(sayNothing);
        }
        ::dlclose(jack);
    }
}

/// PortAudio 19.6 ends the program by an assertion where ALSA's configuration is absent or has neither of these devices
/// (pa_linux_alsa.c, BuildDeviceList).
bool alsaIsConfigured()
{
    if (::snd_config_update() < 0 || !snd_config)
        return false;
    snd_config_t *found = nullptr;
    return ::snd_config_search(snd_config, "pcm.default", &found) == 0 ||
           ::snd_config_search(snd_config, "pcm.dmix", &found) == 0;
}

/// Cards get other numbers when one is plugged in, so a name that stays leaves them out: "USB Audio: - (hw:1,0)".
std::string withoutCardNumber(const std::string &name)
{
    const std::size_t at = name.rfind(" (hw:");
    return at != std::string::npos && name.back() == ')' ? name.substr(0, at) : name;
}

std::string whatThereIs(const std::vector<SoundDevice> &devices, bool input)
{
    std::string names;
    for (const SoundDevice &device : devices) {
        if ((input ? device.inputs : device.outputs) > 0)
            names += (names.empty() ? "" : ", ") + device.id;
    }
    return names;
}

} // namespace

std::string portAudioWords(PaError error)
{
    std::string words = ::Pa_GetErrorText(error);
    if (error == paUnanticipatedHostError) {
        const PaHostErrorInfo *info = ::Pa_GetLastHostErrorInfo();
        if (info && info->errorText && info->errorText[0])
            words = info->errorText;
    }
    return words;
}

PortAudioSession::PortAudioSession()
{
    silenceLibraries();
    if (!alsaIsConfigured())
        return;
    const PaError error = ::Pa_Initialize();
    if (error != paNoError)
        throw Exception(ErrorCode::Unsupported, "This computer's sound system cannot be used: " + portAudioWords(error),
                        "Pa_Initialize");
    m_begun = true;
    silenceLibraries(); // JACK's functions were set by PortAudio meanwhile
    const PaDeviceIndex count = ::Pa_GetDeviceCount();
    for (PaDeviceIndex i = 0; i < count; ++i) {
        const PaDeviceInfo *info = ::Pa_GetDeviceInfo(i);
        SoundDevice device;
        device.name = info->name;
        device.hostApi = ::Pa_GetHostApiInfo(info->hostApi)->name;
        device.inputs = info->maxInputChannels;
        device.outputs = info->maxOutputChannels;
        device.rate = int(info->defaultSampleRate + 0.5);
        device.defaultInput = i == ::Pa_GetDefaultInputDevice();
        device.defaultOutput = i == ::Pa_GetDefaultOutputDevice();
        const std::string id = device.hostApi + "/" + withoutCardNumber(device.name);
        device.id = id;
        for (int number = 2; std::any_of(m_devices.begin(), m_devices.end(),
                                         [&](const SoundDevice &other) { return other.id == device.id; });
             ++number)
            device.id = id + " #" + std::to_string(number);
        m_devices.push_back(std::move(device));
    }
}

PortAudioSession::~PortAudioSession()
{
    if (m_begun)
        ::Pa_Terminate();
}

PaDeviceIndex PortAudioSession::find(const std::string &id, Direction direction) const
{
    const bool input = direction == Direction::Input;
    const auto usable = [input](const SoundDevice &device) { return (input ? device.inputs : device.outputs) > 0; };
    const auto first = [&](const auto &fits) -> PaDeviceIndex {
        const auto found = std::find_if(m_devices.begin(), m_devices.end(), fits);
        return found == m_devices.end() ? paNoDevice : PaDeviceIndex(found - m_devices.begin());
    };
    const std::string there = whatThereIs(m_devices, input);
    const std::string kind = input ? "microphone" : "loudspeaker";
    if (there.empty())
        throw Exception(ErrorCode::NotFound, "This computer has no " + kind +
                                                 " that Orrery can use: connect one, or look into the system's sound "
                                                 "settings");
    PaDeviceIndex found = paNoDevice;
    if (id.empty()) {
        found = first([&](const SoundDevice &d) { return usable(d) && (input ? d.defaultInput : d.defaultOutput); });
        if (found == paNoDevice)
            found = first(usable);
    } else {
        found = first([&](const SoundDevice &d) { return usable(d) && d.id == id; });
        if (found == paNoDevice)
            found = first([&](const SoundDevice &d) { return usable(d) && d.name == id; });
    }
    if (found == paNoDevice)
        throw Exception(ErrorCode::NotFound, "There is no " + kind + " called \"" + id + "\"; there are: " + there);
    return found;
}

std::string PortAudioSession::hardware()
{
    std::string text;
    std::ifstream cards("/proc/asound/cards"); // absent where the kernel has no sound
    text.assign(std::istreambuf_iterator<char>(cards), {});
    std::vector<std::string> names;
    std::error_code error; // absent as well
    for (std::filesystem::directory_iterator entry("/dev/snd", error), end; !error && entry != end;
         entry.increment(error))
        names.push_back(entry->path().filename());
    std::sort(names.begin(), names.end());
    for (const std::string &name : names)
        text += "\n" + name;
    return text;
}

} // namespace orrery::media
