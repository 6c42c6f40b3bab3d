// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "plugins/embedding_map/view/map_run.h"

#include <QFrame>
#include <QWidget>

class QHBoxLayout;
class QLabel;
class QScrollArea;
class QToolButton;

namespace orrery::embedding_map {

/// One kept map: thumbnail, title, numbers; click shows it, the cross deletes it.
class RunChip final : public QFrame
{
    Q_OBJECT

public:
    RunChip(const QString &key, QWidget *parent = nullptr);
    QString key() const { return m_key; }
    void setRun(const MapRun &run, const QImage &thumbnail, bool making);
    void setShown(bool shown, bool beside);

Q_SIGNALS:
    void chosen();
    void besideWanted();
    void deleteWanted();

protected:
    void mousePressEvent(QMouseEvent *event) override;
    void keyPressEvent(QKeyEvent *event) override;
    void contextMenuEvent(QContextMenuEvent *event) override;

private:
    QString m_key;
    QLabel *m_thumbnail;
    QLabel *m_title;
    QLabel *m_numbers;
    QToolButton *m_delete;
    bool m_shown = false;
};

/// The kept maps of a collection, in order of making. Thread: interface.
class RunStrip final : public QWidget
{
    Q_OBJECT

public:
    explicit RunStrip(QWidget *parent = nullptr);

    /// @param making  the one under way, last; null: none
    void setRuns(const QList<MapRun> &runs, const MapRun *making, const ScatterColouring &colouring);
    void setShown(const QString &shown, const QString &beside);
    QList<RunChip *> chips() const { return m_chips; }
    RunChip *chip(const QString &key) const;

Q_SIGNALS:
    void chosen(const QString &key);
    void besideWanted(const QString &key);
    void deleteWanted(const QString &key);

protected:
    bool event(QEvent *event) override;
    bool eventFilter(QObject *object, QEvent *event) override;

private:
    void measure();
    void reveal();

    QScrollArea *m_scroll;
    QHBoxLayout *m_row;
    QList<RunChip *> m_chips;
    QHash<QString, ScatterPositions> m_drawn; ///< what each thumbnail shows
    QHash<QString, QImage> m_thumbnails;
    QString m_colour;
    QString m_shown;
    QString m_revealed; ///< kept in full view until somebody scrolls
};

} // namespace orrery::embedding_map
