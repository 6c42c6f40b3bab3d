// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "orrery/plugin_host.h"
#include "plugins/zero_shot/view/answer.h"

#include <QWidget>

class QLabel;
class QStackedWidget;

namespace orrery {
class BusyStrip;
class ErrorCard;
class MatrixView;
} // namespace orrery

namespace orrery::zero_shot {

/// Pictures × names: the cosine of each pair. Takes the selected pictures, or all when fewer than two are selected.
/// Thread: interface.
class MatrixPart final : public QWidget
{
    Q_OBJECT

public:
    static constexpr qsizetype kMostPictures = 48;
    static constexpr qsizetype kMostTexts = 40;

    explicit MatrixPart(PluginHost &host, QWidget *parent = nullptr);

    /// @param best  names by rank for the current picture; the first of them are shown when there are too many names.
    void ask(const Question &question, const QStringList &best);
    bool cancel();
    MatrixView *matrix() const { return m_matrix; }
    QString note() const;

Q_SIGNALS:
    /// Asks for the built-in examples, so that there is something to compare.
    void examplesWanted();

private:
    PluginHost &m_host;
    QStackedWidget *m_stack;
    MatrixView *m_matrix;
    QWidget *m_empty;
    QLabel *m_note;
    ErrorCard *m_error;
    BusyStrip *m_busy;
    JobControl m_running;
    QList<ItemId> m_rows; ///< of the matrix on screen
    quint64 m_asked = 0;
};

} // namespace orrery::zero_shot
