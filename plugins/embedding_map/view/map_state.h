// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "orrery/plugin_host.h"
#include "plugins/embedding_map/view/map_run.h"

namespace orrery::embedding_map {

/// What the user set on this page. It lives in the workspace, so undo brings back every change of it.
/// Thread: interface.
class MapState final : public QObject
{
    Q_OBJECT

public:
    explicit MapState(Workspace &workspace, QObject *parent = nullptr);

    /// Id of the collection; the first of the list before anybody chose.
    QString collection() const;
    void setCollection(const QString &id, const QString &undoText);

    MapParameters parameters() const;
    /// @param merge  consecutive changes of one number are one step of undo.
    void setParameters(const MapParameters &parameters, const QString &undoText, bool merge = false);

    /// Key of the map that was chosen; empty: the newest.
    QString shown() const;
    /// Key of the one beside it.
    QString beside() const;
    void setShown(const QString &key, const QString &undoText);
    void setBeside(const QString &key, const QString &undoText);

    /// Id of a Colouring choice; empty: the collection's own.
    QString colour() const;
    void setColour(const QString &id);
    /// What was typed to tint the points.
    QString words() const;
    void setWords(const QString &words);

    /// Rows that are selected on the map of `collection`, also those that are no items.
    QList<qint64> rows(const QString &collection) const;
    void setRows(const QString &collection, const QList<qint64> &rows);

    static constexpr qsizetype kMostRows = 100'000; ///< more are selected, but not brought back by undo

Q_SIGNALS:
    void collectionChanged();
    void parametersChanged();
    void shownChanged();
    void colourChanged();
    void wordsChanged();
    void rowsChanged();

private:
    Workspace &m_workspace;
};

} // namespace orrery::embedding_map
