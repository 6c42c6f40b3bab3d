// SPDX-License-Identifier: Apache-2.0
// The few calls of eSpeak NG's C interface that are needed, as its documentation states them ("espeak-ng/speak_lib.h",
// version 1.51).
#include "engine/training/speech_world/espeak.h"

#include "engine/core/error.h"

#include <dlfcn.h>

#include <algorithm>
#include <cstring>

namespace orrery::training {

namespace {

constexpr int kSynchronous = 2;                       // espeak_AUDIO_OUTPUT: sound comes while espeak_Synth runs
constexpr int kPhonemeEvents = 1, kPhonemesInIpa = 2; // options of espeak_Initialize
constexpr int kUtf8 = 1;                              // flag of espeak_Synth
constexpr int kByCharacter = 1;                       // espeak_POSITION_TYPE
enum Parameter
{
    Rate = 1,
    Pitch = 3,
    Range = 4,
};
enum EventType
{
    ListEnds = 0,
    Phoneme = 7,
};

struct Event
{
    int type;
    unsigned int identifier;
    int textPosition, length;
    int milliseconds;
    int sample;
    void *userData;
    union {
        int number;
        const char *name;
        char text[8]; // not ended when it is full
    } id;
};

struct Voice
{
    const char *name;
    const char *languages;
    const char *identifier; // "!v/f3"
    unsigned char gender, age, variant, unused;
    int score;
    void *spare;
};

using Callback = int(short *samples, int count, Event *events);

/// What the callback adds to; it has no argument of ours.
SpokenText *g_spoken = nullptr;

int collect(short *samples, int count, Event *events)
{
    if (!g_spoken)
        return 1; // stop
    for (const Event *event = events; event && event->type != ListEnds; ++event)
        if (event->type == Phoneme) {
            const std::size_t length = ::strnlen(event->id.text, sizeof event->id.text);
            g_spoken->phones.push_back({std::string(event->id.text, length), event->sample});
        }
    if (samples && count > 0)
        g_spoken->samples.insert(g_spoken->samples.end(), samples, samples + count);
    return 0;
}

} // namespace

struct Espeak::Library
{
    void *handle = nullptr;
    int (*initialize)(int output, int bufferMs, const char *path, int options) = nullptr;
    void (*setCallback)(Callback *callback) = nullptr;
    int (*setVoice)(const char *name) = nullptr;
    int (*setParameter)(int parameter, int value, int relative) = nullptr;
    int (*synth)(const void *text, std::size_t size, unsigned int position, int positionType, unsigned int end,
                 unsigned int flags, unsigned int *identifier, void *userData) = nullptr;
    const Voice **(*listVoices)(Voice *wanted) = nullptr;
    int (*terminate)() = nullptr;
    std::string voice; ///< set last

    template <class Function>
    void find(Function &function, const char *name)
    {
        function = reinterpret_cast<Function>(::dlsym(handle, name));
        if (!function)
            throw Exception(ErrorCode::Unsupported,
                            std::string("libespeak-ng.so.1 has no ") + name + "; expected eSpeak NG 1.51 or newer");
    }
    ~Library()
    {
        if (terminate)
            terminate();
        if (handle)
            ::dlclose(handle);
    }
};

Espeak::Espeak() : m_library(std::make_unique<Library>())
{
    m_library->handle = ::dlopen("libespeak-ng.so.1", RTLD_NOW | RTLD_LOCAL);
    if (!m_library->handle)
        throw Exception(ErrorCode::NotFound,
                        "libespeak-ng.so.1 is missing; install the Debian package espeak-ng to make speech");
    m_library->find(m_library->setCallback, "espeak_SetSynthCallback");
    m_library->find(m_library->setVoice, "espeak_SetVoiceByName");
    m_library->find(m_library->setParameter, "espeak_SetParameter");
    m_library->find(m_library->synth, "espeak_Synth");
    m_library->find(m_library->listVoices, "espeak_ListVoices");
    m_library->find(m_library->initialize, "espeak_Initialize");
    m_rate = m_library->initialize(kSynchronous, 0, nullptr, kPhonemeEvents | kPhonemesInIpa);
    if (m_rate <= 0)
        throw Exception(ErrorCode::NotFound,
                        "eSpeak NG does not find its voices; install the Debian package espeak-ng-data to make speech");
    m_library->find(m_library->terminate, "espeak_Terminate");
    m_library->setCallback(&collect);
}

Espeak::~Espeak() = default;

std::vector<std::string> Espeak::variants() const
{
    Voice wanted{};
    wanted.languages = "variant";
    std::vector<std::string> names;
    for (const Voice **voice = m_library->listVoices(&wanted); voice && *voice; ++voice) {
        const std::string identifier = (*voice)->identifier;
        names.push_back(identifier.substr(identifier.rfind('/') + 1));
    }
    std::sort(names.begin(), names.end());
    return names;
}

SpokenText Espeak::speak(const std::string &text, const Speaker &speaker)
{
    if (m_library->voice != speaker.voice) {
        if (m_library->setVoice(speaker.voice.c_str()) != 0)
            throw Exception(ErrorCode::NotFound, "eSpeak NG has no voice \"" + speaker.voice + "\"");
        m_library->voice = speaker.voice;
    }
    m_library->setParameter(Rate, speaker.rate, 0);
    m_library->setParameter(Pitch, speaker.pitch, 0);
    m_library->setParameter(Range, speaker.range, 0);
    SpokenText spoken;
    spoken.rate = m_rate;
    g_spoken = &spoken;
    const int failed = m_library->synth(text.c_str(), text.size() + 1, 0, kByCharacter, 0, kUtf8, nullptr, nullptr);
    g_spoken = nullptr;
    if (failed)
        throw Exception(ErrorCode::Internal, "eSpeak NG could not speak \"" + text + "\"");
    // A change of language in the middle is told as a phoneme "(en)".
    std::erase_if(spoken.phones, [](const SpokenPhone &phone) { return phone.name.starts_with('('); });
    return spoken;
}

} // namespace orrery::training
