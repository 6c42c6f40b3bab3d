// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "plugins/text_to_image/view/take.h"

#include <QWidget>

class QHBoxLayout;
class QToolButton;

namespace orrery::text_to_image {

/// The picture that was opened and those that went another way from it, to go back and forth between.
/// Hidden while there is only one. Thread: interface.
class TakesStrip final : public QWidget
{
    Q_OBJECT

public:
    explicit TakesStrip(QWidget *parent = nullptr);

    void setTakes(const QList<Take> &takes, int current);
    int count() const { return int(m_buttons.size()); }

Q_SIGNALS:
    void chosen(int index);

private:
    void restyle();

    QHBoxLayout *m_row;
    QList<QToolButton *> m_buttons;
};

} // namespace orrery::text_to_image
