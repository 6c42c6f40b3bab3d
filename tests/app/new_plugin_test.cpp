// SPDX-License-Identifier: Apache-2.0
// The developer's first minute: a name, Build, the page joins the rail; a change, a mistake. Compiles with the SDK of
// the build folder; tests/packaging does the same with an installation.
#include "app/host/host.h"
#include "app/host/plugin_build.h"
#include "app/host/plugin_template.h"
#include "app/window/chrome/rail.h"
#include "app/window/guarded_application.h"
#include "app/window/main_window.h"
#include "app/window/page_guard.h"
#include "app/window/stage.h"
#include "orrery/page.h"
#include "orrery/tour.h"
#include "widgets/error_card.h"

#include <QDir>
#include <QFile>
#include <QLabel>
#include <QLineEdit>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QTemporaryDir>
#include <QTest>
#include <QToolButton>

using namespace orrery;

namespace {
const QString kId = QStringLiteral("own.edge_finder");
constexpr int kBuildMs = 240000; ///< for machines that build other things meanwhile
} // namespace

class NewPluginTest : public QObject
{
    Q_OBJECT
    QTemporaryDir m_folder;
    std::unique_ptr<Host> m_host;
    std::unique_ptr<MainWindow> m_window;
    std::unique_ptr<PageGuard> m_guard;

    QString project() const { return m_folder.filePath(QStringLiteral("edges")); }
    QWidget *plugins() const { return m_window->page(QStringLiteral("plugins")); }
    template <class Widget>
    Widget *named(const QString &name) const
    {
        for (Widget *widget : plugins()->findChildren<Widget *>())
            if (widget->accessibleName() == name && widget->isVisible())
                return widget;
        return nullptr;
    }
    bool running() const
    {
        const PluginBuild *build = m_host->workshop().buildOf(project());
        return build && build->running();
    }
    void edit(const QByteArray &from, const QByteArray &to)
    {
        QFile file(project() + QStringLiteral("/edge_finder_page.cpp"));
        QVERIFY(file.open(QIODevice::ReadWrite));
        QByteArray text = file.readAll();
        QVERIFY(text.contains(from));
        text.replace(from, to);
        file.resize(0);
        file.seek(0);
        file.write(text);
    }
    /// A picture for who looks after the tests, where one is wanted.
    void look(const char *name)
    {
        if (const QString folder = qEnvironmentVariable("ORRERY_TEST_PICTURES"); !folder.isEmpty())
            for (const Scheme scheme : {Scheme::Dark, Scheme::Light}) {
                Theme::instance().setScheme(scheme);
                QTest::qWait(50);
                m_window->grab().save(
                    QStringLiteral("%1/%2-%3.png")
                        .arg(folder, QLatin1String(name),
                             scheme == Scheme::Dark ? QStringLiteral("dark") : QStringLiteral("light")));
            }
    }

private Q_SLOTS:
    void initTestCase()
    {
        if (const QString missing = PluginBuild::missingTool(); !missing.isEmpty())
            QSKIP(qPrintable(missing));
        Theme::instance().apply(*qApp);
        Theme::instance().setScheme(Scheme::Light);
        m_host = std::make_unique<Host>(m_folder.filePath(QStringLiteral("settings.ini")));
        m_host->plugins().discoverOwn(m_folder.filePath(QStringLiteral("built")));
        m_window = std::make_unique<MainWindow>(*m_host, nullptr);
        m_guard = std::make_unique<PageGuard>(*static_cast<GuardedApplication *>(qApp), *m_host, *m_window);
        m_window->resize(1024, 700);
        m_window->showPage(QStringLiteral("plugins"));
        m_window->show();
        QVERIFY(QTest::qWaitForWindowExposed(m_window.get()));
        QImage green(320, 200, QImage::Format_RGB32);
        green.fill(QColor(0, 128, 0));
        m_host->workspace().select({m_host->workspace().add(pictureItem(green, QStringLiteral("meadow")))});
    }
    void cleanupTestCase()
    {
        m_guard.reset();
        m_window.reset();
        m_host.reset();
    }

    void theFormSaysWhatIsWrongWithAName()
    {
        look("1-plugins");
        tour::click(named<QPushButton>(QStringLiteral("New plugin")));
        auto *name = named<QLineEdit>(QStringLiteral("Name of the plugin"));
        QVERIFY(name);
        auto *create = named<QPushButton>(QStringLiteral("Create and build"));
        QVERIFY(!create->isEnabled());
        tour::type(name, QStringLiteral("3d"));
        QVERIFY(!create->isEnabled());
        look("2-form-bad-name");
        name->clear();
        tour::type(name, QStringLiteral("Edge finder"));
        QVERIFY(create->isEnabled());
        QVERIFY(named<QLineEdit>(QStringLiteral("Folder of the plugin"))
                    ->text()
                    .endsWith(QLatin1String("/Orrery/plugins/edge_finder")));
        look("3-form");
    }

    void aCancelledBuildStopsAndCanBeDoneAgain()
    {
        auto *folder = named<QLineEdit>(QStringLiteral("Folder of the plugin"));
        QVERIFY(folder);
        folder->clear();
        tour::type(folder, project());
        tour::click(named<QPushButton>(QStringLiteral("Create and build")));
        QVERIFY(running());
        QTRY_VERIFY(named<QPushButton>(QStringLiteral("Cancel the build")));
        tour::click(named<QPushButton>(QStringLiteral("Cancel the build")));
        QCOMPARE(m_host->workshop().buildOf(project())->state(), PluginBuild::State::Cancelled);
        QVERIFY(!m_window->rail()->button(kId));
        QTRY_VERIFY(named<QPushButton>(QStringLiteral("Build Edge finder")));
        look("4-cancelled");
    }

