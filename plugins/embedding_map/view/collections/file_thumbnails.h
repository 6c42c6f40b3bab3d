// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "plugins/embedding_map/view/collections/background.h"

#include <QHash>
#include <QImage>
#include <QStringList>

namespace orrery {

/// Small versions of picture files. Thread: any.
class FileThumbnails
{
public:
    /// @param paths  an empty one has no picture
    explicit FileThumbnails(QStringList paths) : m_paths(std::move(paths)) {}
    /// Null until it was read, and for what Qt cannot read.
    QImage at(qsizetype index) const;
    /// Reads one after the other.
    void readAll(const Outside &outside);

private:
    QStringList m_paths;
    mutable std::mutex m_mutex;
    QHash<qsizetype, QImage> m_pictures;
};

} // namespace orrery
