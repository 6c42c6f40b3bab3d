// SPDX-License-Identifier: Apache-2.0
#include "plugins/embedding_map/view/collections/file_thumbnails.h"

#include <QImageReader>

namespace orrery {

namespace {
constexpr int kSide = 64;
} // namespace

QImage FileThumbnails::at(qsizetype index) const
{
    const std::lock_guard lock(m_mutex);
    return m_pictures.value(index);
}

void FileThumbnails::readAll(const Outside &outside)
{
    for (qsizetype i = 0; i < m_paths.size() && !outside.stopped(); ++i) {
        if (m_paths[i].isEmpty())
            continue;
        QImageReader reader(m_paths[i]);
        reader.setAutoTransform(true);
        reader.setDecideFormatFromContent(true);
        // JPEG decodes to a small size directly.
        if (const QSize size = reader.size(); size.isValid())
            reader.setScaledSize(size.scaled(kSide, kSide, Qt::KeepAspectRatio).expandedTo({1, 1}));
        QImage picture = reader.read();
        if (picture.isNull())
            continue;
        if (std::max(picture.width(), picture.height()) > kSide)
            picture = picture.scaled(kSide, kSide, Qt::KeepAspectRatio, Qt::SmoothTransformation);
        const std::lock_guard lock(m_mutex);
        m_pictures.insert(i, picture);
    }
}

} // namespace orrery