    void builtItJoinsTheRailAndShowsTheSelection()
    {
        // The button has only just come, and may still be on its way to its place.
        const auto pressed = [&] {
            if (auto *button = named<QPushButton>(QStringLiteral("Build Edge finder")); button && !running())
                tour::click(button);
            return running();
        };
        QTRY_VERIFY(pressed());
        QTRY_VERIFY_WITH_TIMEOUT(m_host->workshop().buildOf(project())->fraction() > 0.2 || !running(), kBuildMs);
        look("5-building");
        QTRY_VERIFY_WITH_TIMEOUT(!running(), kBuildMs);
        const PluginBuild *build = m_host->workshop().buildOf(project());
        QVERIFY2(build->state() == PluginBuild::State::Done, qPrintable(build->log()));
        QVERIFY(!build->log().contains(QLatin1String("warning")));
        QFile ninja(project() + QStringLiteral("/build/build.ninja"));
        if (ninja.open(QIODevice::ReadOnly))
            QVERIFY(!ninja.readAll().contains("torch"));
        qInfo("built in %lld ms", build->elapsedMs());
        QVERIFY(m_window->rail()->button(kId));
        QTRY_VERIFY(named<QPushButton>(QStringLiteral("Show the plugin's page")));
        look("6-built");
        tour::click(named<QPushButton>(QStringLiteral("Show the plugin's page")));
        QCOMPARE(m_window->currentPage(), kId);
        QStringList words;
        for (const QLabel *label : m_window->page(kId)->findChildren<QLabel *>())
            words.append(label->text());
        QVERIFY2(words.contains(QStringLiteral("meadow")), qPrintable(words.join(u'|')));
        QVERIFY2(words.contains(QStringLiteral("320 × 200 pixels, mean colour #008000")), qPrintable(words.join(u'|')));
        look("7-page");
    }

    void throwTurnsItIntoACard()
    {
        QPushButton *thrower = nullptr;
        for (QPushButton *button : m_window->page(kId)->findChildren<QPushButton *>())
            if (button->text() == QLatin1String("Throw"))
                thrower = button;
        QVERIFY(thrower);
        tour::click(thrower);
        QTRY_COMPARE(m_host->plugins().find(kId)->state, PluginState::Failed);
        const auto *card = m_window->stage()->current()->findChild<ErrorCard *>();
        QVERIFY(card && card->message().contains(QLatin1String("You pressed Throw")));
        look("8-card");
        for (QToolButton *log : card->findChildren<QToolButton *>())
            log->click();
        look("9-card-log");
    }

    void aCompileErrorIsSaidInPlace()
    {
        edit("m_facts->setText(tr(\"%1", "m_facts->setTextt(tr(\"%1");
        m_window->showPage(QStringLiteral("plugins"));
        m_window->rebuildPlugin();
        QTRY_VERIFY_WITH_TIMEOUT(!running(), kBuildMs);
        const PluginBuild *build = m_host->workshop().buildOf(project());
        QCOMPARE(build->state(), PluginBuild::State::Failed);
        QVERIFY2(build->error().startsWith(QLatin1String("edge_finder_page.cpp, line ")), qPrintable(build->error()));
        QVERIFY2(build->error().contains(QLatin1String("setTextt")), qPrintable(build->error()));
        QTRY_VERIFY(named<QToolButton>(QStringLiteral("Show the log of the build")));
        look("10-error");
        tour::click(named<QToolButton>(QStringLiteral("Show the log of the build")));
        QVERIFY(named<QPlainTextEdit>(QStringLiteral("Log of the build"))
                    ->toPlainText()
                    .contains(QLatin1String("setTextt")));
        look("11-error-log");
    }

    void mendedItIsBackWithTheSelection()
    {
        edit("m_facts->setTextt(tr(\"%1", "m_facts->setText(tr(\"mended: %1");
        m_window->showPage(kId);
        m_window->rebuildPlugin();
        QTRY_VERIFY_WITH_TIMEOUT(!running(), kBuildMs);
        const PluginBuild *build = m_host->workshop().buildOf(project());
        QVERIFY2(build->state() == PluginBuild::State::Done, qPrintable(build->log()));
        qInfo("built again in %lld ms", build->elapsedMs());
        QCOMPARE(m_window->currentPage(), kId);
        QStringList words;
        for (const QLabel *label : m_window->page(kId)->findChildren<QLabel *>())
            words.append(label->text());
        QVERIFY2(words.contains(QStringLiteral("mended: 320 × 200 pixels, mean colour #008000")),
                 qPrintable(words.join(u'|')));
        look("12-back");
    }

    void theProgramMayEndWhileItBuilds()
    {
        edit("mended", "again");
        m_host->workshop().build(project());
        QVERIFY(running()); // cleanupTestCase takes everything away
    }
};

int main(int argc, char **argv)
{
    GuardedApplication application(argc, argv);
    NewPluginTest test;
    return QTest::qExec(&test, argc, argv);
}
#include "new_plugin_test.moc"
