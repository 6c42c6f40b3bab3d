// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/api/sound.h"

#include <QList>
#include <QString>

#include <functional>

namespace orrery::speech {

struct PreparedFailure
{
    QString id, title;
    QString why;  ///< what to look at, and why it happens
    QString file; ///< below the resource folder; empty: `make` makes it
    /// @param example  the sentence that the page opens with; may be null
    std::function<Samples(const Samples &example)> make;
};

QList<PreparedFailure> preparedFailures();

/// What is left of a sound on an old telephone line: 300 to 3,400 Hz.
Samples throughTelephone(const std::vector<float> &samples);
/// A steady hum of a transformer: 100 Hz and what is above it.
Samples hum(double seconds);

} // namespace orrery::speech
