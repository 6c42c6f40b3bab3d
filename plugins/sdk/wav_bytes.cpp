// SPDX-License-Identifier: Apache-2.0
#include "plugins/sdk/wav_bytes.h"

#include <QDataStream>
#include <QIODevice>

#include <algorithm>
#include <cmath>

namespace orrery {

QByteArray wavBytes(const QList<float> &sound, int sampleRateHz)
{
    constexpr quint16 kPcm = 1, kChannels = 1, kBytes = 2;
    constexpr quint32 kFormatSize = 16, kHeader = 36; // of what follows each size
    const auto size = quint32(sound.size() * kBytes);
    QByteArray bytes;
    bytes.reserve(qsizetype(size + kHeader + 8));
    QDataStream stream(&bytes, QIODevice::WriteOnly);
    stream.setByteOrder(QDataStream::LittleEndian);
    stream.writeRawData("RIFF", 4);
    stream << quint32(kHeader + size);
    stream.writeRawData("WAVEfmt ", 8);
    stream << kFormatSize << kPcm << kChannels << quint32(sampleRateHz) << quint32(sampleRateHz * kBytes) << kBytes
           << quint16(8 * kBytes);
    stream.writeRawData("data", 4);
    stream << size;
    for (const float value : sound)
        stream << qint16(std::isfinite(value) ? std::lround(std::clamp(value, -1.0F, 1.0F) * 32767) : 0);
    return bytes;
}

} // namespace orrery
