// SPDX-License-Identifier: Apache-2.0
#include "app/window/lessons/lesson_runner.h"

#include "app/host/host.h"
#include "app/window/lessons/lesson_rehearsal.h"
#include "app/window/lessons/room_check.h"
#include "tests/app/lessons/lesson_files.h"
#include "tests/app/lessons/played_page.h"

#include <QTemporaryDir>
#include <QTest>

using namespace orrery;
using namespace orrery::test;

class LessonRunnerTest : public QObject
{
    Q_OBJECT
    QTemporaryDir m_folder;
    std::unique_ptr<Host> m_host;
    std::unique_ptr<PlayedPage> m_page;
    std::unique_ptr<LessonRunner> m_runner;
    using Phase = LessonRunner::Phase;

    Workspace &workspace() { return m_host->workspace(); }
    Lesson lesson(const QJsonObject &json = goodLesson())
    {
        const QString folder = m_folder.filePath(QUuid::createUuid().toString(QUuid::WithoutBraces));
        writeLesson(folder, json);
        return readLesson(folder).value();
    }
    void play(const Lesson &lesson)
    {
        m_runner = std::make_unique<LessonRunner>(workspace(), *m_page, lesson);
        m_runner->start();
        QTRY_VERIFY(!m_runner->isWaiting());
    }
    void go(void (LessonRunner::*move)())
    {
        (m_runner.get()->*move)();
        QTRY_VERIFY(!m_runner->isWaiting());
    }
    QString filled(const QString &text) { return fillTerms(text, m_runner->scene(), *m_page, false); }
    ItemId addPicture(const QString &name)
    {
        QImage image(4, 4, QImage::Format_RGB32);
        image.fill(Qt::red);
        const ItemId id = workspace().add(pictureItem(image, name));
        workspace().select({id}, id);
        return id;
    }

private Q_SLOTS:
    void init()
    {
        m_host = std::make_unique<Host>(m_folder.filePath(QStringLiteral("settings.ini")));
        m_page = std::make_unique<PlayedPage>(*m_host);
    }
    void cleanup()
    {
        m_runner.reset();
        m_page.reset();
        m_host.reset();
    }

    void pageDownAsksThenReveals()
    {
        play(lesson());
        QCOMPARE(m_page->names().size(), 4);
        QCOMPARE(filled(m_runner->step().text), QStringLiteral("Fox has 0.25."));
        go(&LessonRunner::next);
        QCOMPARE(m_runner->phase(), Phase::Asked);
        QCOMPARE(m_page->names().size(), 4); // nothing is given away
        QCOMPARE(filled(m_runner->step().question->text), QStringLiteral("What of fox's 0.25?"));
        m_runner->choose(1);
        QCOMPARE(m_runner->chosen(), 1);
        go(&LessonRunner::next);
        QCOMPARE(m_runner->phase(), Phase::Shown);
        QCOMPARE(m_page->names().size(), 5);
        QCOMPARE(m_runner->chosen(), 1);
        QCOMPARE(filled(m_runner->step().question->reveal), QStringLiteral("From 0.25 to 0.20, cosine 0.30."));
        go(&LessonRunner::next);
        QVERIFY(m_runner->atEnd());
        QCOMPARE(filled(m_runner->step().text), QStringLiteral("Fox had 0.25."));
        go(&LessonRunner::next);
        QCOMPARE(m_runner->stepNumber(), 2);
    }

    void pageUpRestoresTheStateBefore()
    {
        play(lesson());
        go(&LessonRunner::next);
        go(&LessonRunner::next);
        QVERIFY(m_page->names().contains(QStringLiteral("wolf")));
        m_page->setNames({QStringLiteral("anything")}); // tried by the teacher
        go(&LessonRunner::back);
        QCOMPARE(m_runner->phase(), Phase::Asked);
        QCOMPARE(m_page->names(), (QStringList{"fox", "cat", "dog", "fish"}));
        go(&LessonRunner::back);
        QCOMPARE(m_runner->stepNumber(), 0);
        go(&LessonRunner::back);
        QVERIFY(m_runner->atStart());
    }

