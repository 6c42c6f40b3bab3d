// SPDX-License-Identifier: Apache-2.0
#include "app/host/host.h"
#include "app/window/chrome/first_run_strip.h"
#include "app/window/chrome/rail.h"
#include "app/window/chrome/tray.h"
#include "app/window/lessons/highlight_frame.h"
#include "app/window/lessons/lesson_bar.h"
#include "app/window/lessons/lesson_controller.h"
#include "app/window/main_window.h"
#include "orrery/page.h"
#include "tests/app/lessons/lesson_files.h"
#include "widgets/error_card.h"

#include <QLabel>
#include <QPushButton>
#include <QTemporaryDir>
#include <QTest>
#include <QToolButton>

using namespace orrery;
using namespace orrery::test;

class LessonsWindowTest : public QObject
{
    Q_OBJECT
    QTemporaryDir m_folder;
    std::unique_ptr<Host> m_host;
    std::unique_ptr<MainWindow> m_window;
    const QString m_page = QStringLiteral("test.played");

    LessonController &lessons() { return *m_window->lessons(); }
    QStringList names() { return m_host->workspace().value(QStringLiteral("played/names")).toStringList(); }
    void setNames(const QStringList &names) { m_host->workspace().setValue(QStringLiteral("played/names"), names); }
    QPushButton *startButton(const char *id) { return m_window->findChild<QPushButton *>(QLatin1String(id)); }
    void press(int key)
    {
        tour::key(lessons().bar()->nextButton(), key);
        QTRY_VERIFY(!lessons().runner() || !lessons().runner()->isWaiting());
    }

private Q_SLOTS:
    void initTestCase()
    {
        qputenv("ORRERY_RESOURCES", m_folder.path().toUtf8());
        const QString folder = m_folder.filePath(QStringLiteral("lessons/"));
        writeLesson(folder + QStringLiteral("a-good"), goodLesson(m_page));
        writeLesson(folder + QStringLiteral("b-elsewhere"), goodLesson(QStringLiteral("nobody.knows-it")));
        writeFile(folder + QStringLiteral("c-bad/lesson.json"), R"({"format": 1, "title": 3})");
        Theme::instance().apply(*qApp);
        Theme::instance().setMotion(false);
    }
    void init()
    {
        m_host = std::make_unique<Host>(m_folder.filePath(QUuid::createUuid().toString() + QStringLiteral(".ini")));
        m_host->models().refresh();
        m_host->plugins().discover(QStringLiteral(ORRERY_PLAYED_PLUGINS));
        m_window = std::make_unique<MainWindow>(*m_host, nullptr);
        m_host->plugins().startAll();
        m_window->showPage(QStringLiteral("lessons"));
        m_window->show();
        QVERIFY(QTest::qWaitForWindowExposed(m_window.get()));
        QTRY_VERIFY(m_host->models().loaded());
        QTRY_VERIFY(startButton("start-a-good"));
    }
    void cleanup()
    {
        m_window.reset();
        m_host.reset();
    }

    void theListSaysWhatIsReadyMissingAndBad()
    {
        QTRY_VERIFY(startButton("start-a-good")->isEnabled());
        QVERIFY(!startButton("start-b-elsewhere")->isEnabled());
        QStringList facts, errors;
        for (const QLabel *label : m_window->findChildren<QLabel *>(QStringLiteral("lessonFacts")))
            facts.append(label->text());
        QVERIFY2(facts.contains(QStringLiteral("3 min · ready offline")), qPrintable(facts.join(u'\n')));
        QVERIFY2(facts.contains(QStringLiteral("3 min · needs the plugin nobody.knows-it")),
                 qPrintable(facts.join(u'\n')));
        for (const ErrorCard *card : m_window->findChildren<ErrorCard *>())
            errors.append(card->message());
        QVERIFY2(errors.join(u'\n').contains(QLatin1String("c-bad/lesson.json: field \"title\"")),
                 qPrintable(errors.join(u'\n')));
    }

    void f5PresentsAndEscBringsEverythingBack()
    {
        setNames({QStringLiteral("mine")});
        tour::shortcut(m_window.get(), Qt::Key_F5, Qt::NoModifier);
        QVERIFY(lessons().isPlaying());
        QVERIFY(m_host->presenting());
        QCOMPARE(m_window->currentPage(), m_page);
        QTRY_VERIFY(!m_window->rail()->isVisible()); // a class needs no way to other pages
        press(Qt::Key_PageDown);
        QVERIFY(lessons().bar()->text().contains(QLatin1String("What of fox's 0.25?")));
        QVERIFY(!lessons().bar()->text().contains(QLatin1String("From")));
        tour::click(lessons().bar()->choices().value(0));
        QCOMPARE(lessons().runner()->chosen(), 0);
        press(Qt::Key_PageDown);
        QVERIFY2(lessons().bar()->text().contains(QLatin1String("From 0.25 to 0.20")),
                 qPrintable(lessons().bar()->text()));
        QVERIFY(lessons().bar()->choices().value(1)->text().startsWith(u'✓'));
        press(Qt::Key_PageUp);
        QCOMPARE(names().size(), 4);
        press(Qt::Key_Escape);
        QVERIFY(!lessons().isPlaying());
        QVERIFY(!m_host->presenting());
        QTRY_VERIFY(m_window->rail()->isVisible());
        QVERIFY(!lessons().bar()->isVisible());
        QCOMPARE(names(), QStringList{"mine"});
        QCOMPARE(m_window->currentPage(), QStringLiteral("lessons"));
    }

