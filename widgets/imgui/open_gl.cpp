// SPDX-License-Identifier: Apache-2.0
#include "widgets/imgui/open_gl.h"

#include <QGuiApplication>
#include <QOffscreenSurface>
#include <QOpenGLContext>
#include <QOpenGLFunctions>

namespace orrery {

QSurfaceFormat openGlFormat()
{
    QSurfaceFormat format;
    format.setVersion(3, 3);
    format.setProfile(QSurfaceFormat::CoreProfile);
    return format;
}

namespace {

bool drawnByProcessor = false;

bool tryOpenGl()
{
    const QString platform = QGuiApplication::platformName();
    if (platform == QLatin1String("offscreen") || platform == QLatin1String("minimal"))
        return false;
    QOpenGLContext context;
    context.setFormat(openGlFormat());
    QOffscreenSurface surface;
    surface.setFormat(openGlFormat());
    surface.create();
    if (!context.create() || !surface.isValid() || !context.makeCurrent(&surface))
        return false;
    const auto version = context.format().version();
    const auto *renderer = reinterpret_cast<const char *>(context.functions()->glGetString(GL_RENDERER));
    const QByteArray name = QByteArray(renderer).toLower();
    drawnByProcessor = name.contains("llvmpipe") || name.contains("softpipe") || name.contains("swrast");
    context.doneCurrent();
    return !context.isOpenGLES() && version >= qMakePair(3, 3);
}

} // namespace

bool openGlWorks()
{
    if (qEnvironmentVariableIsSet("ORRERY_NO_OPENGL"))
        return false;
    static const bool works = tryOpenGl();
    return works;
}

bool openGlIsFast()
{
    return openGlWorks() && (!drawnByProcessor || qEnvironmentVariableIsSet("ORRERY_SOFTWARE_OPENGL"));
}

} // namespace orrery
