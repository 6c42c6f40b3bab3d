// SPDX-License-Identifier: Apache-2.0
// The few calls of Flite's C interface that are needed, as its headers state them ("flite.h", "cst_voice.h" and
// "cst_wave.h" of version 2.2).
#include "engine/training/speech_world/flite.h"

#include "engine/core/error.h"

#include <dlfcn.h>
#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <map>

namespace orrery::training {

namespace {

struct Voice
{
    const char *name;
    void *features;
    // More follows that is not touched.
};

struct Wave
{
    const char *type;
    int rate, count, channels;
    short *samples;
};

constexpr const char *kVoices[] = {"kal", "kal16", "awb", "rms", "slt"};

/// CMU's names of the phones of American English (cmu_us_*: "radio" set), in eSpeak NG's IPA.
const std::map<std::string, std::string> kIpa = {
    {"aa", "ɑː"}, {"ae", "æ"},  {"ah", "ʌ"},  {"ao", "ɔː"}, {"aw", "aʊ"}, {"ax", "ə"}, {"axr", "ɚ"}, {"ay", "aɪ"},
    {"b", "b"},   {"ch", "tʃ"}, {"d", "d"},   {"dh", "ð"},  {"dx", "ɾ"},  {"eh", "ɛ"}, {"el", "əl"}, {"em", "m"},
    {"en", "n̩"},  {"er", "ɜː"}, {"ey", "eɪ"}, {"f", "f"},   {"g", "ɡ"},   {"hh", "h"}, {"ih", "ɪ"},  {"iy", "iː"},
    {"jh", "dʒ"}, {"k", "k"},   {"l", "l"},   {"m", "m"},   {"n", "n"},   {"ng", "ŋ"}, {"ow", "oʊ"}, {"oy", "ɔɪ"},
    {"p", "p"},   {"r", "ɹ"},   {"s", "s"},   {"sh", "ʃ"},  {"t", "t"},   {"th", "θ"}, {"uh", "ʊ"},  {"uw", "uː"},
    {"v", "v"},   {"w", "w"},   {"y", "j"},   {"z", "z"},   {"zh", "ʒ"},  {"pau", ""}, {"ssil", ""}};

/// While it lives, nothing reaches standard error: Flite writes there what a diphone voice replaces, sound by sound.
class Silence
{
public:
    Silence() : m_kept(::dup(STDERR_FILENO))
    {
        std::fflush(stderr);
        const int nowhere = ::open("/dev/null", O_WRONLY | O_CLOEXEC);
        if (m_kept >= 0 && nowhere >= 0)
            ::dup2(nowhere, STDERR_FILENO);
        if (nowhere >= 0)
            ::close(nowhere);
    }
    ~Silence()
    {
        if (m_kept < 0)
            return;
        std::fflush(stderr);
        ::dup2(m_kept, STDERR_FILENO);
        ::close(m_kept);
    }
    Silence(const Silence &) = delete;
    Silence &operator=(const Silence &) = delete;

private:
    int m_kept;
};

template <class Function>
void find(Function &function, void *library, const char *name)
{
    function = reinterpret_cast<Function>(::dlsym(library, name));
    if (!function)
        throw Exception(ErrorCode::Unsupported, std::string("libflite has no ") + name + "; expected Flite 2.2");
}

void *opened(const std::string &file)
{
    void *library = ::dlopen(file.c_str(), RTLD_NOW | RTLD_LOCAL);
    if (!library)
        throw Exception(ErrorCode::NotFound, file + " is missing; install the Debian package libflite1 to make speech");
    return library;
}

} // namespace

struct Flite::Library
{
    std::vector<void *> handles; ///< the voices', then Flite's own
    std::vector<Voice *> voices;
    int (*init)() = nullptr;
    void *(*synthesise)(const char *text, Voice *voice) = nullptr;
    Wave *(*wave)(void *utterance) = nullptr;
    void *(*relation)(const void *utterance, const char *name) = nullptr;
    void *(*head)(const void *relation) = nullptr;
    void *(*next)(const void *item) = nullptr;
    const char *(*text)(const void *item, const char *name) = nullptr;
    float (*number)(const void *item, const char *name) = nullptr;
    void (*setNumber)(void *features, const char *name, float value) = nullptr;
    void (*forget)(void *utterance) = nullptr;

    ~Library()
    {
        // Voices stay registered in static memory of theirs, so the libraries are let go, last opened first, and no
        // more.
        for (auto handle = handles.rbegin(); handle != handles.rend(); ++handle)
            ::dlclose(*handle);
    }
};

Flite::Flite() : m_library(std::make_unique<Library>())
{
    void *flite = opened("libflite.so.1");
    m_library->handles.push_back(flite);
    find(m_library->init, flite, "flite_init");
    find(m_library->synthesise, flite, "flite_synth_text");
    find(m_library->wave, flite, "utt_wave");
    find(m_library->relation, flite, "utt_relation");
    find(m_library->head, flite, "relation_head");
    find(m_library->next, flite, "item_next");
    find(m_library->text, flite, "item_feat_string");
    find(m_library->number, flite, "item_feat_float");
    find(m_library->setNumber, flite, "flite_feat_set_float");
    find(m_library->forget, flite, "delete_utterance");
    m_library->init();
    for (const char *name : kVoices) {
        void *library = opened("libflite_cmu_us_" + std::string(name) + ".so.1");
        m_library->handles.push_back(library);
        Voice *(*registered)(const char *folder) = nullptr;
        find(registered, library, ("register_cmu_us_" + std::string(name)).c_str());
        Voice *voice = registered(nullptr);
        if (!voice)
            throw Exception(ErrorCode::Internal, "Flite could not load its voice " + std::string(name));
        m_library->voices.push_back(voice);
        m_voices.emplace_back(name);
    }
}

Flite::~Flite() = default;

SpokenText Flite::speak(const std::string &text, const RecordedSpeaker &speaker)
{
    Voice *voice = m_library->voices.at(std::size_t(speaker.voice));
    m_library->setNumber(voice->features, "duration_stretch", speaker.stretch);
    m_library->setNumber(voice->features, "f0_shift", speaker.pitch);
    SpokenText spoken;
    void *utterance = nullptr;
    {
        const Silence silence;
        utterance = m_library->synthesise(text.c_str(), voice);
    }
    if (!utterance)
        return spoken;
    const Wave *wave = m_library->wave(utterance);
    if (wave && wave->count > 0 && wave->channels == 1) {
        spoken.rate = wave->rate;
        spoken.samples.assign(wave->samples, wave->samples + wave->count);
        const void *segments = m_library->relation(utterance, "Segment");
        double begin = 0; // Flite tells where a segment ends
        for (const void *item = segments ? m_library->head(segments) : nullptr; item; item = m_library->next(item)) {
            const auto name = kIpa.find(m_library->text(item, "name"));
            spoken.phones.push_back(
                {name == kIpa.end() ? std::string() : name->second, std::llround(begin * double(wave->rate))});
            begin = m_library->number(item, "end");
        }
    }
    m_library->forget(utterance);
    return spoken;
}

} // namespace orrery::training
