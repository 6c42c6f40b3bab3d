// SPDX-License-Identifier: Apache-2.0
#include "app/window/tour.h"

#include "app/host/host.h"
#include "app/window/main_window.h"
#include "app/window/stage.h"
#include "orrery/page.h"

#include <QApplication>
#include <QDir>
#include <QFile>
#include <QJsonDocument>
#include <QJsonObject>
#include <QPainter>
#include <QProcess>
#include <QTimer>

#include <cstdio>

namespace orrery {

namespace {
/// Steps say how long they last on a quiet machine; tests share theirs with builds. A result that never comes is still
/// found, only later.
constexpr int kPatience = 5;
} // namespace

Tour::Tour(Host &host, MainWindow &window, QString folder, QString suffix)
    : QObject(&window), m_host(host), m_window(window), m_folder(std::move(folder)), m_suffix(std::move(suffix))
{}

void Tour::start()
{
    QDir().mkpath(m_folder);
    m_steps = shellSteps();
    m_at = 0;
    QTimer::singleShot(0, this, &Tour::next);
}

void Tour::next()
{
    while (m_at < m_steps.size() && m_steps[m_at].once && !m_suffix.isEmpty())
        ++m_at;
    if (m_at >= m_steps.size()) {
        end(true);
        return;
    }
    TourStep &step = m_steps[m_at];
    std::printf("%-28s %s\n", qPrintable(step.name), qPrintable(step.what));
    std::fflush(stdout);
    m_clock.start();
    if (step.act)
        step.act();
    QTimer::singleShot(20, this, &Tour::poll);
}

void Tour::poll()
{
    const TourStep &step = m_steps[m_at];
    if (!step.done || step.done()) {
        // What has just arrived glides to its place before its picture is taken.
        QTimer::singleShot(Theme::instance().motionMs() + 120, this, &Tour::finishStep);
        return;
    }
    if (m_clock.elapsed() > step.timeoutMs * kPatience) {
        save(QStringLiteral("failed"));
        const QString why = step.why ? step.why() : QString();
        end(false, tr("%1: %2 did not happen within %3 s%4")
                       .arg(step.name, step.what)
                       .arg(step.timeoutMs * kPatience / 1000)
                       .arg(why.isEmpty() ? QString() : QStringLiteral(" (%1)").arg(why)));
        return;
    }
    QTimer::singleShot(20, this, &Tour::poll);
}

void Tour::finishStep()
{
    const TourStep &step = m_steps[m_at];
    m_report.append(QJsonObject{{QStringLiteral("step"), step.name},
                                {QStringLiteral("what"), step.what},
                                {QStringLiteral("ms"), m_clock.elapsed()}});
    ++m_saved;
    Theme &theme = Theme::instance();
    theme.setScheme(Scheme::Dark);
    QApplication::processEvents(QEventLoop::ExcludeUserInputEvents, 50);
    save(QStringLiteral("dark"));
    theme.setScheme(Scheme::Light);
    QApplication::processEvents(QEventLoop::ExcludeUserInputEvents, 50);
    save(QStringLiteral("light"));
    addStories();
    ++m_at;
    QTimer::singleShot(0, this, &Tour::next);
}

void Tour::addStories()
{
    Page *page = m_window.stage()->current();
    if (!page || m_toldPages.contains(m_window.currentPage()))
        return;
    m_toldPages.insert(m_window.currentPage());
    const QList<TourStep> stories = page->tourSteps();
    m_steps.insert(m_steps.begin() + std::ptrdiff_t(m_at) + 1, stories.begin(), stories.end());
}

void Tour::save(const QString &scheme)
{
    const QString file = QStringLiteral("%1/%2-%3-%4%5.png")
                             .arg(m_folder)
                             .arg(m_saved, 2, 10, QLatin1Char('0'))
                             .arg(m_steps[m_at].name, scheme, m_suffix);
    QPixmap picture = m_window.grab();
    if (QWidget *popup = QApplication::activePopupWidget()) { // a window of its own
        QPainter painter(&picture);
        painter.drawPixmap(m_window.mapFromGlobal(popup->mapToGlobal(QPoint(0, 0))), popup->grab());
    }
    constexpr int kQuickly = 80; // hundreds of pictures are written, most of them flat
    if (!picture.save(file, "PNG", kQuickly))
        std::fprintf(stderr, "%s could not be written\n", qPrintable(file));
}

void Tour::end(bool passed, const QString &why)
{
    QJsonObject report{{QStringLiteral("passed"), passed}, {QStringLiteral("steps"), m_report}};
    if (!why.isEmpty())
        report.insert(QStringLiteral("why"), why);
    QFile file(QStringLiteral("%1/tour%2.json").arg(m_folder, m_suffix));
    if (file.open(QIODevice::WriteOnly))
        file.write(QJsonDocument(report).toJson());
    if (passed)
        std::printf("The tour is complete: %lld steps.\n", qlonglong(m_report.size()));
    else
        std::fprintf(stderr, "The tour failed at %s\n", qPrintable(why));
    std::fflush(stdout);
    QApplication::exit(passed ? 0 : 1);
}

int Tour::runAllScales(const QString &program, const QString &folder)
{
    for (const auto &[scale, suffix] : {std::pair("1", ""), std::pair("2", "@2x")}) {
        QProcess child;
        QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
        environment.insert(QStringLiteral("QT_SCALE_FACTOR"), QLatin1String(scale));
        child.setProcessEnvironment(environment);
        child.setProcessChannelMode(QProcess::ForwardedChannels);
        child.start(program, {QStringLiteral("--tour-pass"), QLatin1String(suffix), QStringLiteral("--tour"), folder});
        // The steps have time-outs of their own.
        if (!child.waitForFinished(-1) || child.exitStatus() != QProcess::NormalExit || child.exitCode() != 0) {
            std::fprintf(stderr, "The tour at %s times the scale did not end well\n", scale);
            return 1;
        }
    }
    return 0;
}

} // namespace orrery
