// SPDX-License-Identifier: Apache-2.0
#include "app/cli/command.h"
#include "app/cli/output.h"
#include "app/cli/output_file.h"

#ifdef ORRERY_HAS_DATASET
#include "app/cli/dataset_recordings.h"
#include "engine/training/picture_world/make_picture_world.h"
#include "engine/training/speech_world/make_speech_world.h"
#endif

namespace orrery::cli {

namespace {

#ifdef ORRERY_HAS_DATASET

int makePictures(const Arguments &arguments)
{
    training::PictureWorldOptions options;
    options.out = arguments.text("out");
    options.fileNames = arguments.text("file-names");
    for (const std::string &artist : arguments.texts("artist")) {
        const std::size_t equals = artist.find('=');
        if (equals == 0 || equals == std::string::npos || equals + 1 == artist.size())
            throw UsageError("--artist: expected NAME=FOLDER, found \"" + artist + "\"");
        options.artists.emplace_back(artist.substr(0, equals), artist.substr(equals + 1));
    }
    ProgressLine line;
    const training::PictureWorldSummary summary = training::makePictureWorld(
        options, [&line](double fraction, const std::string &message) { line.show(fraction, message); });
    clearProgress();
    if (arguments.has("json")) {
        Json artists = Json::object();
        for (const auto &[name, sprites] : summary.artists)
            artists[name] = sprites;
        printJson(
            {{"file", options.out}, {"names", summary.names}, {"sprites", summary.sprites}, {"artists", artists}});
        return kDone;
    }
    Table table({{"Artist", Table::Align::Left, true}, {"Drawings", Table::Align::Right, false}});
    for (const auto &[name, sprites] : summary.artists)
        table.add({name, std::to_string(sprites)});
    print(table.toText() + "\n" + options.out + ": " + std::to_string(summary.sprites) + " drawings of " +
          std::to_string(summary.names) + " things\n");
    return kDone;
}

int makeSpeech(const Arguments &arguments)
{
    constexpr double kMostHours = 200;
    constexpr double kLeastHours = 0.001;
    training::SpeechWorldOptions options;
    options.out = arguments.text("out");
    options.hours = arguments.number("hours", options.hours, kLeastHours, kMostHours);
    options.recorded = float(arguments.number("recorded", options.recorded, 0, 1));
    options.seed =
        static_cast<std::uint64_t>(arguments.integer("seed", static_cast<std::int64_t>(options.seed), 0, INT64_MAX));
    ProgressLine line;
    const training::SpeechWorldSummary summary = training::makeSpeechWorld(
        options, [&line](double fraction, const std::string &message) { line.show(fraction, message); });
    clearProgress();
    if (arguments.has("json"))
        printJson({{"file", options.out},
                   {"utterances", summary.utterances},
                   {"seconds", summary.seconds},
                   {"phones", summary.phones},
                   {"voices", summary.voices},
                   {"held_out_voices", summary.heldOutVoices}});
    else
        print(options.out + ": " + std::to_string(summary.utterances) + " utterances, " +
              fixed(summary.seconds / 3600, 2) + " hours, " + std::to_string(summary.phones) + " phones, " +
              std::to_string(summary.voices) + " voices, " + std::to_string(summary.heldOutVoices) +
              " of them for measuring only\n");
    return kDone;
}

#else

int makePictures(const Arguments &)
{
    throw Exception(
        ErrorCode::Unsupported,
        "dataset picture-world: this build cannot draw emoji, because FreeType was not there when it was made");
}

int makeSpeech(const Arguments &)
{
    throw Exception(ErrorCode::Unsupported,
                    "dataset speech: this build cannot speak, because FreeType or soxr was not there when it was made");
}

int addRecordings(const Arguments &arguments)
{
    return makeSpeech(arguments);
}

#endif

int run(const Arguments &arguments)
{
    const std::vector<std::string> &given = arguments.others();
    const std::string what = given.size() == 1 ? given.front() : std::string();
    if (what != "picture-world" && what != "speech" && what != "recordings")
        throw UsageError("expected picture-world, speech or recordings, found " +
                         (given.empty() ? std::string("nothing") : "\"" + given.front() + "\""));
    if (!arguments.has("out"))
        throw UsageError("--out is missing");
    requireWritable("out", arguments.text("out"));
    return what == "speech"       ? makeSpeech(arguments)
           : what == "recordings" ? addRecordings(arguments)
                                  : makePictures(arguments);
}

} // namespace

Command datasetCommand()
{
    return {"dataset",
            "picture-world --out FILE [--artist NAME=FOLDER]... [--json]\n"
            "                    speech --out FILE [--hours H] [--recorded SHARE] [--seed S] [--json]\n"
            "                    recordings --world FILE --list FILE --out FILE [--model M] [--json]",
            "Write what the built-in models learn from, as one file",
            "The drawings come from Debian's packages of emoji fonts; a folder of an artist holds PNG files named\n"
            "after their code point (1f98a.png). Speech is spoken by eSpeak NG (Debian's espeak-ng) in many\n"
            "voices and languages, and with --recorded by Flite's (libflite1), made from recordings of people.\n"
            "To a Speech World recordings of people are added by a list: a line each with FILE, LANGUAGE (as\n"
            "espeak-ng names it), SPEAKER and TEXT, tabs between them. When a phone is said is told by a model that\n"
            "reads phones; the fifth of the recordings that fits its text the least is left out.",
            {{"out", "FILE", "the file to write"},
             {"artist", "NAME=FOLDER", "drawings of one more artist", true},
             {"file-names", "FILE", "a JSON object from emoji to file name, for artists' folders named by words"},
             {"hours", "H", "speech: how much; 2 without it"},
             {"recorded", "SHARE", "speech: of the utterances that recorded voices speak; 0 without it"},
             {"world", "FILE", "recordings: the Speech World that they are added to"},
             {"list", "FILE", "recordings: what they are"},
             {"model", "M", "recordings: what reads phones; speech-wav2vec without it"},
             {"seed", "S", "speech: of texts and voices; 1 without it"}},
            run};
}

} // namespace orrery::cli
