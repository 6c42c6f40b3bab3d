// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QString>

namespace orrery {

class Theme;

/// The application's style sheet for the theme as it stands: radius 6, spacing 4/8/16/24, a visible focus ring.
/// Widgets choose a look with the dynamic property "look": "primary", "quiet", "card", "chip", "caption", "title",
/// "answer", "muted".
QString styleSheet(const Theme &theme);

} // namespace orrery
