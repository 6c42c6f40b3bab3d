// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QByteArray>
#include <QList>

namespace orrery {

/// A WAV file as other programs read it: one channel, 16 bits; louder than 1 is cut, what is no number is silence.
/// Source: Multimedia Programming Interface and Data Specifications 1.0, IBM and Microsoft 1991, "RIFF WAVE".
QByteArray wavBytes(const QList<float> &sound, int sampleRateHz);

} // namespace orrery
