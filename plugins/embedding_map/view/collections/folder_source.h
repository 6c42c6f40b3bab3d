// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "plugins/embedding_map/view/collections/encoded_source.h"
#include "plugins/embedding_map/view/collections/file_thumbnails.h"

namespace orrery {

/// A folder of pictures, with the folders in it: their names are classes. What cannot be read is named, the rest is
/// shown.
class FolderSource final : public EncodedSource
{
    Q_OBJECT
public:
    FolderSource(PluginHost &host, const QString &path);
    QString summary() const override;
    QString refusal() const override;

protected:
    void begin() override;
    MapCollection describe(const std::vector<std::size_t> &inputs) const override;
    Pictures picturesOf(const std::vector<std::size_t> &inputs) const override;

private:
    QString inWords(std::size_t rows) const;

    QString m_path;
    QStringList m_files; ///< relative to m_path
    qsizetype m_leftOut = 0;
    std::shared_ptr<FileThumbnails> m_thumbnails;
};

} // namespace orrery
