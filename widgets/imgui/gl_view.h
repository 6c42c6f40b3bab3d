// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QOpenGLWidget>

namespace orrery {

/// The part of a live view that OpenGL paints, behind what takes the pointer. What it makes belongs to its context:
/// moving to another window may bring another one, and the context may go before the widget does.
class GlView : public QOpenGLWidget
{
protected:
    explicit GlView(QWidget *parent);

    /// Makes what belongs to the context, which is current. @return false when it cannot draw here
    virtual bool start() = 0;
    /// Gives it back; the context is current, and goes.
    virtual void stop() = 0;
    bool started() const { return m_started; }
    /// For the destructor of whoever overrides `stop`.
    void release();

    void initializeGL() final;

private:
    bool m_started = false;
    QMetaObject::Connection m_connection;
};

} // namespace orrery
