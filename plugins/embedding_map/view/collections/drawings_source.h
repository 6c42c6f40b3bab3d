// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "plugins/embedding_map/view/collections/emoji_pictures.h"
#include "plugins/embedding_map/view/collections/encoded_source.h"

namespace orrery {

/// "drawings": all emoji as the model sees them, everyday things first. What the model makes of them is kept on disk.
class DrawingsSource final : public EncodedSource
{
    Q_OBJECT
public:
    explicit DrawingsSource(PluginHost &host);
    QString summary() const override;
    QString refusal() const override;

protected:
    void begin() override;
    MapCollection describe(const std::vector<std::size_t> &inputs) const override;
    Pictures picturesOf(const std::vector<std::size_t> &inputs) const override;
    void finished(const MapCollection &collection) override;

private:
    void takeNames(const QList<EmojiName> &names, const std::shared_ptr<EmojiThumbnails> &thumbnails,
                   const QByteArray &storeKey);

    QList<EmojiName> m_names;
    std::shared_ptr<EmojiThumbnails> m_thumbnails;
    QByteArray m_storeKey;
    bool m_stored = false; ///< what is shown came from the disk
};

} // namespace orrery
