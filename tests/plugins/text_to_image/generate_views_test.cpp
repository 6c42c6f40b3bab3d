// SPDX-License-Identifier: Apache-2.0
// The other views of the page: duel, audit, queue, beginning with a picture, prepared failures; and playing it.
#include "plugins/text_to_image/view/audit_view.h"
#include "plugins/text_to_image/view/cell_canvas.h"
#include "plugins/text_to_image/view/detail_view.h"
#include "plugins/text_to_image/view/duel_view.h"
#include "plugins/text_to_image/view/failures.h"
#include "plugins/text_to_image/view/generate_inspector.h"
#include "plugins/text_to_image/view/mask_pad.h"
#include "plugins/text_to_image/view/order_chart.h"
#include "plugins/text_to_image/view/prompt_bar.h"
#include "plugins/text_to_image/view/queue_view.h"
#include "plugins/text_to_image/view/sample_grid.h"
#include "plugins/text_to_image/view/sentence_chips.h"
#include "plugins/text_to_image/view/start_strip.h"
#include "plugins/text_to_image/view/step_player.h"
#include "tests/plugins/text_to_image/generate_fixture.h"
#include "tests/support/accessibility_faults.h"
#include "widgets/busy_strip.h"
#include "widgets/error_card.h"
#include "widgets/plain_editor.h"
#include "widgets/ratio_slider.h"
#include "widgets/sketch/sketch_canvas.h"

#include <QBuffer>
#include <QFile>
#include <QJsonArray>
#include <QLabel>
#include <QListWidget>
#include <QPushButton>
#include <QSlider>
#include <QTemporaryDir>

#include <cmath>
#include <random>
#include <set>

using namespace orrery;
using namespace orrery::text_to_image;

class GenerateViewsTest : public QObject
{
    Q_OBJECT

    test::GenerateFixture m;
    Playable &play() { return *m.page->playable(); }

    /// "Draw and score eight".
    QPushButton *auditBegin()
    {
        for (QPushButton *button : m.page->audit().findChildren<QPushButton *>())
            if (button->isVisible() && button->text().contains(QStringLiteral("eight")))
                return button;
        return nullptr;
    }
    void act(const char *action, const QJsonValue &value)
    {
        QCOMPARE(play().refusal(QLatin1String(action), value), QString());
        play().act(QLatin1String(action), value);
        QTRY_VERIFY(play().settled());
    }

private Q_SLOTS:
    void initTestCase() { test::GenerateFixture::prepare(); }
    void init()
    {
        m.fake().reset();
        m.open();
        QTRY_VERIFY(m.settled());
    }
    void cleanup()
    {
        m.fake().hold = false;
        m.grab(QTest::currentTestFunction());
        m.close();
        Theme::instance().setPresenting(false);
    }

    void theDuelGoesInLockstepFromTheSameNoise()
    {
        m.fake().stepMs = 5;
        m.page->showPart(GeneratePage::Duel);
        DuelView &duel = m.page->duel();
        QVERIFY(duel.isBusy());
        bool lockstep = true;
        QTRY_VERIFY([&] {
            const int shown = duel.shownStep();
            for (int lane = 0; lane < DuelView::kLanes; ++lane)
                lockstep = lockstep && (shown < 0 || int(duel.lane(lane).samples[0]->looks.size()) > shown);
            return !duel.isBusy();
        }());
        QVERIFY(lockstep);
        std::vector<generate::Guidance> kinds;
        {
            const std::lock_guard lock(m.fake().mutex);
            for (auto it = m.fake().requests.end() - 3; it != m.fake().requests.end(); ++it) {
                QCOMPARE(it->seed, std::uint64_t(1));
                QVERIFY(it->scoreSteps && it->watch);
                QCOMPARE(it->count, 1);
                kinds.push_back(it->guidance);
            }
        }
        QCOMPARE(std::set(kinds.begin(), kinds.end()).size(), std::size_t(3));
        QCOMPARE(duel.shownStep(), test::kFakeSteps - 1);
        QVERIFY2(duel.costOf(0).contains(QStringLiteral(" 10 looks")), qPrintable(duel.costOf(0)));
        QVERIFY2(duel.costOf(1).contains(QStringLiteral(" 20 looks")), qPrintable(duel.costOf(1)));
        duel.player()->slider()->setFocus();
        QTest::keyClick(duel.player()->slider(), Qt::Key_Home);
        QTest::keyClick(duel.player()->slider(), Qt::Key_Right);
        QCOMPARE(duel.shownStep(), 1);
        QVERIFY(duel.costOf(1).contains(QStringLiteral(" 4 looks")));
        const QStringList faults = test::accessibilityFaults(&duel);
        QVERIFY2(faults.isEmpty(), qPrintable(faults.join(u'\n')));
        const int asked = m.fake().asked();
        m.page->showPart(GeneratePage::Pictures);
        m.page->showPart(GeneratePage::Duel); // the same three: nothing to do
        QVERIFY(!duel.isBusy());
        QCOMPARE(m.fake().asked(), asked);
    }

