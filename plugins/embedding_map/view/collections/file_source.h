// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "plugins/embedding_map/view/collections/kept_source.h"

#include <QDateTime>

namespace orrery {

/// A file of numbers: read again when it has changed.
class FileSource final : public KeptSource
{
    Q_OBJECT
public:
    explicit FileSource(const QString &path);
    QString summary() const override;
    QString refusal() const override;

protected:
    void begin() override;
    bool isFresh() const override { return stamp() == m_stamp; }

private:
    std::pair<QDateTime, qint64> stamp() const;
    QString m_path;
    std::pair<QDateTime, qint64> m_stamp;
};

} // namespace orrery
