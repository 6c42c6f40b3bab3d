// SPDX-License-Identifier: Apache-2.0
#include "app/host/crash_marker.h"
#include "app/host/host.h"
#include "app/host/message_log.h"
#include "app/window/bench_scatter.h"
#include "app/window/bench_speech.h"
#include "app/window/chrome/rail.h"
#include "app/window/drop_controller.h"
#include "app/window/guarded_application.h"
#include "app/window/lessons/record_lessons.h"
#include "app/window/main_window.h"
#include "app/window/new_plugin_command.h"
#include "app/window/page_guard.h"
#include "app/window/reports.h"
#include "app/window/stage.h"
#include "app/window/tour.h"

#include <QApplication>
#include <QCommandLineParser>
#include <QFileInfo>
#include <QScreen>
#include <QSocketNotifier>
#include <QStandardPaths>
#include <QTemporaryDir>
#include <QTimer>

#include <algorithm>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <initializer_list>

#include <sys/socket.h>
#include <unistd.h>

using namespace orrery;

namespace {

constexpr const char *kNewPlugin = "--new-plugin";
int s_signalPipe[2] = {-1, -1};

extern "C" void onQuitSignal(int)
{
    const char byte = 1;
    [[maybe_unused]] const auto written = ::write(s_signalPipe[0], &byte, 1);
}

/// Ctrl+C in the terminal and the end of the session are ordinary ends: settings are saved, no crash is suspected.
void quitOnSignals(QApplication &application, MainWindow &window)
{
    if (::socketpair(AF_UNIX, SOCK_STREAM, 0, s_signalPipe) != 0)
        return;
    auto *notifier = new QSocketNotifier(s_signalPipe[1], QSocketNotifier::Read, &application);
    QObject::connect(notifier, &QSocketNotifier::activated, &window, [&window] {
        window.close();
        QApplication::quit();
    });
    for (const int signal : {SIGINT, SIGTERM, SIGHUP})
        std::signal(signal, onQuitSignal);
}

struct Options
{
    QString page, tour, tourPass, configuration, record, bench;
    int stallSeconds = 10;
    qint64 points = 1'000'000;
    double seconds = 30;
    bool safeMode = false, startup = false, stalls = false;
    QStringList files;

