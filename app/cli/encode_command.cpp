// SPDX-License-Identifier: Apache-2.0
#include "app/cli/command.h"
#include "app/cli/output.h"
#include "app/cli/picture_files.h"
#include "app/cli/session.h"
#include "engine/api/clip.h"
#include "engine/files/npy.h"

namespace orrery::cli {

namespace {

int run(const Arguments &arguments)
{
    const std::vector<std::string> &given = arguments.others();
    if (given.empty())
        throw UsageError("expected image or text, and what to encode");
    const std::string kind = given.front();
    const std::vector<std::string> inputs(given.begin() + 1, given.end());
    if (kind != "image" && kind != "text" && kind != "audio")
        throw UsageError("expected image, text or audio, found \"" + kind + "\"");
    if (!arguments.has("output"))
        throw UsageError("--output is missing");
    if (inputs.empty())
        throw UsageError("an INPUT is missing");
    if (kind == "audio")
        throw Exception(ErrorCode::Unsupported, "encode audio: this version has no speech model to encode sound with");

    clip::EncodeRequest request;
    request.model = arguments.text("model", clip::kDefaultModel);
    std::vector<std::string> names = inputs;
    if (kind == "image") {
        request.pictures = pictureSources(inputs);
        names.clear();
        for (const PictureSource &source : request.pictures)
            names.push_back(source.path);
    } else {
        request.texts = inputs;
    }
    Session session(arguments);
    const clip::EncodeResult result = session.run(clip::kEncode, request, {Lane::Interactive, "Encode", {}});

    NpyMatrix matrix;
    Json rows = Json::array();
    std::vector<std::string> errors;
    for (std::size_t i = 0; i < result.embeddings.size(); ++i) {
        if (i < result.errors.size() && !result.errors[i].empty()) {
            errors.push_back(result.errors[i]);
            continue;
        }
        matrix.columns = static_cast<std::int64_t>(result.embeddings[i].size());
        ++matrix.rows;
        matrix.values.insert(matrix.values.end(), result.embeddings[i].begin(), result.embeddings[i].end());
        rows.push_back(names.at(i));
    }
    const std::string output = arguments.text("output");
    if (matrix.rows > 0)
        writeNpy(output, matrix);
    for (const std::string &error : errors)
        say(error);
    if (matrix.rows == 0)
        throw Exception(ErrorCode::BadInput, "Nothing could be encoded, so " + output + " was not written");
    if (!errors.empty())
        say(output + " has no row for what could not be encoded");
    if (arguments.has("json"))
        printJson({{"model", result.model},
                   {"output", output},
                   {"rows", matrix.rows},
                   {"columns", matrix.columns},
                   {"inputs", rows}});
    else
        print(output + ": " + std::to_string(matrix.rows) + " × " + std::to_string(matrix.columns) +
              ", one row an input\n");
    return errors.empty() ? kDone : kFailed;
}

} // namespace

Command encodeCommand()
{
    return {"encode",
            "image|text [--model M] --output X.npy INPUT...",
            "Write the embeddings of pictures or texts as a NumPy array",
            "INPUT is a picture file or a folder of them, or a text. Row i of the array, of length one, belongs to\n"
            "the i-th input that could be encoded; --json lists them.",
            {{"model", "M", "a built-in or installed model, or a folder; without it, picture-clip"},
             {"output", "X.npy", "the file to write"}},
            run};
}

} // namespace orrery::cli
