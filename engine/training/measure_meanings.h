// SPDX-License-Identifier: Apache-2.0
/// What the figures of `orrery-cli evaluate` say, in a line each. Whoever measures something new adds its line here;
/// MeasureMeaningsTest looks for one on every card. Header only: the command line does not link the engine.
#pragma once

#include <array>
#include <string_view>

namespace orrery::training {

struct MeasureMeaning
{
    std::string_view name; ///< of a figure, or its beginning: "PNMI" is also "PNMI 50" and "noun" is "noun, best of 8"
    std::string_view text; ///< what it is, and which direction is better
};

/// Of two that fit the first counts.
inline constexpr std::array kMeasureMeanings{
    // Models that name pictures
    MeasureMeaning{"drawings top-1", "share of drawings by people whose first name is right; higher is better"},
    MeasureMeaning{"drawings top-5", "share of them with the right name among the first five; higher is better"},
    MeasureMeaning{"chance", "what guessing at random would reach; to compare with"},
    MeasureMeaning{"familiarity false alarms", "share of drawings wrongly called unfamiliar; lower is better"},
    MeasureMeaning{"photographs flagged", "share of photographs rightly called unfamiliar; higher is better"},
    MeasureMeaning{"caption recall@1",
                   "share of pictures that find their own caption among near ones; higher is better"},
    // Models that draw
    MeasureMeaning{"noun", "share of drawn things that a check takes for what was asked for; higher is better"},
    MeasureMeaning{"count", "share of pictures with as many things as asked for; higher is better"},
    MeasureMeaning{"position", "share of pictures with things where they were asked for; higher is better"},
    MeasureMeaning{"colour", "share of pictures in the colours asked for; higher is better"},
    MeasureMeaning{"in the shape of", "share of pictures where that part of such a prompt came true; higher is better"},
    MeasureMeaning{"made of", "share of pictures where that part of such a prompt came true; higher is better"},
    MeasureMeaning{"sign of", "share of signs on which the word can be read; higher is better"},
    MeasureMeaning{"reconstruction error", "mean squared error of pixels after coding, 0 to 1; lower is better"},
    MeasureMeaning{"codes used", "share of its codes that any picture needed; higher is better"},
    // Models that listen
    MeasureMeaning{"phone purity", "share of frames whose unit's commonest phone is the true one; higher is better"},
    MeasureMeaning{"cluster purity", "share of frames whose unit is the commonest of their phone; higher is better"},
    MeasureMeaning{"PNMI", "share of the uncertainty about phones that units take away, 0 to 1; higher is better"},
    MeasureMeaning{"digits", "share of spoken digits whose nearest recording by others is the same; higher is better"},
    MeasureMeaning{"cepstra", "the same of units without a network (mel-frequency cepstra); to compare with"},
    MeasureMeaning{"code PNMI", "PNMI of the quantizer's own codes; higher is better"},
    MeasureMeaning{"code phone purity", "phone purity of the quantizer's own codes; higher is better"},
    MeasureMeaning{"codes in use", "how many different codes it gave; few of many mean that training collapsed"},
    MeasureMeaning{"code perplexity", "how many codes, used evenly, would say as much; higher is better"},
    // Models that speak in units
    MeasureMeaning{"bits per unit, Kneser-Ney 5-gram",
                   "the same by counting what followed four units; to compare with"},
    MeasureMeaning{"bits per unit", "surprise by the next unit, of voices that training left out; lower is better"},
    MeasureMeaning{"lower than the 5-gram by", "share of the 5-gram's bits that the model saves; higher is better"},
    MeasureMeaning{"units measured", "how many units were counted; the more, the surer the figures"},
    MeasureMeaning{"mel distance of the mean spectrum", "the same for one spectrum all the time; to compare with"},
    MeasureMeaning{"mel distance", "how far the sound's spectrum is from the original's; lower is better"},
    MeasureMeaning{"unit error, original half a frame later",
                   "the same for the original, a little shifted; to compare with"},
    MeasureMeaning{"unit error", "share of units that are heard otherwise in the resynthesis; lower is better"},
    MeasureMeaning{"phone error of the original", "share of phones misread in the recording itself; to compare with"},
    MeasureMeaning{"phone error of the resynthesis", "share of phones misread in the synthetic voice; lower is better"},
    MeasureMeaning{"phone error, points more", "the difference of these two, in hundredths; lower is better"},
    MeasureMeaning{"phone error", "share of phones misread, of voices that training left out; lower is better"},
};

/// @return  the line of a figure; null where there is none
inline const MeasureMeaning *meaningOf(std::string_view measure)
{
    for (const MeasureMeaning &meaning : kMeasureMeanings)
        if (measure.starts_with(meaning.name) &&
            (measure.size() == meaning.name.size() || measure[meaning.name.size()] == ' ' ||
             measure[meaning.name.size()] == ','))
            return &meaning;
    return nullptr;
}

} // namespace orrery::training
