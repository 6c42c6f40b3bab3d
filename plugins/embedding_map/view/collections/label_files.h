// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "plugins/embedding_map/view/collections/collection.h"

namespace orrery {

/// Adds what files beside an array say of its rows: x_labels, x-labels, x.labels or x_y colour x.npy, x_names names it;
/// photos_labels goes with photos_pca50.npy as well, and labels or y_… with x_….npy. Files with another number of rows,
/// or that cannot be read, stay out. @return their names, for the user. Thread: any.
QStringList addLabelFiles(const QString &path, MapCollection *collection);

} // namespace orrery
