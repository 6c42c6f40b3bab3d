// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QPointer>
#include <QWidget>

namespace orrery {

/// An accent outline around a control, wherever it goes. Takes no clicks. Thread: interface.
class HighlightFrame final : public QWidget
{
    Q_OBJECT
public:
    /// @param window  over which it lies.
    explicit HighlightFrame(QWidget *window);

    /// Null: nothing is outlined.
    void setTarget(QWidget *target);
    QWidget *target() const { return m_target; }

protected:
    void paintEvent(QPaintEvent *event) override;
    bool eventFilter(QObject *object, QEvent *event) override;

private:
    void follow();

    QPointer<QWidget> m_target;
    QList<QPointer<QWidget>> m_watched; ///< the target and what it lies in
};

} // namespace orrery
