// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "plugins/embedding_map/view/collections/collection.h"

namespace orrery {

/// A class for every row; the commonest gets the first colour, or, where all are numbers, the smallest. Empty texts:
/// not known.
/// @param all  of all rows, where `texts` are only of the first: the colours stay while the others come
RowFact classFact(const QString &title, const QStringList &texts, const QStringList &all = {});
/// A number for every row; NaN: not known. Few different whole numbers are classes if they may be.
RowFact numberFact(const QString &title, std::vector<float> numbers, bool mayBeClasses = false);

/// "label", "class", "target", "species", …: what people call a column that says what a row is.
bool isClassName(const QString &column);
/// "name", "title", "word", …: what they call the one that says who it is.
bool isNameName(const QString &column);

} // namespace orrery
