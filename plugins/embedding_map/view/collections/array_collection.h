// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "plugins/embedding_map/view/collections/collection.h"

namespace orrery {

/// The collection in a file of numbers. Tables: see collectionOfTable. Of a .npz the largest array of points is taken;
/// the others that have a number for every row colour it, "y", "labels" and "target" first. Files beside an array that
/// say what its rows are colour it, too: see addLabelFiles; an .idx of pictures finds its labels as MNIST names them.
/// `id` and `title` are left to the caller.
/// @throws Exception of the readers; Exception{BadInput} for less than two rows.
/// Thread: any.
MapCollection readArrayCollection(const QString &path);

/// Rows as grey pictures, `black` and below is black, `white` and above is white. Keeps the points alive.
std::function<QImage(std::int64_t)> greyPictures(std::shared_ptr<const NpyMatrix> points, int width, int height,
                                                 float black, float white);
/// Rows as items: their picture when there is one, else their numbers.
std::function<Item(std::int64_t)> itemsOf(const MapCollection &collection);

} // namespace orrery
