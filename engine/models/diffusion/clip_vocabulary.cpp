// SPDX-License-Identifier: Apache-2.0
#include "engine/models/diffusion/clip_vocabulary.h"

#include "engine/core/error.h"
#include "engine/files/mapped_file.h"

#include <string_view>

namespace orrery::diffusion {

std::shared_ptr<const ClipTokenizer> tokenizerFromMerges(const std::string &path, const std::string &pad)
{
    ClipTokenizer::Settings settings;
    settings.file = path;
    settings.pad = pad;
    const auto add = [&settings](const std::string &token) {
        settings.vocabulary.emplace(token, static_cast<std::int64_t>(settings.vocabulary.size()));
    };
    const auto isPrintable = [](int byte) {
        return (byte >= '!' && byte <= '~') || (byte >= 0xA1 && byte <= 0xAC) || byte >= 0xAE;
    };
    for (const char *ending : {"", "</w>"})
        for (const bool printable : {true, false}) // those that stand for themselves come first
            for (int byte = 0; byte < 256; ++byte)
                if (isPrintable(byte) == printable)
                    add(letterOfByte(static_cast<std::uint8_t>(byte)) + ending);

    const auto file = MappedFile::open(path);
    const auto bytes = file->bytes();
    std::string_view text(reinterpret_cast<const char *>(bytes.data()), bytes.size());
    for (bool first = true; !text.empty(); first = false) {
        const std::string_view line = text.substr(0, text.find('\n'));
        text.remove_prefix(std::min(text.size(), line.size() + 1));
        const std::size_t blank = line.find(' ');
        if (first || line.empty()) // the first line states a version
            continue;
        if (blank == std::string_view::npos)
            throw Exception(ErrorCode::ModelFile,
                            path + ": line \"" + std::string(line.substr(0, 60)) + "\", expected two pieces");
        settings.merges.emplace_back(line.substr(0, blank), line.substr(blank + 1));
        add(settings.merges.back().first + settings.merges.back().second);
    }
    for (const std::string &token : {settings.begin, settings.end}) {
        add(token);
        settings.added.push_back({token, settings.vocabulary.at(token), true});
    }
    return std::make_shared<const ClipTokenizer>(std::move(settings));
}

} // namespace orrery::diffusion