    /// Nothing of such a run is remembered.
    bool measures() const { return startup || stalls || !tour.isEmpty() || !record.isEmpty(); }
    /// It begins as at a first start, whoever runs it.
    bool fresh() const { return !tour.isEmpty() || !record.isEmpty(); }
};

Options parse(QApplication &application)
{
    QCommandLineParser parser;
    parser.setApplicationDescription(
        QApplication::translate("main", "Look inside the models that joined language to images and speech.\n"
                                        "Pictures named here are dropped onto Classify, sounds onto Speech."));
    parser.addHelpOption();
    parser.addVersionOption();
    const QCommandLineOption page(QStringLiteral("page"), QStringLiteral("Open this page first."),
                                  QStringLiteral("classify|lessons|models|plugins|settings|…"));
    const QCommandLineOption safe(QStringLiteral("safe-mode"), QStringLiteral("Start without plugins."));
    const QCommandLineOption startup(QStringLiteral("report-startup"),
                                     QStringLiteral("Print how long the start took as JSON, and quit."));
    const QCommandLineOption stalls(
        QStringLiteral("report-stalls"),
        QStringLiteral("Type under load for some SECONDS (default 10), print how long events "
                       "waited for the interface as JSON, and quit."));
    const QCommandLineOption tour(QStringLiteral("tour"),
                                  QStringLiteral("Play the first-run stories, save pictures of every step in FOLDER, "
                                                 "light and dark, at 1024×700 and twice the scale, and quit."),
                                  QStringLiteral("FOLDER"));
    QCommandLineOption tourPass(QStringLiteral("tour-pass"), QStringLiteral("One scale of the tour."),
                                QStringLiteral("SUFFIX"));
    tourPass.setFlags(QCommandLineOption::HiddenFromHelp);
    const QCommandLineOption settings(QStringLiteral("settings"), QStringLiteral("Use this settings file."),
                                      QStringLiteral("FILE"));
    // Handled in main(), named here for --help.
    const QCommandLineOption newPlugin(QLatin1String(kNewPlugin).mid(2),
                                       QStringLiteral("Make the files of a plugin of your own in FOLDER, by default "
                                                      "~/Orrery/plugins/NAME. Needs no display."),
                                       QStringLiteral("NAME [FOLDER]"));
    const QCommandLineOption record(
        QStringLiteral("record-lessons"),
        QStringLiteral("Play every lesson of FOLDER, store what this computer computes beside each, and quit."),
        QStringLiteral("FOLDER"));
    const QCommandLineOption bench(
        QStringLiteral("bench"),
        QStringLiteral("Print how fast a part of the window is as JSON, and quit: scatter, the "
                       "map of points, or speech, from a sample to its unit on screen."),
        QStringLiteral("scatter|speech"));
    const QCommandLineOption points(QStringLiteral("points"), QStringLiteral("Of the map, for --bench scatter."),
                                    QStringLiteral("N"), QStringLiteral("1000000"));
    const QCommandLineOption seconds(QStringLiteral("seconds"), QStringLiteral("Of sound, for --bench speech."),
                                     QStringLiteral("S"), QStringLiteral("30"));
    parser.addOptions(
        {page, safe, startup, stalls, tour, tourPass, settings, newPlugin, record, bench, points, seconds});
    parser.addPositionalArgument(QStringLiteral("files"),
                                 QStringLiteral("Pictures or folders to classify, or sounds to listen to."),
                                 QStringLiteral("[files…]"));
    parser.process(application);

    Options options;
    options.page = parser.value(page);
    options.safeMode = parser.isSet(safe);
    options.startup = parser.isSet(startup);
    options.stalls = parser.isSet(stalls);
    options.tour = parser.value(tour);
    options.tourPass = parser.isSet(tourPass) ? parser.value(tourPass) : QStringLiteral("-");
    options.record = parser.value(record);
    options.configuration = parser.value(settings);
    options.files = parser.positionalArguments();
    options.bench = parser.value(bench);
    options.points = parser.value(points).toLongLong();
    options.seconds = parser.value(seconds).toDouble();
    const bool known = options.bench == QLatin1String("scatter") || options.bench == QLatin1String("speech");
    if (parser.isSet(bench) && (!known || options.points < 1 || !(options.seconds >= 1 && options.seconds <= 3600))) {
        std::fputs("orrery: --bench wants scatter or speech, --points a number from 1 on, --seconds 1 to 3600.\n",
                   stderr);
        std::exit(2);
    }
    if (options.stalls && options.files.size() == 1)
        if (const int seconds = options.files.first().toInt(); seconds > 0) {
            options.stallSeconds = seconds;
            options.files.clear();
        }
    return options;
}

QString deathSentence(const CrashMarker::Death &death)
{
    if (death.suspicious())
        return QApplication::translate("main", "Orrery ended unexpectedly while %1 was open, so %1 was not started. "
                                               "Your settings are as they were.")
            .arg(death.name);
    return {};
}

/// Qt would end the program with a message for programmers. @return false when nothing can be done without one
bool hasDisplay(int argc, char **argv)
{
    for (const char *name : {"DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"})
        if (!qEnvironmentVariableIsEmpty(name))
            return true;
    const auto is = [](const char *argument, std::initializer_list<const char *> names) {
        return std::any_of(names.begin(), names.end(), [=](const char *name) { return qstrcmp(argument, name) == 0; });
    };
    for (int i = 1; i < argc; ++i) {
        if (is(argv[i], {"-platform", "--platform"}))
            return true;
        if (is(argv[i], {"-h", "--help", "--help-all", "-v", "--version"})) {
            qputenv("QT_QPA_PLATFORM", "offscreen"); // words need none
            return true;
        }
    }
    std::fputs("orrery: there is no display to open a window on; orrery-cli computes the same without one\n", stderr);
    return false;
}

} // namespace

