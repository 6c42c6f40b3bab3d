// SPDX-License-Identifier: Apache-2.0
#include "app/host/message_log.h"

#include <QTime>

#include <mutex>

namespace orrery {

namespace {

constexpr qsizetype kKept = 200;
std::mutex s_mutex;
QStringList s_lines;
QtMessageHandler s_before = nullptr;

void keep(QtMsgType type, const QMessageLogContext &context, const QString &text)
{
    {
        const std::lock_guard lock(s_mutex);
        const QString time = QTime::currentTime().toString(QStringLiteral("HH:mm:ss "));
        for (const QString &line : text.split(u'\n'))
            s_lines.append(time + line);
        if (s_lines.size() > kKept)
            s_lines = s_lines.mid(s_lines.size() - kKept);
    }
    if (s_before)
        s_before(type, context, text);
}

} // namespace

void MessageLog::install()
{
    if (const QtMessageHandler before = qInstallMessageHandler(keep); before != keep)
        s_before = before;
}

QStringList MessageLog::last(int lines)
{
    const std::lock_guard lock(s_mutex);
    return s_lines.mid(std::max<qsizetype>(0, s_lines.size() - lines));
}

} // namespace orrery
