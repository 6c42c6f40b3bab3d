// SPDX-License-Identifier: Apache-2.0
#include "plugins/speech/view/recordings.h"

#include <QCoreApplication>

#include <algorithm>
#include <cmath>

namespace orrery::speech {

namespace {

constexpr float kSilent = 0.001f; ///< −60 dB
constexpr float kFull = 0.999f;
constexpr int kClippedSamples = 3; ///< in a row: a single one may be a peak that just fits
constexpr int kApart = kSoundRate / 50;

QString say(const char *text)
{
    return QCoreApplication::translate("Speech", text);
}

int clippedPlaces(const std::vector<float> &samples)
{
    int places = 0, row = 0;
    std::size_t last = 0;
    for (std::size_t i = 0; i < samples.size(); ++i) {
        row = std::fabs(samples[i]) >= kFull ? row + 1 : 0;
        if (row < kClippedSamples)
            continue;
        if (places == 0 || i - last > std::size_t(kApart))
            ++places;
        last = i;
    }
    return places;
}

} // namespace

QStringList notesOf(const std::vector<float> &samples, const SoundFacts &facts, bool cut)
{
    QStringList notes;
    const bool loud = std::ranges::any_of(samples, [](float value) { return std::fabs(value) > kSilent; });
    if (!loud)
        notes.append(say("There is nothing to hear in it: the units are those of silence."));
    if (const int places = clippedPlaces(samples); places > 0)
        notes.append(say("Clipped in %n place(s): it was louder than the recording could hold, and sounds harsh there.")
                         .replace(QStringLiteral("%n"), QString::number(places))
                         .replace(QStringLiteral("place(s)"), places == 1 ? say("place") : say("places")));
    if (facts.damaged)
        notes.append(say("The file is damaged and ends early; this is what could be read."));
    if (cut)
        notes.append(say("It is long: only the first ten minutes are shown."));
    return notes;
}

} // namespace orrery::speech
