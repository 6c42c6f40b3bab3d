// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "orrery/workspace.h"

#include <QObject>
#include <QSet>
#include <QThreadPool>

namespace orrery {

/// Reads the pictures of new file items on threads of its own, small enough to show, so that a folder of photographs
/// never holds up the interface. Jobs read files in full by themselves. Thread: interface.
class PictureLoader : public QObject
{
    Q_OBJECT
public:
    /// Longest side of what is kept, pixels.
    static constexpr int kLongest = 1024;

    explicit PictureLoader(Workspace &workspace, QObject *parent = nullptr);
    ~PictureLoader() override;

    /// What reading one file gave.
    struct Loaded
    {
        QImage picture;
        QJsonObject recipe; ///< of a picture that this program made
        QString error;      ///< one sentence, when there is no picture
    };
    /// Thread: any.
    static Loaded read(const QString &path);

Q_SIGNALS:
    /// Files that turned out not to be pictures, one sentence each; they left the workspace.
    void unreadable(const QStringList &sentences);

private:
    void load(const QList<ItemId> &ids);
    void arrived(const ItemId &id, const Loaded &loaded);

    Workspace &m_workspace;
    QThreadPool m_pool; ///< of its own: at the end what waits in it is not read any more
    QSet<ItemId> m_reading;
    QStringList m_errors;   ///< of this batch
    QList<ItemId> m_failed; ///< of this batch
};

} // namespace orrery
