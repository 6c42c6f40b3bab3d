// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "plugins/embedding_map/view/collections/collection.h"

namespace orrery {

/// Points on a circle in ten dimensions, with normal noise in all of them. Fact: the angle.
/// Source: Kobak and Linderman 2021, doi:10.1038/s41587-020-00809-z, figure 1: 7,000 points, noise of a thousandth of
/// the radius in two dimensions; here fewer, so that a class need not wait, and more dimensions.
MapCollection noisyCircle();

/// Points on a sheet that is rolled up in space, evenly over the sheet. Facts: how far along the roll, how high.
/// Source: Tenenbaum, de Silva, Langford 2000, doi:10.1126/science.290.5500.2319, figure 3.
MapCollection swissRoll();

} // namespace orrery
