// SPDX-License-Identifier: Apache-2.0
#include "app/window/guarded_application.h"

#include "app/window/throw_record.h"
#include "engine/core/error.h"

#include <QEvent>
#include <QMetaEnum>
#include <QPointer>
#include <QThread>

#include <cstdlib>
#include <memory>

#include <cxxabi.h>

namespace orrery {

namespace {

constexpr qsizetype kShownFrames = 6;

QString plainName(const char *mangled)
{
    int status = 0;
    const std::unique_ptr<char, void (*)(void *)> name(abi::__cxa_demangle(mangled, nullptr, nullptr, &status),
                                                       std::free);
    return QString::fromUtf8(status == 0 ? name.get() : mangled);
}

QString nameOf(const QObject *object)
{
    if (!object)
        return QStringLiteral("an object that is gone");
    const QString name = object->objectName();
    return QLatin1String(object->metaObject()->className()) + (name.isEmpty() ? QString() : u' ' + name);
}

/// Of the exception that is being handled.
Mishap describeMishap(const QObject *receiver, const QEvent *event)
{
    Mishap mishap;
    QString type = QStringLiteral("something that is no std::exception");
    try {
        throw;
    } catch (const std::exception &error) {
        mishap.message = QString::fromUtf8(error.what());
        type = plainName(typeid(error).name());
        if (const auto *ours = dynamic_cast<const Exception *>(&error); ours && !ours->context().empty())
            type += u'\n' + QString::fromStdString(ours->context());
    } catch (...) {
        mishap.message = GuardedApplication::tr("it did not say why");
    }
    const char *kind = event ? QMetaEnum::fromType<QEvent::Type>().valueToKey(event->type()) : nullptr;
    mishap.details = GuardedApplication::tr("Thrown: %1\nIn the event: %2\nOf: %3")
                         .arg(type, kind ? QLatin1String(kind) : QStringLiteral("?"), nameOf(receiver));
    QStringList functions;
    for (const ThrowFrame &frame : currentThrow()) {
        mishap.libraries.append(frame.library);
        // The way in through Qt is the same for every event.
        if (functions.size() < kShownFrames && !frame.library.contains(QLatin1String("libQt6")))
            functions.append(QStringLiteral("  ") + frame.function);
    }
    if (!functions.isEmpty())
        mishap.details += GuardedApplication::tr("\nCalled:\n") + functions.join(u'\n');
    return mishap;
}

} // namespace

GuardedApplication::GuardedApplication(int &argc, char **argv) : QApplication(argc, argv)
{
    rememberThrows();
}

bool GuardedApplication::notify(QObject *receiver, QEvent *event)
{
    const QPointer<QObject> guard(receiver->thread() == QThread::currentThread() ? receiver : nullptr);
    try {
        return QApplication::notify(receiver, event);
    } catch (...) {
        const Mishap mishap = describeMishap(guard, event);
        qWarning("An exception left an event handler: %s", qPrintable(mishap.message));
        if (m_handler && QThread::currentThread() == thread())
            m_handler(guard, mishap);
        return true;
    }
}

} // namespace orrery