    void goingOnStartsFromWhatTheLessonMade()
    {
        play(lesson());
        go(&LessonRunner::next);
        m_page->setNames({QStringLiteral("owl")});
        go(&LessonRunner::next);
        QCOMPARE(m_page->names(), (QStringList{"fox", "cat", "dog", "fish", "wolf"}));
    }

    void leavingBringsBackExactlyWhatTheUserHad()
    {
        const ItemId mine = addPicture(QStringLiteral("mine"));
        m_page->setNames({QStringLiteral("a"), QStringLiteral("b")});
        m_page->setNames({QStringLiteral("a")});
        workspace().undoStack().undo(); // so there is something to redo
        workspace().gather({mine});
        workspace().undoStack().undo();
        m_page->tab = 2;
        const int steps = workspace().undoStack().count();
        const int at = workspace().undoStack().index();

        play(lesson());
        QVERIFY(workspace().items().isEmpty());
        QCOMPARE(m_page->tab, 0);
        go(&LessonRunner::next);
        go(&LessonRunner::next);
        QCOMPARE(m_runner->leave(), 0);

        QCOMPARE(workspace().items(), QList<ItemId>{mine});
        QCOMPARE(workspace().selection().current, mine);
        QVERIFY(workspace().tray().isEmpty());
        QCOMPARE(m_page->names(), (QStringList{"a", "b"}));
        QCOMPARE(m_page->tab, 2);
        QCOMPARE(workspace().undoStack().count(), steps);
        QCOMPARE(workspace().undoStack().index(), at);
        workspace().undoStack().redo();
        QCOMPARE(workspace().tray(), QList<ItemId>{mine});
    }

    void aLessonThatIsDestroyedLeavesToo()
    {
        m_page->setNames({QStringLiteral("mine")});
        play(lesson());
        m_runner.reset();
        QCOMPARE(m_page->names(), QStringList{"mine"});
        QVERIFY(!workspace().isAside());
    }

    void undoInALessonLeavesTheUsersHistoryAlone()
    {
        m_page->setNames({QStringLiteral("mine")});
        play(lesson());
        while (workspace().undoStack().canUndo())
            workspace().undoStack().undo();
        m_runner->leave();
        QCOMPARE(m_page->names(), QStringList{"mine"});
        QVERIFY(workspace().undoStack().canUndo());
    }

    void whatTheUserAddsInALessonIsKeptInTheTray()
    {
        const ItemId mine = addPicture(QStringLiteral("mine"));
        play(lesson());
        const ItemId drawn = addPicture(QStringLiteral("drawn in the lesson"));
        go(&LessonRunner::next);
        QVERIFY(!workspace().contains(drawn)); // the lesson goes on without it
        QCOMPARE(m_runner->leave(), 1);
        QCOMPARE(workspace().items(), (QList<ItemId>{mine, drawn}));
        QCOMPARE(workspace().tray(), QList<ItemId>{drawn});
        QCOMPARE(workspace().selection().current, mine);
    }

    void anotherMachineShowsTheStoredResultAndSaysSo()
    {
        Lesson stored = lesson();
        stored.steps[0].stored = {{"fox", {{"share", 0.26}, {"cosine", 0.3}}}}; // within 0.02
        stored.steps[1].stored = {{"fox", {{"share", 0.24}, {"cosine", 0.3}}}}; // 0.2 is computed here
        play(stored);
        QVERIFY(m_runner->differing().isEmpty());
        QVERIFY(m_page->shown.isEmpty());
        go(&LessonRunner::next);
        go(&LessonRunner::next);
        QCOMPARE(m_runner->differing().size(), 1);
        QVERIFY2(m_runner->differing()[0].contains(QLatin1String("0.20 here, 0.24 stored")),
                 qPrintable(m_runner->differing()[0]));
        QCOMPARE(m_page->shown, stored.steps[1].stored);
        QVERIFY(filled(m_runner->step().question->reveal).contains(QLatin1String("to 0.24")));
        go(&LessonRunner::back);
        QVERIFY(m_runner->differing().isEmpty());
        go(&LessonRunner::next);
        QCOMPARE(m_page->shown, stored.steps[1].stored);
    }

