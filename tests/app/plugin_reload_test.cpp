// SPDX-License-Identifier: Apache-2.0
// A plugin that is built again, and one that makes mistakes, while the window is open.
#include "app/host/host.h"
#include "app/window/chrome/rail.h"
#include "app/window/guarded_application.h"
#include "app/window/main_window.h"
#include "app/window/page_guard.h"
#include "app/window/pages/waiting_page.h"
#include "app/window/stage.h"
#include "widgets/error_card.h"

#include <QElapsedTimer>
#include <QFile>
#include <QLabel>
#include <QPushButton>
#include <QTemporaryDir>
#include <QTest>
#include <QToolButton>

#include <cstdio>
#include <stdexcept>

using namespace orrery;

namespace {

const QString kId = QStringLiteral("test.reload");

GuardedApplication &application()
{
    return *static_cast<GuardedApplication *>(qApp);
}

} // namespace

class PluginReloadTest : public QObject
{
    Q_OBJECT
    std::unique_ptr<QTemporaryDir> m_folder;
    std::unique_ptr<Host> m_host;
    std::unique_ptr<MainWindow> m_window;
    std::unique_ptr<PageGuard> m_guard;

    /// As orrery_add_plugin does it: the library is there whole, or not at all.
    void put(int version)
    {
        const QString built =
            QStringLiteral(ORRERY_BINARY_DIR "/tests/reload_plugins/orrery_plugin_reload_%1.so").arg(version);
        const QString draft = m_folder->filePath(QStringLiteral("draft"));
        QVERIFY(QFile::copy(built, draft));
        // Two builds within a millisecond do not happen; two copies may.
        QFile file(draft);
        QVERIFY(file.open(QIODevice::ReadWrite));
        QVERIFY(file.setFileTime(QDateTime::currentDateTime().addSecs(version), QFileDevice::FileModificationTime));
        file.close();
        QCOMPARE(::rename(draft.toLocal8Bit().constData(), library().toLocal8Bit().constData()), 0);
    }
    QString library() const { return m_folder->filePath(QStringLiteral("orrery_plugin_reload.so")); }
    QString says(const char *label) const
    {
        const Page *page = m_window->page(kId);
        const QLabel *found = page ? page->findChild<QLabel *>(QLatin1String(label)) : nullptr;
        return found ? found->text() : QString();
    }
    QPushButton *button(const QString &name) const
    {
        for (QPushButton *button : m_window->findChildren<QPushButton *>())
            if ((button->objectName() == name || button->text() == name) && button->isVisible())
                return button;
        return nullptr;
    }
    bool isCard() const { return qobject_cast<WaitingPage *>(m_window->stage()->current()) != nullptr; }
    QString cardSays() const
    {
        const auto *card = m_window->stage()->current()->findChild<ErrorCard *>();
        return card ? card->message() : QString();
    }
    ItemId select(const QString &name)
    {
        QImage image(8, 8, QImage::Format_RGB32);
        image.fill(Qt::green);
        const ItemId id = m_host->workspace().add(pictureItem(image, name));
        m_host->workspace().select({id});
        return id;
    }

private Q_SLOTS:
    void initTestCase() { Theme::instance().apply(*qApp); }
    void init()
    {
        m_folder = std::make_unique<QTemporaryDir>();
        put(1);
        m_host = std::make_unique<Host>(m_folder->filePath(QStringLiteral("settings.ini")));
        m_host->plugins().discover({});
        m_host->plugins().discoverOwn(m_folder->path());
        m_window = std::make_unique<MainWindow>(*m_host, nullptr);
        m_guard = std::make_unique<PageGuard>(application(), *m_host, *m_window);
        m_host->plugins().startAll();
        m_window->showPage(kId);
        m_window->show();
        QVERIFY(QTest::qWaitForWindowExposed(m_window.get()));
        QVERIFY(says("version").startsWith(QLatin1String("version 1")));
    }
    void cleanup()
    {
        m_guard.reset();
        m_window.reset();
        m_host.reset();
        m_folder.reset();
    }

    // Reloading -----------------------------------------------------------------------------------------------------
    void aRebuiltViewComesBackInItsPlaceAndTheSelectionStays()
    {
        const ItemId fox = select(QStringLiteral("fox"));
        const int steps = m_host->workspace().undoStack().count();
        const QPointer<Page> before = m_window->page(kId);
        QElapsedTimer clock;
        clock.start();
        put(2); // the folder is watched
        QTRY_VERIFY(says("version").startsWith(QLatin1String("version 2")));
        qInfo("the new page was there after %lld ms", clock.elapsed());
        QTRY_VERIFY(!before);
        QCOMPARE(m_window->currentPage(), kId);
        QCOMPARE(m_window->rail()->upper(), QStringList{kId});
        QCOMPARE(m_host->workspace().selection().current, fox);
        QCOMPARE(m_host->workspace().undoStack().count(), steps);
        QCOMPARE(says("selection"), QStringLiteral("fox"));
        select(QStringLiteral("owl"));
        QCOMPARE(says("selection"), QStringLiteral("owl"));
        QCOMPARE(m_host->plugins().find(kId)->reloads, 1);
    }

