// SPDX-License-Identifier: Apache-2.0
#include "app/cli/command.h"
#include "app/cli/live_units.h"
#include "app/cli/output.h"
#include "app/cli/precision_option.h"
#include "app/cli/session.h"
#include "app/cli/sound_files.h"
#include "engine/api/speech.h"

namespace orrery::cli {

namespace {

constexpr std::int64_t kMostUnits = 100'000;

/// What a CTC head reads: "phones: h ə l əʊ", "letters: HELLO THERE".
std::string readingOf(const speech::UnitSequence &sequence, bool phones)
{
    std::string line = phones ? "phones:" : "letters: ";
    for (const speech::HeardLetter &letter : sequence.letters)
        line += (phones ? " " : "") + letter.text;
    return line;
}

int recorded(const Arguments &arguments)
{
    speech::UnitsRequest request;
    request.model = arguments.text("model", speech::kUnitsModel);
    request.codebookFile = arguments.text("codebook-file");
    request.codebook = int(arguments.integer("codebook", 100, 1, kMostUnits));
    request.sounds = soundSources(arguments.others());
    request.letters = true;
    request.precision = precisionOf(arguments);
    Session session(arguments);
    const speech::UnitsResult result = session.run(speech::kUnits, request, {Lane::Interactive, "Units", {}});

    bool failed = false;
    Json results = Json::array();
    for (const speech::UnitSequence &sequence : result.sequences) {
        if (!sequence.error.empty()) {
            say(sequence.error);
            failed = true;
            continue;
        }
        if (sequence.endsEarly)
            say(endsEarlyText(sequence.name));
        if (sequence.units.empty())
            say(sequence.name + ": is shorter than one frame, so it has no units");
        if (arguments.has("json")) {
            Json entry{{"audio", sequence.name}, {"hop_ms", result.hopMs}, {"units", sequence.units}};
            for (const speech::HeardLetter &letter : sequence.letters)
                entry[result.phones ? "phones" : "letters"].push_back(
                    {{"text", letter.text}, {"start", letter.second}});
            results.push_back(std::move(entry));
            continue;
        }
        std::string line = result.sequences.size() > 1 ? sequence.name + ":" : "";
        for (const int unit : sequence.units)
            line += (line.empty() ? "" : " ") + std::to_string(unit);
        print(line + "\n");
        if (!sequence.letters.empty())
            print((result.sequences.size() > 1 ? sequence.name + ": " : "") + readingOf(sequence, result.phones) +
                  "\n");
    }
    if (arguments.has("json"))
        printJson({{"model", result.model}, {"codebook", result.codebook}, {"results", results}});
    return failed ? kFailed : kDone;
}

int run(const Arguments &arguments)
{
    arguments.atMostOneOf("codebook", "codebook-file");
    if (arguments.has("live"))
        return liveUnits(arguments);
    for (const char *only : {"input", "quick"})
        if (arguments.has(only))
            throw UsageError(std::string("--") + only + " goes with --live");
    if (arguments.others().empty())
        throw UsageError("an AUDIO is missing");
    return recorded(arguments);
}

} // namespace

Command unitsCommand()
{
    return {"units",
            "[--model M] [--codebook 50|100|200] [--json] AUDIO...\n"
            "       orrery-cli units --live [--input DEVICE] [--quick] [--model M] [--codebook 50|100|200] [--json] "
            "[AUDIO]",
            "Write speech as discrete units",
            "AUDIO is a sound file or a folder of them. With --live it is one file, which plays as if somebody spoke;\n"
            "without any, the microphone is listened to until Ctrl+C. Units are printed as soon as nothing that comes\n"
            "later can change them; --json prints a line for every unit, the provisional ones too. Of a recording, a "
            "model with\n"
            "a CTC head prints what it reads too: phones (speech-wav2vec) or letters, with --json when each begins.",
            {{"model", "M", "a built-in or installed model, a folder, or mfcc; without it, speech-hubert"},
             {"codebook", "K", "how many different units; 100 without it"},
             {"codebook-file", "F", "a codebook made by orrery-cli train speech-units"},
             {"precision", "exact|fast",
              "fast: half the time on processors that multiply bfloat16, for nearly the same frames"},
             {"live", "", "print units as one speaks"},
             {"input", "DEVICE", "with --live: the microphone's name; the system's default without it"},
             {"quick", "", "with --live and AUDIO: as fast as it can be computed"}},
            run};
}

} // namespace orrery::cli