    void theDuelsControlsAreThoseOfDiffusion()
    {
        GenerateInspector *inspector = m.page->inspector();
        QTest::mouseClick(inspector->method(generate::Method::Tokens), Qt::LeftButton);
        QTRY_VERIFY(m.settled());
        QVERIFY(inspector->scheduler()->isHidden());
        const std::unique_ptr<QWidget> header(m.page->createModelChip(nullptr)); // in the header
        const auto *chip = qobject_cast<QPushButton *>(header.get());
        const QString tokens = chip->text();
        m.page->showPart(GeneratePage::Duel);
        QVERIFY(chip->text() != tokens);
        QVERIFY(!inspector->scheduler()->isHidden());
        QVERIFY(inspector->method(generate::Method::Diffusion)->isChecked());
        QVERIFY(!inspector->method(generate::Method::Tokens)->isEnabled());
        m.page->showPart(GeneratePage::Pictures); // what was chosen is chosen still
        QVERIFY(inspector->scheduler()->isHidden());
        QVERIFY(inspector->method(generate::Method::Tokens)->isChecked());
        QCOMPARE(chip->text(), tokens);
    }

    void theDuelsPicturesStayLevel()
    {
        m.page->showPart(GeneratePage::Duel);
        QTRY_VERIFY(!m.page->duel().isBusy());
        const QList<CellCanvas *> canvases = m.page->duel().findChildren<CellCanvas *>();
        QCOMPARE(canvases.size(), qsizetype(DuelView::kLanes));
        // One caption runs over several lines, as one does where the model cannot be guided by CLIP.
        QLabel *cost = nullptr;
        for (QLabel *label : m.page->duel().findChildren<QLabel *>())
            if (label->text() == m.page->duel().costOf(1))
                cost = label;
        QVERIFY(cost);
        cost->setText(QStringLiteral("many words about what this one took ").repeated(4));
        QTest::qWait(50);
        for (const CellCanvas *canvas : canvases)
            QCOMPARE(canvas->geometry().height(), canvases.front()->geometry().height());
    }

    void theDuelIsCancelled()
    {
        m.fake().hold = true;
        m.page->showPart(GeneratePage::Duel);
        QTRY_VERIFY(m.page->duel().shownStep() > 5);
        QVERIFY(m.page->cancel());
        QVERIFY(!m.page->duel().isBusy());
        QVERIFY(m.page->duel().shownStep() > 5); // what there was stays
    }

    void aDuelStoppedAtOnceSaysSo()
    {
        m.fake().stepMs = 20;
        m.page->showPart(GeneratePage::Duel);
        QVERIFY(m.page->cancel());
        for (int lane = 0; lane < DuelView::kLanes; ++lane)
            QCOMPARE(m.page->duel().costOf(lane), QStringLiteral("stopped"));
    }

    void presentingGivesTheRoomToTheDuelsPictures()
    {
        Theme::instance().setPresenting(true);
        m.page->resize(1140, 674); // of 1280×800
        m.page->showPart(GeneratePage::Duel);
        QTRY_VERIFY(m.settled());
        QTest::qWait(20); // laid out
        QVERIFY(!m.page->promptBar().chips()->isVisible());
        QVERIFY2(m.page->height() <= 674, qPrintable(QString::number(m.page->height())));
        for (const CellCanvas *canvas : m.page->duel().findChildren<CellCanvas *>()) {
            QVERIFY2(canvas->pictureRect().width() >= 128, qPrintable(QString::number(canvas->height())));
            QVERIFY(QRectF(canvas->rect()).contains(canvas->pictureRect()));
        }
        m.grab("duel-presenting");
        m.page->showPart(GeneratePage::Pictures); // there they are what one teaches with
        QVERIFY(m.page->promptBar().chips()->isVisible());
    }