int main(int argc, char **argv)
{
    QCoreApplication::setApplicationName(QStringLiteral("Orrery"));
    QCoreApplication::setApplicationVersion(QStringLiteral(ORRERY_VERSION));
    // Needs no display, so it comes before the application that would ask for one.
    for (int i = 1; i < argc; ++i)
        if (qstrcmp(argv[i], kNewPlugin) == 0) {
            const QCoreApplication shell(argc, argv);
            return newPluginCommand(QCoreApplication::arguments().mid(i + 1));
        }
    if (!hasDisplay(argc, argv))
        return 1;
    MessageLog::install();
    // Views keep what they have given to OpenGL when they move to another window.
    QCoreApplication::setAttribute(Qt::AA_ShareOpenGLContexts);
    GuardedApplication application(argc, argv);
    QGuiApplication::setDesktopFileName(QStringLiteral("orrery"));
    const Options options = parse(application);
    if (!options.tour.isEmpty() && options.tourPass == QLatin1String("-"))
        return Tour::runAllScales(QApplication::applicationFilePath(), options.tour);

    QTemporaryDir scratch;
    QString settingsFile = options.configuration;
    if (settingsFile.isEmpty() && options.fresh())
        settingsFile = scratch.filePath(QStringLiteral("orrery.ini"));
    Theme &theme = Theme::instance();

    Host host(settingsFile);
    host.models().refresh(); // on a thread of its own, while the window is made
    theme.setScheme(!options.tour.isEmpty() ? Scheme::Light : host.settings().scheme());
    theme.setMotion(host.settings().motion());
    theme.apply(application);

    if (!options.bench.isEmpty()) {
        if (options.bench == QLatin1String("speech"))
            benchSpeech(host, options.seconds);
        else
            benchScatter(options.points);
        return QApplication::exec();
    }

    std::unique_ptr<CrashMarker> marker;
    QString held, heldReason;
    if (!options.measures()) {
        marker = std::make_unique<CrashMarker>(QFileInfo(host.settings().fileName()).absolutePath() +
                                               QStringLiteral("/running"));
        if (const auto &death = marker->lastDeath(); death && death->suspicious()) {
            held = death->plugin;
            heldReason = deathSentence(*death);
        }
        marker->setActive({}, {});
        marker->catchFatalSignals();
    }
    if (!options.safeMode)
        host.plugins().discover(PluginManager::defaultFolder(), held, heldReason);
    if (!options.safeMode && !options.measures())
        host.plugins().discoverOwn(PluginManager::userFolder(), held, heldReason);
    else if (!options.tour.isEmpty()) // what the tour builds is gone with it
        host.plugins().discoverOwn(scratch.filePath(QStringLiteral("plugins")));

    MainWindow window(host, marker.get());
    const PageGuard guard(application, host, window);
    quitOnSignals(application, window);
    if (!options.tour.isEmpty())
        window.resize(1024, 700);
    // Tests that passed before are not waited for; their plugins' pages can be made at once.
    host.plugins().startAll();
    const QString first = window.rail()->upper().value(0, QStringLiteral("plugins"));
    QString page = options.page;
    if (page.isEmpty())
        page = options.measures() ? first : host.settings().value(QStringLiteral("window/page"), first).toString();
    window.showPage(page);
    if (window.currentPage().isEmpty())
        window.showPage(first);
    if (!options.measures() && host.settings().value(QStringLiteral("window/split"), false).toBool())
        window.setSplit(true);
    if (options.safeMode)
        window.showWarning(QApplication::translate(
            "main", "Safe mode: no plugin was started. Start Orrery without --safe-mode to have them back."));
    else if (!heldReason.isEmpty() && window.currentPage() != held) // else its own place says so, with the remedy
        window.showWarning(heldReason);

    if (options.startup)
        reportStartup(host, window);
    if (options.stalls)
        reportStalls(host, window, options.stallSeconds);

    // LibTorch is loaded when the window is on screen, and not before.
    QObject::connect(&window, &MainWindow::firstPaint, &host, [&] {
        host.engineService().start(host.settings().engineSettings());
        if (!options.files.isEmpty())
            window.drops()->givePaths(options.files);
    });
    if (!options.record.isEmpty())
        QObject::connect(&window, &MainWindow::firstPaint, &window,
                         [&] { recordLessons(host, window, options.record); });
    Tour *tour = nullptr;
    if (!options.tour.isEmpty()) {
        tour = new Tour(host, window, options.tour, options.tourPass);
        QObject::connect(&window, &MainWindow::firstPaint, tour, &Tour::start);
    }
    window.show();
    const int status = QApplication::exec();
    if (!options.measures())
        window.saveState();
    if (marker)
        marker->clear();
    return status;
}
