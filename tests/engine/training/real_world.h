// SPDX-License-Identifier: Apache-2.0
/// Picture World as its packages draw it, made anew for a test: what is proven on it is proven on what models learn.
#pragma once

#include "engine/training/picture_world/make_picture_world.h"
#include "engine/training/picture_world/picture_world.h"

#include <QFile>
#include <QTemporaryDir>

#include <memory>

namespace orrery::training::test {

inline constexpr const char *kNoRealWorld =
    "fonts-noto-color-emoji, unicode-data or unicode-cldr-core is not installed";

/// Drawings of the first artist. Null where the packages are missing.
inline std::shared_ptr<const PictureWorld> realWorld()
{
    PictureWorldOptions options;
    options.fonts.resize(1);
    for (const std::string &needed : {options.emojiTest, options.annotations, options.fonts.front().second})
        if (!QFile::exists(QString::fromStdString(needed)))
            return nullptr;
    static const QTemporaryDir folder;
    static std::shared_ptr<const PictureWorld> world;
    if (!world) {
        options.out = folder.filePath("picture-world.safetensors").toStdString();
        makePictureWorld(options);
        world = std::make_shared<PictureWorld>(options.out);
    }
    return world;
}

} // namespace orrery::training::test
