// SPDX-License-Identifier: Apache-2.0
/// Picture World as its packages draw it, made anew for a test: what is proven on it is proven on what models learn.
#pragma once

#include "engine/training/picture_world/make_picture_world.h"
#include "engine/training/picture_world/picture_world.h"

#include <QFile>
#include <QTemporaryDir>

#include <memory>
#include <string>

namespace orrery::training::test {

inline constexpr const char *kNoRealWorld =
    "fonts-noto-color-emoji, unicode-data or unicode-cldr-core is not installed";

/// A file with the drawings of the first artist. Empty where the packages are missing.
inline std::string realWorldFile()
{
    PictureWorldOptions options;
    options.fonts.resize(1);
    for (const std::string &needed : {options.emojiTest, options.annotations, options.fonts.front().second})
        if (!QFile::exists(QString::fromStdString(needed)))
            return {};
    static const QTemporaryDir folder;
    options.out = folder.filePath("picture-world.safetensors").toStdString();
    if (!QFile::exists(QString::fromStdString(options.out)))
        makePictureWorld(options);
    return options.out;
}

/// The same, opened; null where the packages are missing.
inline std::shared_ptr<const PictureWorld> realWorld()
{
    const std::string file = realWorldFile();
    return file.empty() ? nullptr : std::make_shared<PictureWorld>(file);
}

} // namespace orrery::training::test
