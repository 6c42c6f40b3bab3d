// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QWidget>

namespace orrery {

/// One line above the stage at the first start: what to do here, and where else to go. Gone for good when dismissed.
class FirstRunStrip : public QWidget
{
    Q_OBJECT
public:
    explicit FirstRunStrip(QWidget *parent = nullptr);

Q_SIGNALS:
    void exploreRequested();
    void teachRequested();
    void buildRequested();
    void dismissed();
};

} // namespace orrery