    void kendallsTauCountsPairs()
    {
        const QList<int> order{0, 1, 2, 3};
        QCOMPARE(agreementOf(order, order).tau(), 1.0);
        QCOMPARE(agreementOf(order, {3, 2, 1, 0}).tau(), -1.0);
        const Agreement one = agreementOf(order, {1, 0, 2, 3});
        QCOMPARE(one.agreed, 5);
        QCOMPARE(one.disagreed, 1);
        QCOMPARE(one.tau(), 4.0 / 6);
        QCOMPARE(agreementOf({}, {}).tau(), 0.0);
    }

    void theAuditHidesClipsOrderUntilOneHasSorted()
    {
        m.page->showPart(GeneratePage::Audit);
        AuditView &audit = m.page->audit();
        QPushButton *begin = auditBegin();
        QVERIFY(begin);
        m.grab("audit-empty");
        QTest::mouseClick(begin, Qt::LeftButton);
        QTRY_VERIFY(m.settled());
        QCOMPARE(m.fake().last().count, 8);
        OrderChart *chart = audit.chart();
        QCOMPARE(chart->own().size(), 8);
        QVERIFY(!chart->isRevealed() && audit.verdict().isEmpty());
        // Sharp, and in two rows because that makes them larger.
        QTRY_COMPARE(std::fmod(chart->place(0).width(), 64), 0.0);
        QVERIFY(chart->place(0).width() > 64 || qEnvironmentVariableIsSet("ORRERY_SMALL"));
        QVERIFY(QRectF(chart->rect()).contains(chart->place(7)));
        // An order that nobody made is compared with nothing.
        QVERIFY(!audit.compareButton()->isEnabled());
        QVERIFY(audit.findChild<QLabel *>(QStringLiteral("sortFirst"))->isVisible());
        QTest::mouseClick(chart, Qt::LeftButton, {}, chart->place(0).center().toPoint()); // taken up and put down
        audit.reveal(true);
        QVERIFY(!chart->isRevealed() && !audit.isSorted());
        chart->setFocus();
        QTest::keyClick(chart, Qt::Key_Right);
        QTest::keyClick(chart, Qt::Key_Right);
        QTest::keyClick(chart, Qt::Key_Left, Qt::ShiftModifier); // the third goes to the second place
        QCOMPARE(chart->own().mid(0, 3), (QList<int>{0, 2, 1}));
        QTest::mousePress(chart, Qt::LeftButton, {}, chart->place(7).center().toPoint());
        QTest::mouseMove(chart, chart->place(3).center().toPoint());
        QTest::mouseMove(chart, chart->place(0).center().toPoint());
        QTest::mouseRelease(chart, Qt::LeftButton, {}, chart->place(0).center().toPoint());
        QCOMPARE(chart->own().first(), 7);
        m.workspace().undoStack().undo();
        QCOMPARE(chart->own().mid(0, 3), (QList<int>{0, 2, 1}));
        m.workspace().undoStack().redo();
        QTest::mouseClick(audit.compareButton(), Qt::LeftButton);
        const Agreement found = agreementOf(chart->own(), m.drawing().byClip());
        QVERIFY(audit.verdict().startsWith(QStringLiteral("You and CLIP agree on %1 of 28").arg(found.agreed)));
        QVERIFY(audit.findChild<QLabel *>(QStringLiteral("verdict"))->toolTip().contains(QStringLiteral("28")));
        const QStringList faults = test::accessibilityFaults(&audit);
        QVERIFY2(faults.isEmpty(), qPrintable(faults.join(u'\n')));
    }

