// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "orrery/plugin_host.h"
#include "plugins/zero_shot/view/answer.h"
#include "plugins/zero_shot/view/variations.h"

#include <QWidget>

class QGridLayout;
class QLabel;

namespace orrery {
class BusyStrip;
class ErrorCard;
} // namespace orrery

namespace orrery::zero_shot {

class VaryCard;

/// The same picture mirrored, grey, sketched, turned and half covered, with a ranking under each.
/// Thread: interface.
class VaryView final : public QWidget
{
    Q_OBJECT

public:
    explicit VaryView(PluginHost &host, QWidget *parent = nullptr);

    /// Asks about all variations at once; the newest question wins.
    void ask(const Question &question);
    bool cancel();
    /// Answers in the order of `variations()`; empty until they are there.
    const QList<Answer> &answers() const { return m_answers; }
    /// "Still fox in 3 of 5; half covered it becomes wolf."
    QString summary() const;

protected:
    void resizeEvent(QResizeEvent *event) override;

private:
    void arrange();

    PluginHost &m_host;
    QList<VaryCard *> m_cards;
    QList<Answer> m_answers;
    QList<Variation> m_variations;
    QWidget *m_grid;
    QGridLayout *m_layout;
    QLabel *m_summary;
    ErrorCard *m_error;
    BusyStrip *m_busy;
    JobControl m_running;
    quint64 m_asked = 0;
    int m_columns = 0;
};

} // namespace orrery::zero_shot
