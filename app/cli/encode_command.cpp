// SPDX-License-Identifier: Apache-2.0
#include "app/cli/command.h"
#include "app/cli/output.h"
#include "app/cli/output_file.h"
#include "app/cli/picture_files.h"
#include "app/cli/precision_option.h"
#include "app/cli/session.h"
#include "app/cli/sound_files.h"
#include "app/cli/utf8.h"
#include "engine/api/clip.h"
#include "engine/api/speech.h"
#include "engine/files/npy.h"

namespace orrery::cli {

namespace {

/// What has become rows; what could not is said.
struct Rows
{
    NpyMatrix matrix;
    Json inputs = Json::array(); ///< of the rows
    std::vector<std::string> errors;
};

int finish(const Arguments &arguments, const std::string &model, const Rows &rows)
{
    const std::string output = arguments.text("output");
    if (rows.matrix.rows > 0)
        writeNpy(output, rows.matrix);
    for (const std::string &error : rows.errors)
        say(error);
    if (rows.matrix.rows == 0)
        throw Exception(ErrorCode::BadInput, "Nothing could be encoded, so " + output + " was not written");
    if (!rows.errors.empty())
        say(output + " has no row for what could not be encoded");
    if (arguments.has("json"))
        printJson({{"model", model},
                   {"output", output},
                   {"rows", rows.matrix.rows},
                   {"columns", rows.matrix.columns},
                   {"inputs", rows.inputs}});
    else
        print(output + ": " + std::to_string(rows.matrix.rows) + " × " + std::to_string(rows.matrix.columns) +
              (arguments.has("frames") ? ", one row a frame\n" : ", one row an input\n"));
    return rows.errors.empty() ? kDone : kFailed;
}

int encodeSound(const Arguments &arguments, const std::vector<std::string> &inputs)
{
    speech::FramesRequest request;
    request.model = arguments.text("model", speech::kUnitsModel);
    request.layer = int(arguments.integer("layer", -1, 0, 1000));
    request.mean = !arguments.has("frames");
    request.precision = precisionOf(arguments);
    request.sounds = soundSources(inputs);
    std::vector<std::string> names;
    for (const SoundSource &source : request.sounds)
        names.push_back(source.path);
    Session session(arguments);
    const speech::FramesResult result = session.run(speech::kFrames, request, {Lane::Interactive, "Encode", {}});
    Rows rows;
    for (std::size_t i = 0; i < result.frames.size(); ++i) {
        const NpyMatrix &frames = result.frames[i];
        if (!result.errors[i].empty()) {
            rows.errors.push_back(result.errors[i]);
            continue;
        }
        if (result.endEarly[i])
            say(endsEarlyText(names[i]));
        rows.matrix.columns = frames.columns;
        rows.matrix.rows += frames.rows;
        rows.matrix.values.insert(rows.matrix.values.end(), frames.values.begin(), frames.values.end());
        if (request.mean)
            rows.inputs.push_back(names[i]);
        else
            rows.inputs.push_back({{"audio", names[i]}, {"rows", frames.rows}});
    }
    return finish(arguments, result.model, rows);
}

int run(const Arguments &arguments)
{
    const std::vector<std::string> &given = arguments.others();
    if (given.empty())
        throw UsageError("expected image, text or audio, and what to encode");
    const std::string kind = given.front();
    const std::vector<std::string> inputs(given.begin() + 1, given.end());
    if (kind != "image" && kind != "text" && kind != "audio")
        throw UsageError("expected image, text or audio, found \"" + kind + "\"");
    for (const char *only : {"layer", "frames", "precision"})
        if (arguments.has(only) && kind != "audio")
            throw UsageError(std::string("--") + only + " goes with audio");
    if (!arguments.has("output"))
        throw UsageError("--output is missing");
    if (inputs.empty())
        throw UsageError("an INPUT is missing");
    requireWritable("output", arguments.text("output"));
    if (kind == "audio")
        return encodeSound(arguments, inputs);

    clip::EncodeRequest request;
    request.model = arguments.text("model", clip::kDefaultModel);
    std::vector<std::string> names = inputs;
    if (kind == "image") {
        request.pictures = pictureSources(inputs);
        names.clear();
        for (const PictureSource &source : request.pictures)
            names.push_back(source.path);
    } else {
        for (std::size_t i = 0; i < inputs.size(); ++i)
            if (!isUtf8(inputs[i]))
                throw UsageError("text " + std::to_string(i + 1) + " is not UTF-8");
        request.texts = inputs;
    }
    Session session(arguments);
    const clip::EncodeResult result = session.run(clip::kEncode, request, {Lane::Interactive, "Encode", {}});

    Rows rows;
    for (std::size_t i = 0; i < result.embeddings.size(); ++i) {
        if (i < result.errors.size() && !result.errors[i].empty()) {
            rows.errors.push_back(result.errors[i]);
            continue;
        }
        rows.matrix.columns = static_cast<std::int64_t>(result.embeddings[i].size());
        ++rows.matrix.rows;
        rows.matrix.values.insert(rows.matrix.values.end(), result.embeddings[i].begin(), result.embeddings[i].end());
        rows.inputs.push_back(names.at(i));
    }
    return finish(arguments, result.model, rows);
}

} // namespace

Command encodeCommand()
{
    return {
        "encode",
        "image|text|audio [--model M] [--layer N] [--frames] --output X.npy INPUT...",
        "Write the embeddings of pictures, texts or sound as a NumPy array",
        "INPUT is a picture or sound file, a folder of them, or a text. Row i of the array belongs to the i-th input\n"
        "that could be encoded; --json lists them. Rows of pictures and texts have length one; a row of sound is the\n"
        "mean of its frames, or with --frames every frame, 20 ms each, is a row.",
        {{"model", "M", "a built-in or installed model, or a folder; without it, picture-clip or speech-hubert"},
         {"layer", "N", "audio: the layer whose frames are written; the codebooks' own without it"},
         {"frames", "", "audio: a row for every frame"},
         {"precision", "exact|fast",
          "audio; fast: half the time on processors that multiply bfloat16, for nearly the same frames"},
         {"output", "X.npy", "the file to write"}},
        run};
}

} // namespace orrery::cli