    void theAuditShowsThatItWorks()
    {
        m.page->showPart(GeneratePage::Audit);
        m.fake().hold = true;
        QTest::mouseClick(auditBegin(), Qt::LeftButton);
        QVERIFY(!auditBegin());
        auto *busy = m.page->audit().findChild<BusyStrip *>();
        QTRY_VERIFY(busy->isVisible()); // after half a second
        m.grab("audit-busy");
        QTest::mouseClick(busy->findChild<QPushButton *>(), Qt::LeftButton); // Cancel
        QTRY_VERIFY(m.settled());
        QVERIFY(!busy->isVisible() && auditBegin());
        m.fake().hold = false;
        QTest::mouseClick(auditBegin(), Qt::LeftButton); // changes no parameter, and draws nevertheless
        QTRY_COMPARE(m.page->audit().chart()->own().size(), 8);
    }

    void theAuditSaysWhatIsWrong()
    {
        m.page->showPart(GeneratePage::Audit);
        m.fake().fail = true;
        QTest::mouseClick(auditBegin(), Qt::LeftButton);
        const ErrorCard *card = m.page->audit().error();
        QTRY_VERIFY(card->isVisible());
        QVERIFY2(card->message().contains(QStringLiteral("damaged")), qPrintable(card->message()));
        m.grab("audit-error");
        m.fake().fail = false;
        QTest::mouseClick(auditBegin(), Qt::LeftButton);
        QVERIFY(!card->isVisible());
        QTRY_COMPARE(m.page->audit().chart()->own().size(), 8);
        QVERIFY(m.page->errorText().isEmpty());
    }

    void theQueueDrawsOneAfterTheOther()
    {
        PromptQueue &queue = m.page->queue();
        m.page->showPart(GeneratePage::Queue);
        m.grab("queue-empty");
        queue.setPaused(true);
        for (const char *prompt : {"a cat", "a dog", "an owl"}) {
            m.edit([&](Parameters &p) {
                p.prompt = QLatin1String(prompt);
                p.count = 2;
            });
            m.page->addToQueue();
        }
        QTRY_VERIFY(m.settled()); // the page draws what it shows besides
        QCOMPARE(queue.waiting(), 3);
        QVERIFY(!m.page->queueView().downButton()->isEnabled()); // nothing is chosen
        QVERIFY(m.page->queueView().list()->item(0)->text().contains(QStringLiteral("seed 1")));
        m.page->queueView().list()->setCurrentRow(2);
        QTest::mouseClick(m.page->queueView().upButton(), Qt::LeftButton);
        QCOMPARE(queue.entries()[1].parameters.prompt, QStringLiteral("an owl"));
        QTest::mouseClick(m.page->queueView().pauseButton(), Qt::LeftButton);
        QTRY_COMPARE(queue.waiting(), 0);
        QTRY_VERIFY(!queue.isDrawing());
        for (const PromptQueue::Entry &entry : queue.entries()) {
            QVERIFY(entry.stage == PromptQueue::Stage::Done);
            QCOMPARE(entry.drawing.samples.size(), 2);
        }
        const QStringList faults = test::accessibilityFaults(&m.page->queueView());
        QVERIFY2(faults.isEmpty(), qPrintable(faults.join(u'\n')));
        m.grab("queue-done");
        QVERIFY(m.page->queueView().countText().endsWith(QStringLiteral("all drawn")));
        QVERIFY(m.page->queueView().list()->item(0)->text().contains(QStringLiteral("10 steps")));
        const int asked = m.fake().asked();
        Q_EMIT m.page->queueView().list()->itemActivated(m.page->queueView().list()->item(0));
        QTRY_VERIFY(m.settled());
        QCOMPARE(m.prompt(), QStringLiteral("a cat"));
        QCOMPARE(m.page->part(), GeneratePage::Pictures);
        QCOMPARE(m.fake().asked(), asked); // its pictures are there
    }

