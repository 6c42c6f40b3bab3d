// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QList>
#include <QRawFont>
#include <QString>

namespace orrery {

/// A font that can write digits.
struct Typeface
{
    QString family; ///< "Dancing Script"
    QString style;  ///< "Bold"
    QRawFont font;  ///< belongs to the thread that asked
};

/// Fonts of this computer that have all ten digits, each once, by family and style; none of symbols or emoji. The same
/// list on the same computer.
/// @param stopped  asked between two fonts; may end the list early
/// Thread: any; the fonts stay in it.
QList<Typeface> typefacesWithDigits(const std::function<bool()> &stopped);

} // namespace orrery
