// SPDX-License-Identifier: Apache-2.0
#include "widgets/imgui/gl_view.h"

#include "widgets/imgui/open_gl.h"

#include <QOpenGLContext>

namespace orrery {

GlView::GlView(QWidget *parent) : QOpenGLWidget(parent)
{
    setFormat(openGlFormat());
    setAttribute(Qt::WA_TransparentForMouseEvents);
}

void GlView::initializeGL()
{
    release();
    m_connection = connect(context(), &QOpenGLContext::aboutToBeDestroyed, this, [this] { release(); });
    m_started = start();
}

void GlView::release()
{
    disconnect(m_connection);
    if (!m_started)
        return;
    makeCurrent();
    stop();
    doneCurrent();
    m_started = false;
}

} // namespace orrery