    void aStoppedEntryKeepsItsPicturesAndAFailedOneSaysWhy()
    {
        PromptQueue &queue = m.page->queue();
        m.fake().hold = true;
        const quint64 first = queue.add({.prompt = QStringLiteral("a cat"), .count = 1});
        const quint64 second = queue.add({.prompt = QStringLiteral("a cat"), .count = 1}); // the same once more
        QTRY_VERIFY(!queue.find(first)->drawing.isEmpty() && queue.find(first)->drawing.samples[0]->looks.size() > 5);
        QVERIFY(queue.stopCurrent());
        QVERIFY(queue.find(first)->stage == PromptQueue::Stage::Stopped);
        QCOMPARE(queue.find(first)->drawing.samples.size(), 1);
        QVERIFY(queue.find(second)->stage == PromptQueue::Stage::Drawing);
        m.fake().hold = false;
        QTRY_VERIFY(queue.find(second)->stage == PromptQueue::Stage::Done);
        m.fake().fail = true;
        const quint64 third = queue.add({.prompt = QStringLiteral("a dog")});
        QTRY_VERIFY(queue.find(third)->stage == PromptQueue::Stage::Failed);
        QVERIFY(queue.find(third)->error.contains(QStringLiteral("damaged")));
        QCOMPARE(queue.add({.prompt = QStringLiteral("  ")}), quint64(0));
    }

    void twoHundredPromptsCancelledAndReorderedAtRandom()
    {
        PromptQueue &queue = m.page->queue();
        std::mt19937 random(5);
        for (int i = 0; i < 200; ++i)
            queue.add({.prompt = QStringLiteral("thing %1").arg(i), .count = 1});
        for (int i = 0; i < 300 && !queue.entries().isEmpty(); ++i) {
            const auto &entries = queue.entries();
            const quint64 id = entries[qsizetype(random() % std::size_t(entries.size()))].id;
            switch (random() % 4) {
            case 0:
                queue.move(id, int(random() % 200));
                break;
            case 1:
                queue.remove({id});
                break;
            case 2:
                queue.stopCurrent();
                break;
            default:
                queue.setPaused(!queue.isPaused());
            }
            if (i % 10 == 0)
                QTest::qWait(1);
        }
        queue.setPaused(false);
        QTRY_VERIFY_WITH_TIMEOUT(queue.waiting() == 0 && !queue.isDrawing(), 60000);
        for (const PromptQueue::Entry &entry : queue.entries()) {
            const bool done = entry.stage == PromptQueue::Stage::Done;
            QVERIFY(done || entry.stage == PromptQueue::Stage::Stopped);
            QVERIFY(!done || entry.drawing.parameters.prompt == entry.parameters.prompt);
        }
    }

    void moreLikeThisBeginsWithThePicture()
    {
        m.page->openDetail(1);
        m.page->moreLikeThis();
        QTRY_VERIFY(m.settled());
        const generate::GenerateRequest asked = m.fake().last();
        QCOMPARE(asked.image.pixels.width, 64);
        QCOMPARE(asked.strength, 0.6);
        StartStrip &strip = m.page->startStrip();
        QVERIFY(strip.isVisible() && !m.page->isDetailOpen());
        const QLabel *caption = nullptr;
        for (const QLabel *label : strip.findChildren<QLabel *>())
            if (label->buddy() == strip.strength())
                caption = label;
        m.grab("strip");
        QVERIFY(caption && strip.strength()->x() - caption->geometry().right() < 20); // beside its slider
        m.workspace().undoStack().undo();                                             // one step
        QVERIFY(!strip.isVisible());
        m.workspace().undoStack().redo();
        QTest::mouseClick(strip.clearButton(), Qt::LeftButton);
        QVERIFY(m.state().parameters().image.isNull());
        QTRY_VERIFY(m.settled());
        QVERIFY(m.fake().asked() == 2); // begun with noise: that was drawn before
    }

    void anyPictureIsFittedToBeginWith()
    {
        QImage wide(300, 100, QImage::Format_RGB32);
        wide.fill(Qt::red);
        const QList<ItemId> ids = m.workspace().add(QList<Item>{pictureItem(wide, QStringLiteral("wide"))});
        m.page->take(ids);
        QTRY_VERIFY(m.settled());
        const QImage begun = m.state().parameters().image;
        QCOMPARE(begun.size(), QSize(64, 64));
        QCOMPARE(begun.pixelColor(32, 32), QColor(Qt::red));
        QCOMPARE(begun.pixelColor(32, 2), QColor(Qt::white));
    }

