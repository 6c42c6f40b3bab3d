// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <string>
#include <vector>

namespace orrery::training {

/// What CLDR says of one emoji in one language.
struct Annotation
{
    std::string name;                  ///< its short name: "grinning face"
    std::vector<std::string> keywords; ///< in the order of the file
};

/// Emoji → annotation: the lines `<annotation cp="X">a | b</annotation>` and `<annotation cp="X"
/// type="tts">name</annotation>` of a file of Debian's unicode-cldr-core. Thread: any.
/// @throws Exception{NotFound} naming the package
std::map<std::string, Annotation> readAnnotations(const std::string &path);

/// A whole file of a Debian package. @throws Exception{NotFound} naming the package
std::string readPackageFile(const std::string &path, const std::string &package);

} // namespace orrery::training
