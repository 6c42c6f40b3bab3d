// SPDX-License-Identifier: Apache-2.0
#include "app/cli/command.h"
#include "app/cli/output.h"

#ifdef ORRERY_HAS_DATASET
#include "engine/training/picture_world/make_picture_world.h"
#endif

#include <chrono>

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
    const auto start = std::chrono::steady_clock::now();
    const training::PictureWorldSummary summary =
        training::makePictureWorld(options, [start](double fraction, const std::string &message) {
            const std::chrono::duration<double> soFar = std::chrono::steady_clock::now() - start;
            showProgress(fraction, message, soFar.count());
        });
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

#else

int makePictures(const Arguments &)
{
    throw Exception(
        ErrorCode::Unsupported,
        "dataset picture-world: this build cannot draw emoji, because FreeType was not there when it was made");
}

#endif

int run(const Arguments &arguments)
{
    const std::vector<std::string> &given = arguments.others();
    if (given.size() != 1 || (given.front() != "picture-world" && given.front() != "speech"))
        throw UsageError("expected picture-world, found " +
                         (given.empty() ? std::string("nothing") : "\"" + given.front() + "\""));
    if (!arguments.has("out"))
        throw UsageError("--out is missing");
    if (given.front() == "speech")
        throw Exception(ErrorCode::Unsupported,
                        "dataset speech: this version makes pictures only, expected picture-world");
    return makePictures(arguments);
}

} // namespace

Command datasetCommand()
{
    return {"dataset",
            "picture-world --out FILE [--artist NAME=FOLDER]... [--json]",
            "Write what the built-in models learn from, as one file",
            "The drawings come from Debian's packages of emoji fonts; a folder of an artist holds PNG files named\n"
            "after their code point (1f98a.png).",
            {{"out", "FILE", "the file to write"},
             {"artist", "NAME=FOLDER", "drawings of one more artist", true},
             {"file-names", "FILE", "a JSON object from emoji to file name, for artists' folders named by words"}},
            run};
}

} // namespace orrery::cli