    void whatIsPaintedOverIsDrawnAnew()
    {
        m.page->openDetail(0);
        m.page->paintOver();
        MaskPad &pad = m.page->maskPad();
        QVERIFY(pad.isVisible());
        QVERIFY(pad.mask().isNull());
        SketchCanvas *canvas = pad.canvas();
        QTest::mousePress(canvas, Qt::LeftButton, {}, canvas->toWidget({100, 100}).toPoint());
        for (int i = 0; i <= 20; ++i)
            QTest::mouseMove(canvas, canvas->toWidget({100.0 + 10 * i, 100}).toPoint());
        QTest::mouseRelease(canvas, Qt::LeftButton, {}, canvas->toWidget({300, 100}).toPoint());
        m.grab("paint");
        const QImage mask = pad.mask();
        QCOMPARE(mask.size(), QSize(64, 64));
        QCOMPARE(qGray(mask.pixel(200 * 64 / 384, 100 * 64 / 384)), 255);
        QCOMPARE(qGray(mask.pixel(32, 60)), 0);
        const QStringList faults = test::accessibilityFaults(&pad);
        QVERIFY2(faults.isEmpty(), qPrintable(faults.join(u'\n')));
        QTest::mouseClick(pad.doneButton(), Qt::LeftButton);
        QTRY_VERIFY(m.settled());
        const generate::GenerateRequest asked = m.fake().last();
        QCOMPARE(asked.mask.pixels.width, 64);
        QCOMPARE(asked.image.pixels.width, 64);
        QVERIFY(!pad.isVisible());
        m.page->paintOver(); // the same mask, to be changed
        QCOMPARE(pad.mask(), mask);
        QVERIFY(m.page->cancel());
        QVERIFY(!pad.isVisible());
    }

    void aFailureIsShownWithItsReasonAndUndoneInOneStep()
    {
        m.edit([](Parameters &p) { p.count = 9; }); // so that more than the prompt changes
        QTRY_VERIFY(m.settled());
        m.page->showPart(GeneratePage::Failures);
        QTest::qWait(20); // laid out
        m.grab("failures");
        QTest::mouseClick(m.page->findChild<QPushButton *>(QStringLiteral("failure-five")), Qt::LeftButton);
        QTRY_VERIFY(m.settled());
        QCOMPARE(m.fake().last().prompt, std::string("five stars"));
        auto *story = m.page->findChild<QLabel *>(QStringLiteral("story"));
        QVERIFY(story->isVisible() && story->text().startsWith(QStringLiteral("Five of something")));
        m.workspace().undoStack().undo();
        QCOMPARE(m.prompt(), GenerateState::firstPrompt());
        QVERIFY(!story->isVisible());
        QCOMPARE(preparedFailures().size(), 3);
        m.page->showFailure(preparedFailures()[0]);
        QVERIFY(story->isVisible() && story->text().startsWith(preparedFailures()[0].title));
        m.edit([](Parameters &p) { p.prompt.clear(); });
        QVERIFY(!story->isVisible());
    }

    void theTourPlaysToItsEnd()
    {
        int played = 0;
        for (const TourStep &step : m.page->tourSteps()) {
            if (step.name == QLatin1String("generate-restored"))
                continue; // dropping files is the window's
            if (step.act)
                step.act();
            if (step.done)
                QTRY_VERIFY2_WITH_TIMEOUT(step.done(), qPrintable(step.name), 30000);
            ++played;
        }
        QVERIFY(played >= 8);
    }