    void eachLoadHasVariablesOfItsOwn()
    {
        QVERIFY2(says("version").endsWith(QLatin1String("counter 101")), qPrintable(says("version")));
        put(2);
        m_host->plugins().rescan();
        QVERIFY2(says("version").endsWith(QLatin1String("counter 201")), qPrintable(says("version")));
        m_host->plugins().reload(kId);
        QVERIFY2(says("version").endsWith(QLatin1String("counter 201")), qPrintable(says("version")));
    }

    void theOtherHalfOfASplitStageIsLeftAlone()
    {
        m_window->showPage(QStringLiteral("settings"));
        m_window->stage()->setSplit(true, m_window->page(kId));
        m_host->plugins().reload(kId);
        QCOMPARE(m_window->stage()->visiblePages(),
                 (QList<Page *>{m_window->page(QStringLiteral("settings")), m_window->page(kId)}));
        QCOMPARE(m_window->currentPage(), QStringLiteral("settings"));
    }

    void commandsAreThereOnceAfterReloading()
    {
        for (int i = 0; i < 3; ++i)
            m_host->plugins().reload(kId);
        const auto count = [this] {
            const std::vector<Command> commands = m_host->commands();
            return std::count_if(commands.begin(), commands.end(), [](const Command &command) {
                return command.id == QLatin1String("test.reload.command");
            });
        };
        QTRY_COMPARE(count(), 1);
    }

    void aLibraryThatIsTakenAwayLeavesTheRail()
    {
        QVERIFY(QFile::remove(library()));
        QTRY_VERIFY(!m_window->rail()->button(kId));
        QCOMPARE(m_window->currentPage(), QStringLiteral("plugins"));
        put(2); // and a new one joins it
        QTRY_VERIFY(m_window->rail()->button(kId));
        m_window->showPage(kId);
        QVERIFY(says("version").startsWith(QLatin1String("version 2")));
    }

    void aPluginThatIsOffStaysOffWhenItIsBuilt()
    {
        m_host->plugins().setEnabled(kId, false);
        put(2);
        m_host->plugins().rescan();
        QCOMPARE(m_host->plugins().find(kId)->state, PluginState::Disabled);
        QVERIFY(!m_window->rail()->button(kId));
    }

    void refusedOnesOfOneIdGoOneByOne()
    {
        PluginManager &plugins = m_host->plugins();
        const auto other = [&](const char *name) {
            return m_folder->filePath(QStringLiteral("orrery_plugin_%1.so").arg(QLatin1String(name)));
        };
        for (const char *name : {"second", "third"})
            QVERIFY(QFile::copy(library(), other(name)));
        plugins.rescan();
        QCOMPARE(plugins.plugins().size(), std::size_t(3));
        QStringList ids;
        for (const PluginEntry &entry : plugins.plugins()) {
            QVERIFY2(!ids.contains(entry.id), qPrintable(entry.id));
            ids.append(entry.id);
        }
        for (const char *name : {"second", "third"})
            QVERIFY(QFile::remove(other(name)));
        plugins.rescan();
        QCOMPARE(plugins.plugins().size(), std::size_t(1));
        QCOMPARE(plugins.find(kId)->state, PluginState::Ready); // untouched
    }

    // Mistakes ------------------------------------------------------------------------------------------------------
    void aThrowingClickTurnsThatPageAloneIntoACard()
    {
        const ItemId fox = select(QStringLiteral("fox"));
        m_window->showPage(QStringLiteral("settings"));
        const QPointer<Page> settings = m_window->page(QStringLiteral("settings"));
        m_window->showPage(kId);
        QTest::mouseClick(button(QStringLiteral("click")), Qt::LeftButton);
        QTRY_VERIFY(isCard());
        QVERIFY2(cardSays().contains(QLatin1String("click broke")), qPrintable(cardSays()));
        const PluginEntry *plugin = m_host->plugins().find(kId);
        QCOMPARE(plugin->state, PluginState::Failed);
        for (const char *part : {"runtime_error", "QPushButton", "MouseButtonRelease", "orrery_plugin_reload.so"})
            QVERIFY2(plugin->details.contains(QLatin1String(part)), qPrintable(plugin->details));
        QVERIFY(settings);
        QCOMPARE(m_host->workspace().selection().current, fox);

        // Log, Reload, Disable.
        bool log = false;
        for (QToolButton *more : m_window->stage()->current()->findChildren<QToolButton *>())
            log |= more->isVisible() && more->text() == QLatin1String("Log");
        QVERIFY(log);
        QVERIFY(button(QStringLiteral("Disable")));
        QTest::mouseClick(button(QStringLiteral("Reload")), Qt::LeftButton);
        QTRY_VERIFY(!isCard());
        QVERIFY(says("version").startsWith(QLatin1String("version 1")));
        QCOMPARE(says("selection"), QStringLiteral("fox"));

        QTest::mouseClick(button(QStringLiteral("click")), Qt::LeftButton);
        QTRY_VERIFY(isCard());
        QTest::mouseClick(button(QStringLiteral("Disable")), Qt::LeftButton);
        QTRY_VERIFY(!m_window->rail()->button(kId));
    }

