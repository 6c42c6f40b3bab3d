// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/api/models.h"
#include "engine/files/npy.h"

#include <QByteArray>
#include <QString>

#include <optional>

namespace orrery {

/// Embeddings of what the program itself draws, on disk, so that the next start takes no time. What is there may go at
/// any time, and what is damaged is as if it were not there. Thread: any.
class EmbeddingStore
{
public:
    /// @param of  "drawings". @param key  everything that the numbers depend on, in any form
    EmbeddingStore(const QString &of, const QByteArray &key);

    /// Nothing when they were never kept, or have another number of rows.
    std::optional<NpyMatrix> read(std::int64_t rows) const;
    /// Takes away those of the same kind under other keys: models and fonts change seldom, and do not change back.
    void write(const NpyMatrix &points) const;

private:
    QString m_folder, m_of, m_name;
};

/// Changes with a model's weights.
QByteArray versionOf(const ModelCard &card);

} // namespace orrery