    void withoutAResultTheStoredOneIsShown()
    {
        Lesson stored = lesson();
        stored.steps[0].stored = {{"fox", {{"share", 0.25}}}};
        m_page->problem = QStringLiteral("The model is damaged.");
        play(stored);
        QCOMPARE(m_runner->trouble(), QStringLiteral("The model is damaged."));
        QCOMPARE(m_page->shown, stored.steps[0].stored);
    }

    void keysThatComeTooEarlyAreDoneLater()
    {
        play(lesson());
        m_page->hold = true;
        m_runner->next();
        m_runner->next();
        QVERIFY(m_runner->isWaiting());
        QCOMPARE(m_runner->phase(), Phase::Asked);
        m_page->hold = false;
        QTRY_COMPARE(m_runner->phase(), Phase::Shown);
        QCOMPARE(m_runner->stepNumber(), 1);
    }

    void aPageThatGoesAwayTakesNothingAlong()
    {
        workspace().setValue(QStringLiteral("played/names"), QStringList{"mine"});
        play(lesson());
        m_page.reset();
        m_runner->next();
        m_runner->leave();
        QCOMPARE(workspace().value(QStringLiteral("played/names")).toStringList(), QStringList{"mine"});
    }

    void aRehearsalFindsWhatIsNotSo()
    {
        const auto faults = [this](const QJsonObject &json) {
            LessonRehearsal rehearsal(workspace(), *m_page, lesson(json), false);
            bool done = false;
            connect(&rehearsal, &LessonRehearsal::finished, &rehearsal, [&] { done = true; });
            rehearsal.start();
            [&] { QTRY_VERIFY(done); }();
            return rehearsal.faults().join(u'\n');
        };
        QCOMPARE(faults(goodLesson()), QString());
        const QString claim = faults(withStep(goodLesson(), 1, QStringLiteral("expect"),
                                              QJsonArray{QStringLiteral("share of fox > share of fox before")}));
        QVERIFY2(claim.contains(QLatin1String("share of fox > share of fox before")), qPrintable(claim));
        const QString word =
            faults(withStep(goodLesson(), 0, QStringLiteral("text"), QStringLiteral("{share of owl}")));
        QVERIFY2(word.contains(QLatin1String("share of owl")), qPrintable(word));
        const QString action = faults(withStep(goodLesson(), 0, QStringLiteral("actions"),
                                               QJsonArray{QJsonObject{{QStringLiteral("dance"), 1}}}));
        QVERIFY2(action.contains(QLatin1String("dance")), qPrintable(action));
        const QString pointed =
            faults(withStep(goodLesson(), 0, QStringLiteral("highlight"), QStringLiteral("nothing")));
        QVERIFY2(pointed.contains(QLatin1String("expected one of list")), qPrintable(pointed));
        QVERIFY(!workspace().isAside());
        m_page->problem = QStringLiteral("The model is damaged.");
        const QString trouble = faults(goodLesson());
        QVERIFY2(trouble.contains(m_page->problem) && !trouble.contains(u'\n'), qPrintable(trouble));
    }

    void screensThatAClassCannotReadAreNamed()
    {
        QCOMPARE(screenLine(QStringLiteral("A"), {1920, 1080}, 1).state, RoomLine::State::Ok);
        QCOMPARE(screenLine(QStringLiteral("A"), {1024, 768}, 1).state, RoomLine::State::Ok);
        QCOMPARE(screenLine(QStringLiteral("A"), {1920, 1080}, 2).state, RoomLine::State::Ok);
        QVERIFY(screenLine(QStringLiteral("A"), {800, 600}, 1).text.contains(QStringLiteral("1024 × 700")));
        QCOMPARE(screenLine(QStringLiteral("A"), {3840, 2160}, 1).state, RoomLine::State::Warning);
        QCOMPARE(screenLine(QStringLiteral("A"), {2560, 1440}, 0.75).state, RoomLine::State::Warning);
    }
};

QTEST_MAIN(LessonRunnerTest)
#include "lesson_runner_test.moc"
