// SPDX-License-Identifier: Apache-2.0
#include "app/cli/command.h"
#include "app/cli/output.h"
#include "app/cli/output_file.h"
#include "app/cli/precision_option.h"
#include "app/cli/session.h"
#include "engine/api/babble.h"

#include <cmath>

namespace orrery::cli {

namespace {

Json unitJson(const speech::HeldUnit &unit)
{
    if (unit.unit == speech::kSentenceEnd)
        return {{"end", true}};
    return {{"unit", unit.unit}, {"frames", unit.frames}};
}

Json stepJson(const speech::ContinueStep &step)
{
    Json json = unitJson({step.unit, step.frames});
    json["probability"] = step.share;
    json["entropy_bits"] = step.entropy;
    json["alternatives"] = Json::array();
    for (const auto &other : step.alternatives) {
        Json one = other.unit == speech::kSentenceEnd ? Json{{"end", true}} : Json{{"unit", other.unit}};
        one["probability"] = other.share;
        json["alternatives"].push_back(one);
    }
    return json;
}

int run(const Arguments &arguments)
{
    constexpr std::int64_t kMostUnits = 100'000;
    if (arguments.others().size() != 1)
        throw UsageError("expected one AUDIO, found " + std::to_string(arguments.others().size()));
    if (!arguments.has("output"))
        throw UsageError("--output is missing");
    arguments.atMostOneOf("codebook", "codebook-file");
    speech::ContinueRequest request;
    request.sound.path = arguments.others().front();
    request.file = arguments.text("output");
    if (!request.file.ends_with(".wav"))
        throw UsageError("--output: expected a file whose name ends with .wav, found \"" + request.file + "\"");
    request.listener = arguments.text("units", request.listener);
    request.codebook = int(arguments.integer("codebook", 0, 1, kMostUnits));
    request.codebookFile = arguments.text("codebook-file");
    request.model = arguments.text("model", request.model);
    request.vocoder = arguments.text("vocoder", request.vocoder);
    request.seconds = arguments.number("seconds", request.seconds, 0.02, speech::kMostContinueSeconds);
    request.seed =
        static_cast<std::uint64_t>(arguments.integer("seed", static_cast<std::int64_t>(request.seed), 0, INT64_MAX));
    request.temperature = arguments.number("temperature", request.temperature, 0, 100);
    request.topK = int(arguments.integer("top-k", 0, 0, kMostUnits));
    request.voice = int(arguments.integer("voice", 0, 0, kMostUnits));
    request.precision = precisionOf(arguments);
    const std::string opening = arguments.choice("opening", "recorded", {"recorded", "resynthesised", "none"});
    request.opening = opening == "recorded"        ? speech::Opening::Recorded
                      : opening == "resynthesised" ? speech::Opening::Resynthesised
                                                   : speech::Opening::Nothing;
    requireWritable("output", request.file);
    Session session(arguments);
    const speech::ContinueResult result = session.run(speech::kContinue, request, {Lane::Interactive, "Continue", {}});
    const speech::ContinueBranch &branch = result.branches.front();
    for (const std::string &note : result.notes)
        say(note);
    if (arguments.has("json")) {
        Json prompt = Json::array(), steps = Json::array();
        for (const speech::HeldUnit &unit : result.prompt)
            prompt.push_back(unitJson(unit));
        for (const speech::ContinueStep &step : branch.steps)
            steps.push_back(stepJson(step));
        printJson({{"audio", request.sound.path},
                   {"model", result.model},
                   {"file", request.file},
                   {"seed", request.seed},
                   {"temperature", request.temperature},
                   {"hop_ms", result.hopMs},
                   {"prompt", prompt},
                   {"units", steps},
                   {"seconds_added", branch.seconds},
                   {"log_probability", branch.logProbability},
                   {"seconds", result.seconds}});
        return kDone;
    }
    std::string line;
    for (const speech::ContinueStep &step : branch.steps)
        line += (line.empty() ? "" : " ") +
                (step.unit == speech::kSentenceEnd ? std::string("|") : std::to_string(step.unit));
    print(line + "\n");
    say(request.file + ": " + fixed(branch.seconds, 1) + " s were added to " + request.sound.path);
    return kDone;
}

} // namespace

Command continueCommand()
{
    return {
        "continue",
        "AUDIO --output FILE.wav [--seconds T] [--seed S] [--temperature T] [--top-k K] [--model M] [--vocoder M]\n"
        "[--units M] [--codebook K | --codebook-file F] [--voice N] [--opening recorded|resynthesised|none]\n"
        "[--precision exact|fast] [--json]",
        "Let a language model go on with speech",
        "AUDIO is turned into units, the language model adds units to them, and the vocoder speaks. FILE.wav begins\n"
        "with the recording, with the vocoder's rendering of it, or with nothing before what was added. The units are\n"
        "printed; \"|\" stands where one sentence ends.",
        {{"output", "FILE.wav", "the sound, 16 kHz"},
         {"seconds", "T", "how much to add; 3 without it"},
         {"seed", "S", "another number, another continuation; 1 without it"},
         {"temperature", "T", "larger: bolder; 0: always the likeliest; 0.8 without it"},
         {"top-k", "K", "only the K likeliest units; 0: all"},
         {"model", "M", "language model; speech-ulm without it"},
         {"vocoder", "M", "speech-vocoder without it"},
         {"units", "M", "what listens; speech-hubert without it"},
         {"codebook", "K", "of what listens; the one that fits the language model without it"},
         {"codebook-file", "F", "a codebook made by orrery-cli train speech-units"},
         {"voice", "N", "of the vocoder; 0 without it"},
         {"precision", "exact|fast",
          "fast: large products in bfloat16 where the processor has it, exact (float32) without it"},
         {"opening", "WHAT", "what FILE.wav begins with: recorded (without it), resynthesised or none"}},
        run};
}

} // namespace orrery::cli