    void mistakesOfEveryKindAreCaught_data()
    {
        QTest::addColumn<QString>("kind");
        QTest::addColumn<QString>("says");
        for (const auto &[kind, says] : {std::pair{"inspector", "inspector broke"}, std::pair{"key", "click broke"},
                                         std::pair{"timer", "the timer broke"}, std::pair{"event", "did not say why"},
                                         std::pair{"shown", "shown broke"}, std::pair{"command", "the command broke"},
                                         std::pair{"queued", "a queued call broke"}})
            QTest::newRow(kind) << kind << says;
    }
    void mistakesOfEveryKindAreCaught()
    {
        QFETCH(QString, kind);
        QFETCH(QString, says);
        Page *page = m_window->page(kId);
        if (kind == QLatin1String("inspector")) {
            QTest::mouseClick(button(QStringLiteral("inspector")), Qt::LeftButton);
        } else if (kind == QLatin1String("key")) {
            QTest::keyClick(button(QStringLiteral("click")), Qt::Key_Space);
        } else if (kind == QLatin1String("timer")) {
            page->setProperty("throwInTimer", true);
        } else if (kind == QLatin1String("event")) {
            QCoreApplication::postEvent(page, new QEvent(QEvent::User));
        } else if (kind == QLatin1String("shown")) {
            m_host->workspace().setValue(QStringLiteral("test.reload/throwWhenShown"), true);
            m_window->showPage(QStringLiteral("settings"));
            m_window->showPage(kId);
        } else if (kind == QLatin1String("command")) {
            for (const Command &command : m_host->commands())
                if (command.id == QLatin1String("test.reload.command"))
                    command.run();
        } else {
            QMetaObject::invokeMethod(
                new QObject(page), [] { throw std::runtime_error("a queued call broke"); }, Qt::QueuedConnection);
        }
        QTRY_VERIFY(isCard());
        QVERIFY2(cardSays().contains(says), qPrintable(cardSays()));
    }

    void whoThrewIsBlamedNotWhoseEventItWas()
    {
        // The page follows the selection; a click elsewhere changes it.
        m_host->workspace().setValue(QStringLiteral("test.reload/throwOnSelection"), true);
        m_window->showPage(QStringLiteral("settings"));
        QMetaObject::invokeMethod(
            m_window->rail(), [this] { select(QStringLiteral("fox")); }, Qt::QueuedConnection);
        QTRY_COMPARE(m_host->plugins().find(kId)->state, PluginState::Failed);
        QVERIFY(m_host->plugins().find(kId)->reason.contains(QLatin1String("the selection broke")));
        QCOMPARE(m_window->currentPage(), QStringLiteral("settings"));
        m_host->workspace().setValue(QStringLiteral("test.reload/throwOnSelection"), false);
        m_host->plugins().retry(kId);
        m_window->showPage(kId);
        QVERIFY(says("version").startsWith(QLatin1String("version 1")));
    }

    void whatOthersThrowIsSaidAndEverythingGoesOn()
    {
        QStringList notes;
        connect(m_host.get(), &Host::notified, this, [&](const QString &text) { notes.append(text); });
        QMetaObject::invokeMethod(
            m_window->rail(), [] { throw std::runtime_error("the rail broke"); }, Qt::QueuedConnection);
        QTRY_COMPARE(notes.size(), 1);
        QVERIFY(notes[0].contains(QLatin1String("the rail broke")));
        QVERIFY(!isCard());
        QVERIFY(says("version").startsWith(QLatin1String("version 1")));
    }

    void theFirstOfManyMistakesIsTheOneShown()
    {
        Page *page = m_window->page(kId);
        for (const char *text : {"first", "second", "third"})
            QMetaObject::invokeMethod(
                page, [text] { throw std::runtime_error(text); }, Qt::QueuedConnection);
        QTRY_VERIFY(isCard());
        QVERIFY2(cardSays().contains(QLatin1String("first")), qPrintable(cardSays()));
    }
};

int main(int argc, char **argv)
{
    GuardedApplication application(argc, argv);
    PluginReloadTest test;
    return QTest::qExec(&test, argc, argv);
}
#include "plugin_reload_test.moc"
