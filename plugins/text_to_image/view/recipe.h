// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "orrery/item.h"
#include "plugins/text_to_image/view/take.h"

namespace orrery::text_to_image {

/// What a recipe says was drawn; nothing when it is not one of a drawn picture, or makes no sense. It may come from
/// anywhere: nothing of it is used before it was checked.
std::optional<Parameters> parametersOf(const QByteArray &recipe);
/// The recipe that stands in the PNG file of an item, or that it carries; empty when there is none.
QByteArray recipeOf(const Item &item);

/// A drawn picture as an item that all pages can use.
Item itemOf(const generate::Sample &sample, const QString &prompt);
/// Writes the picture's own pixels, with its recipe in a text chunk. @return a sentence when it could not.
QString exportSample(const generate::Sample &sample, const QString &path);

} // namespace orrery::text_to_image
