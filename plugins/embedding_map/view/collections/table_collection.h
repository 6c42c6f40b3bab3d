// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/files/data_table.h"
#include "plugins/embedding_map/view/collections/collection.h"

namespace orrery {

/// Columns of numbers in every row are the points. Columns x and y, without a z, are the map itself. What a row is
/// ("label", "species") and what has gaps only colours; so do columns of texts that repeat. A column of texts of which
/// each is another names the rows. Numbered rows (0, 1, 2, … under "id" or no name) are left out. `what` says it all.
/// @throws Exception{BadInput} when no column makes points, or there are less than two rows.
/// Thread: any.
MapCollection collectionOfTable(const QString &path, const DataTable &table);

} // namespace orrery
