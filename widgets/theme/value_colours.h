// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QColor>

namespace orrery {

/// Cividis (Nuñez, Anderton and Renslow 2018), at a place in [0, 1].
QColor cividis(double place);

/// Magma (Smith and van der Walt 2015), for spectrograms, at a place in [0, 1].
QColor magma(double place);

/// Cividis without the end that would sink into the ground of the theme: its dark blue at night, its light yellow on
/// white.
QColor valueColour(double place);

} // namespace orrery
