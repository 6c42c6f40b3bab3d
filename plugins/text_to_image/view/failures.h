// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QList>
#include <QString>

namespace orrery::text_to_image {

/// Something drawing models get wrong, ready to be looked at.
struct PreparedFailure
{
    QString id; ///< "word"
    QString title;
    QString why; ///< what to look at, and why it happens
    QString prompt;
};

QList<PreparedFailure> preparedFailures();

} // namespace orrery::text_to_image