    void lessonsPlayThePage()
    {
        act("prompt", QStringLiteral("a green owl"));
        act("method", QStringLiteral("tokens"));
        act("count", 3);
        act("seed", 7);
        act("temperature", 0.7);
        act("rerank", true);
        const generate::GenerateRequest asked = m.fake().last();
        QCOMPARE(asked.model, std::string(generate::kTokensModel));
        QCOMPARE(asked.count, 3);
        QCOMPARE(asked.seed, std::uint64_t(7));
        QCOMPARE(asked.temperature, 0.7);
        QCOMPARE(play().trouble(), QString());
        Readings readings = play().readings();
        QCOMPARE(readings[QString()]["pictures"], 3.0);
        QCOMPARE(readings["picture 2"]["score"], test::fakeScore(8));
        QCOMPARE(play().numberText("score", 0.2512), QStringLiteral("0.251"));
        readings["picture 2"]["score"] = 0.5;
        play().showReadings(readings);
        QCOMPARE(play().readings()["picture 2"]["score"], 0.5);
        act("seed", 8);
        QCOMPARE(play().readings()["picture 1"]["score"], test::fakeScore(8)); // its own again
        act("inside", 2);
        QVERIFY(m.page->isDetailOpen());
        const QJsonObject view = play().view();
        act("inside", 0);
        act("view", QStringLiteral("duel"));
        play().setView(view);
        QVERIFY(m.page->isDetailOpen() && m.page->part() == GeneratePage::Pictures);
        play().setView({});
        QVERIFY(!m.page->isDetailOpen());
        for (const QString &name : play().controls())
            QVERIFY2(play().control(name), qPrintable(name));
    }

    void lessonsAreRefusedWhatMakesNoSense()
    {
        for (const auto &[action, value] :
             std::initializer_list<std::pair<const char *, QJsonValue>>{{"prompt", " "},
                                                                        {"method", "magic"},
                                                                        {"count", 0},
                                                                        {"count", 10000},
                                                                        {"count", 2.5},
                                                                        {"seed", -1},
                                                                        {"scale", 0},
                                                                        {"temperature", "hot"},
                                                                        {"steps", 0},
                                                                        {"rerank", 1},
                                                                        {"view", "sky"},
                                                                        {"fly", true}})
            QVERIFY2(!play().refusal(QLatin1String(action), value).isEmpty(), action);
        m.fake().fail = true;
        play().act(QStringLiteral("seed"), 99);
        QVERIFY(!play().settled());
        QTRY_VERIFY(play().settled());
        QVERIFY(play().trouble().contains(QStringLiteral("damaged")));
    }

    void photographsBeginUpright()
    {
        QImage lying(128, 64, QImage::Format_RGB32); // left red, right blue; shown turned: red above
        for (int x = 0; x < 128; ++x)
            for (int y = 0; y < 64; ++y)
                lying.setPixelColor(x, y, x < 64 ? Qt::red : Qt::blue);
        QByteArray jpeg;
        QBuffer buffer(&jpeg);
        QVERIFY(buffer.open(QIODevice::WriteOnly) && lying.save(&buffer, "JPG", 95));
        static constexpr unsigned char exif[] = {0xFF, 0xE1, 0, 34, 'E', 'x', 'i', 'f', 0,    0, 'I', 'I',
                                                 42,   0,    8, 0,  0,   0,   1,   0,   0x12, 1, 3,   0,
                                                 1,    0,    0, 0,  6,   0,   0,   0,   0,    0, 0,   0};
        jpeg.insert(2, QByteArray(reinterpret_cast<const char *>(exif), sizeof exif));
        const QTemporaryDir folder;
        const QString path = folder.filePath(QStringLiteral("photo.jpg"));
        QFile file(path);
        QVERIFY(file.open(QIODevice::WriteOnly) && file.write(jpeg) == jpeg.size());
        file.close();
        m.page->take(m.workspace().add(QList<Item>{fileItem(path)}));
        const QImage begun = m.state().parameters().image; // 32 × 64 in the middle
        QVERIFY(begun.pixelColor(32, 8).red() > 200 && begun.pixelColor(32, 8).blue() < 60);
        QVERIFY(begun.pixelColor(32, 56).blue() > 200 && begun.pixelColor(32, 56).red() < 60);
    }

    void aPictureForAModelThatIsNotKnownYetKeepsItsDetail()
    {
        m.edit([](Parameters &p) { p.model = QStringLiteral("/models/large"); }); // its description is on the way
        QImage wide(300, 100, QImage::Format_RGB32);
        wide.fill(Qt::red);
        m.page->take(m.workspace().add(QList<Item>{pictureItem(wide, QStringLiteral("wide"))}));
        QCOMPARE(m.state().parameters().image.size(), QSize(300, 300));
    }
};

QTEST_MAIN(GenerateViewsTest)
#include "generate_views_test.moc"