    void periodBlanksAndAnyKeyBringsThePictureBack()
    {
        tour::shortcut(m_window.get(), Qt::Key_F5, Qt::NoModifier);
        press(Qt::Key_Period);
        QVERIFY(m_window->isBlank());
        const int step = lessons().runner()->stepNumber();
        press(Qt::Key_PageDown);
        QVERIFY(!m_window->isBlank());
        QCOMPARE(lessons().runner()->stepNumber(), step);
        press(Qt::Key_Period);
        press(Qt::Key_Escape); // the picture first, not the lesson
        QVERIFY(!m_window->isBlank());
        QVERIFY(lessons().isPlaying());
    }

    void theControlThatIsSpokenOfIsOutlined()
    {
        tour::click(startButton("start-a-good"));
        QVERIFY(lessons().isPlaying());
        QTRY_VERIFY(lessons().frame()->isVisible());
        QCOMPARE(lessons().frame()->target(), static_cast<QWidget *>(m_window->page(m_page)));
        press(Qt::Key_PageDown);
        QTRY_VERIFY(!lessons().frame()->isVisible()); // that step points at nothing
    }

    void theRoomIsTriedAndNothingOfTheUsersChanges()
    {
        setNames({QStringLiteral("mine")});
        const int history = m_host->workspace().undoStack().count();
        tour::click(startButton("checkRoom"));
        QVERIFY(lessons().room().isRunning());
        QTRY_VERIFY(!lessons().room().isRunning());
        QHash<QString, RoomLine::State> states;
        QStringList texts;
        for (const RoomLine &line : lessons().room().lines()) {
            states.insert(line.title, line.state);
            texts.append(line.text);
        }
        QCOMPARE(states.value(QStringLiteral("c-bad")), RoomLine::State::Failed);
        QVERIFY2(texts.join(u'\n').contains(QLatin1String("Every step works; nothing is stored")),
                 qPrintable(texts.join(u'\n')));
        QVERIFY(texts.join(u'\n').contains(QLatin1String("It needs the plugin nobody.knows-it.")));
        QVERIFY(!lessons().room().passed());
        QCOMPARE(names(), QStringList{"mine"});
        QCOMPARE(m_host->workspace().undoStack().count(), history);
        QCOMPARE(m_window->currentPage(), QStringLiteral("lessons"));
    }

    void leavingThePageEndsTheCheck()
    {
        setNames({QStringLiteral("mine")});
        tour::click(startButton("checkRoom"));
        m_window->showPage(m_page);
        QVERIFY(!lessons().room().isRunning());
        QCOMPARE(names(), QStringList{"mine"});
    }

    void recordedResultsMakeTheCheckCompare()
    {
        const QString folder = m_folder.filePath(QStringLiteral("recorded"));
        writeLesson(folder + QStringLiteral("/one"), goodLesson(m_page));
        RoomCheck room(*m_host, [this](const QString &id) { return m_window->ensurePage(id); });
        room.start(readLessons(folder), true);
        QTRY_VERIFY(!room.isRunning());
        QVERIFY(readLesson(folder + QStringLiteral("/one"))->hasResults());
        room.start(readLessons(folder));
        QTRY_VERIFY(!room.isRunning());
        QVERIFY2(room.lines().last().text.contains(QLatin1String("those stored")),
                 qPrintable(room.lines().last().text));
        QVERIFY(room.passed());
    }

    void aPluginSwitchedOffEndsItsLesson()
    {
        setNames({QStringLiteral("mine")});
        tour::click(startButton("start-a-good"));
        m_host->plugins().setEnabled(m_page, false);
        QTRY_VERIFY(!lessons().isPlaying());
        QCOMPARE(names(), QStringList{"mine"});
    }

    void aHiddenTrayStaysHidden()
    {
        QImage image(4, 4, QImage::Format_RGB32);
        image.fill(Qt::red);
        const ItemId id = m_host->workspace().add(pictureItem(image, QStringLiteral("red")));
        m_host->workspace().gather({id});
        m_window->setTrayVisible(false);
        tour::click(startButton("start-a-good"));
        press(Qt::Key_Escape);
        QCOMPARE(m_host->workspace().tray(), QList<ItemId>{id});
        QVERIFY(!m_window->tray()->isVisible());
    }

    void teachLeadsHere()
    {
        m_window->showPage(QStringLiteral("settings"));
        for (QPushButton *button : m_window->strip()->findChildren<QPushButton *>())
            if (button->text() == QLatin1String("Teach"))
                tour::click(button);
        QCOMPARE(m_window->currentPage(), QStringLiteral("lessons"));
    }
};

QTEST_MAIN(LessonsWindowTest)
#include "lessons_window_test.moc"
