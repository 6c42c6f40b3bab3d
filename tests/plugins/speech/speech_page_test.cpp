// SPDX-License-Identifier: Apache-2.0
// The page "Speech" as its user sees it, on a fake engine.
#include "orrery/live_rows.h"
#include "plugins/speech/view/failures.h"
#include "plugins/speech/view/level_meter.h"
#include "plugins/speech/view/live_figures.h"
#include "plugins/speech/view/recording_drag.h"
#include "plugins/speech/view/unit_chart.h"
#include "tests/plugins/speech/speech_fixture.h"

#include <QButtonGroup>
#include <QCheckBox>
#include <QComboBox>
#include <QLabel>
#include <QListWidget>
#include <QMimeData>
#include <QPushButton>
#include <QSignalSpy>
#include <QTabBar>
#include <QTemporaryDir>

using namespace orrery;
using namespace orrery::speech;
using orrery::test::FakeSpeech;
using orrery::test::SpeechFixture;

class SpeechPageTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { SpeechFixture::prepare(); }
    void init() { FakeSpeech::instance().reset(); }
    void cleanup()
    {
        Theme::instance().setPresenting(false);
        m.close();
        QTRY_COMPARE(fake().listening.load(), 0); // whatever a test did: no microphone stays on
    }

    void itOpensWithItsSentenceAndUnits()
    {
        m.open();
        QTRY_VERIFY(m.settled());
        QCOMPARE(m.current().item, m.page->recordings().exampleId());
        QCOMPARE(m.timeline().sound().endSeconds(), 1.5);
        QCOMPARE(int(m.timeline().units().end()), 75);
        for (int frame : {0, 10, 74})
            QCOMPARE(m.timeline().units().at(frame).unit, test::fakeUnit(kUnitsModel, 100, frame));
        QCOMPARE(m.view().errorText(), QString());
        QVERIFY(!m.view().microphoneOn());
        QCOMPARE(fake().listening.load(), 0);
        m.grab("open");
    }

    void presentedOnALowPageTheSoundHasTheRoom()
    {
        m.open();
        QTRY_VERIFY(m.settled());
        QVERIFY(m.view().statistics().isVisible());
        Theme::instance().setPresenting(true);
        m.page->resize(880, 574); // of a window of 1024 × 700
        QTRY_VERIFY(!m.view().statistics().isVisible());
        QVERIFY(m.timeline().isVisible());
        m.page->resize(880, 1000);
        QTRY_VERIFY(m.view().statistics().isVisible());
        m.page->resize(880, 574);
        Theme::instance().setPresenting(false);
        QTRY_VERIFY(m.view().statistics().isVisible());
    }

    void theSentenceRunsThroughTheModel()
    {
        m.open(true);
        // While it runs the newest units may still change, and the line moves.
        QTRY_VERIFY(!m.timeline().units().empty() && m.timeline().cursor() > 0);
        const UnitTrack running = m.timeline().units();
        QVERIFY(!running.at(running.end() - 1).settled);
        m.grab("running");
        QTRY_VERIFY(m.settled());
        for (std::int64_t frame = 0; frame < 75; ++frame)
            QVERIFY(m.timeline().units().at(frame).settled);
        QCOMPARE(fake().listening.load(), 0); // no microphone in it
    }

    void theMicrophoneIsOffUntilClicked()
    {
        m.open();
        QTRY_VERIFY(m.settled());
        QCOMPARE(fake().listening.load(), 0);
        m.view().microphoneButton().click();
        QTRY_COMPARE(fake().listening.load(), 1);
        QVERIFY(m.view().microphoneOn());
        QVERIFY(m.timeline().streaming());
        // Provisional first, settled 200 ms later, some of them changed.
        QTRY_VERIFY(m.timeline().units().end() > 30);
        const UnitTrack live = m.timeline().units();
        QVERIFY(!live.at(live.end() - 1).settled);
        QVERIFY(live.at(10).settled);
        QCOMPARE(live.at(10).unit, test::fakeUnit(kUnitsModel, 100, 10));
        QTRY_VERIFY(m.view().figures().text(LiveFigures::Device).contains(QLatin1String("11")));
        QVERIFY(m.view().figures().text(LiveFigures::Model).contains(QLatin1String("33")));
        QVERIFY(m.view().figures().text(LiveFigures::Lost).contains(QLatin1Char('2')));
        QVERIFY(m.view().meter().held() > 0.5);
        m.grab("microphone");
        m.view().microphoneButton().click();
        QTRY_COMPARE(fake().listening.load(), 0);
        QVERIFY(!m.timeline().streaming());
    }

    void nothingIsKeptWithoutKeep()
    {
        m.open();
        QTRY_VERIFY(m.settled());
        const auto before = m.host->workspace().items().size();
        speak();
        QVERIFY(m.view().hasTake());
        QCOMPARE(m.host->workspace().items().size(), before);
        m.page->findChild<QPushButton *>(QStringLiteral("discard"))->click();
        QTRY_VERIFY(m.settled());
        QCOMPARE(m.timeline().sound().endSeconds(), 1.5); // the example is back
        QCOMPARE(m.host->workspace().items().size(), before);

        speak();
        const double seconds = m.timeline().sound().endSeconds();
        m.view().keepButton().click();
        QCOMPARE(m.host->workspace().items().size(), before + 1);
        QCOMPARE(m.host->workspace().tray().size(), 1);
        const Item kept = m.host->workspace().item(m.host->workspace().tray().first());
        QCOMPARE(double(kept.sound.size()) / kSoundRate, seconds);
        QTRY_VERIFY(m.settled() && m.current().item == kept.id);
        m.host->workspace().undoStack().undo();
        QTRY_COMPARE(m.current().item, m.page->recordings().exampleId());
    }

    void leavingThePageTurnsTheMicrophoneOff()
    {
        m.open();
        QTRY_VERIFY(m.settled());
        m.view().toggleMicrophone();
        QTRY_COMPARE(fake().listening.load(), 1);
        m.page->hidden();
        QTRY_COMPARE(fake().listening.load(), 0);
        m.view().toggleMicrophone();
        QTRY_COMPARE(fake().listening.load(), 1);
        m.page->showPart(QStringLiteral("fails")); // another tab hides the red dot, too
        QTRY_COMPARE(fake().listening.load(), 0);
    }

    void aLostMicrophoneAndClippingAreSaid()
    {
        m.open();
        QTRY_VERIFY(m.settled());
        fake().peak = 1.0f;
        m.view().toggleMicrophone();
        QTRY_VERIFY(says("Clipping"));
        fake().deviceLost = true;
        QTRY_VERIFY(says("The microphone is gone"));
        fake().deviceLost = false;
        fake().peak = 0.3f;
        QTRY_VERIFY(says("ALSA/desk"));
    }

    void playingTurnsTheMicrophoneOff()
    {
        m.open();
        QTRY_VERIFY(m.settled());
        m.view().toggleMicrophone();
        QTRY_COMPARE(fake().listening.load(), 1);
        m.page->player().play({{m.current().item, m.current().samples, 0, 0.5}});
        QTRY_COMPARE(fake().listening.load(), 0);
        QTRY_COMPARE(fake().playing.load(), 0);
    }

    void spacePlaysAndTheLineMoves()
    {
        m.open();
        QTRY_VERIFY(m.settled());
        m.timeline().setFocus();
        QTest::keyClick(&m.timeline(), Qt::Key_Space);
        QTRY_VERIFY(m.timeline().cursor() > 0.1);
        QVERIFY(m.page->player().isPlaying());
        QTest::keyClick(&m.timeline(), Qt::Key_Space);
        QVERIFY(!m.page->player().isPlaying());
        const double at = m.timeline().cursor();
        QVERIFY(at > 0.1);
        QTest::keyClick(&m.timeline(), Qt::Key_Space); // goes on from there
        QTRY_COMPARE(played().size(), std::size_t(2));
        QCOMPARE(played()[1].fromSeconds, at);
        QTRY_VERIFY(!m.page->player().isPlaying());
        QCOMPARE(m.timeline().cursor(), -1.0); // at the end it goes away
    }

    void aPageThatIsGonePlaysNothing()
    {
        m.open();
        QTRY_VERIFY(m.settled());
        const auto minute = std::make_shared<const std::vector<float>>(std::size_t(60 * kSoundRate));
        m.page->player().play({{{}, minute, 0, 0}});
        QTRY_COMPARE(fake().playing.load(), 1);
        m.inspector.reset();
        m.page.reset(); // reloaded, or disabled
        QTRY_COMPARE(fake().playing.load(), 0);
        QCOMPARE(fake().heard.load(), 0); // not to its end
    }

    void aPageThatIsGoneComputesNothing()
    {
        m.open();
        QTRY_VERIFY(m.settled());
        fake().hold = true;
        m.drop(QStringLiteral("other.wav"));
        QTRY_COMPARE(asked().size(), std::size_t(2)); // its units are being computed
        m.drop(QStringLiteral("held.wav"));           // and this one is being read
        QVERIFY(!m.engineRests());
        m.inspector.reset();
        m.page.reset(); // reloaded, or disabled
        QTRY_VERIFY(m.engineRests());
    }

    void theCodebookIsSwitchedOnTheSameSound()
    {
        m.open();
        QTRY_VERIFY(m.settled());
        m.view().selectUnit(3);
        inspector().codebooks().button(50)->click();
        QTRY_VERIFY(m.settled() && m.current().units->kind.codebook == 50);
        QCOMPARE(m.timeline().units().at(70).unit, test::fakeUnit(kUnitsModel, 50, 70));
        QCOMPARE(m.timeline().selectedUnit(), UnitTrack::kNone); // 3 means something else now
        const auto computed = asked().size();
        inspector().codebooks().button(100)->click();
        QTRY_VERIFY(m.settled() && m.current().units->kind.codebook == 100);
        QCOMPARE(asked().size(), computed); // it was known
        m.host->workspace().undoStack().undo();
        QTRY_VERIFY(m.settled() && m.current().units->kind.codebook == 50);
    }

    void whatAModelReadsStandsUnderItsUnits()
    {
        m.open();
        QTRY_VERIFY(m.settled());
        QVERIFY(m.timeline().words().empty()); // HuBERT has no head that reads
        inspector().models().button(2)->click();
        QTRY_VERIFY(m.settled() && m.current().units->kind.model == QLatin1String(kWav2VecModel));
        QCOMPARE(int(m.timeline().words().size()), 2);
        QCOMPARE(m.timeline().words()[1].text, QStringLiteral("əʊ"));
        QCOMPARE(m.timeline().words()[1].seconds, 0.4);
        m.grab("phones");
        inspector().models().button(0)->click();
        QTRY_VERIFY(m.settled() && m.timeline().words().empty());
    }

    void aModelHearsInCoarserNumbersWhenAsked()
    {
        m.open();
        QTRY_VERIFY(m.settled());
        QVERIFY(asked().back().precision == Precision::Exact);
        QTRY_VERIFY(inspector().fast().isEnabled());
        inspector().fast().click();
        QTRY_VERIFY(m.settled() && m.current().units->kind.fast);
        QVERIFY(asked().back().precision == Precision::Fast);
        m.host->workspace().undoStack().undo();
        QTRY_VERIFY(m.settled() && !m.current().units->kind.fast && !inspector().fast().isChecked());
        inspector().models().button(1)->click();
        QTRY_VERIFY(!inspector().fast().isEnabled()); // the shape of a spectrum costs nothing
    }

    void mfccIsTheBaselineAndHasOneSize()
    {
        m.open();
        QTRY_VERIFY(m.settled());
        inspector().models().button(1)->click();
        QTRY_VERIFY(m.settled() && m.current().units->kind.model == QLatin1String(kMfcc));
        QCOMPARE(m.timeline().units().at(0).unit, test::fakeUnit(kMfcc, 100, 0));
        QTRY_VERIFY(!inspector().codebooks().button(50)->isEnabled());
        QVERIFY(inspector().codebooks().button(100)->isEnabled());
    }

    void withoutTheModelItSaysSoAndOffersTheBaseline()
    {
        fake().missing = true;
        m.open();
        QTRY_VERIFY(m.view().errorText().contains(QLatin1String("not installed")));
        QTRY_VERIFY(m.timeline().spectrogramColumns() > 0); // the sound is there all the same
        m.grab("missing");
        const auto mfcc = [this]() -> QPushButton * {
            for (QPushButton *button : m.page->findChildren<QPushButton *>())
                if (button->text().contains(QLatin1String("MFCC")) && button->isVisible())
                    return button;
            return nullptr;
        };
        QTRY_VERIFY(mfcc()); // the card is laid out a moment after it has its words
        mfcc()->click();
        QTRY_VERIFY(m.settled());
        QCOMPARE(m.view().errorText(), QString());
    }

    void whatWasStoppedIsSaidAndTriedAgain()
    {
        fake().hold = true;
        m.open();
        QTRY_COMPARE(asked().size(), std::size_t(1));
        QVERIFY(m.view().isBusy());
        QVERIFY(m.page->cancel());
        QTRY_VERIFY2(m.view().errorText().startsWith(QLatin1String("Stopped")), qPrintable(m.view().errorText()));
        QVERIFY(!m.view().isBusy());
        m.grab("stopped");
        fake().hold = false;
        const auto again = [this]() -> QPushButton * {
            for (QPushButton *button : m.view().findChildren<QPushButton *>())
                if (button->text() == QLatin1String("Try again") && button->isVisible())
                    return button;
            return nullptr;
        };
        QTRY_VERIFY(again());
        again()->click();
        QCOMPARE(m.view().errorText(), QString());
        QTRY_VERIFY(m.settled());
        QCOMPARE(asked().size(), std::size_t(2));
    }

    void whatCouldNotBeHadIsAskedForAgainInAnotherCodebookAndBack()
    {
        m.open();
        QTRY_VERIFY(m.settled());
        fake().missing = true;
        m.page->recordings().setCodebook(50);
        QTRY_VERIFY(m.view().errorText().contains(QLatin1String("not installed")));
        fake().missing = false;
        m.page->recordings().setCodebook(100);
        QTRY_VERIFY(m.settled());
        QCOMPARE(m.view().errorText(), QString());
        m.page->recordings().setCodebook(50);
        QTRY_VERIFY(m.settled() && m.current().units->kind.codebook == 50);
    }

    void badFilesAreSaidInASentence_data()
    {
        QTest::addColumn<QString>("file");
        QTest::addColumn<QString>("error");
        QTest::addColumn<QString>("note");
        QTest::addRow("unreadable") << "broken.wav"
                                    << "no sound that can be read"
                                    << "";
        QTest::addRow("empty") << "empty.wav"
                               << "it is empty"
                               << "";
        QTest::addRow("silent") << "silent.wav"
                                << ""
                                << "nothing to hear";
        QTest::addRow("clipped") << "clipped.wav"
                                 << ""
                                 << "Clipped in";
        QTest::addRow("damaged") << "damaged.wav"
                                 << ""
                                 << "ends early";
    }
    void badFilesAreSaidInASentence()
    {
        QFETCH(QString, file);
        QFETCH(QString, error);
        QFETCH(QString, note);
        m.open();
        QTRY_VERIFY(m.settled());
        m.drop(file);
        if (error.isEmpty())
            QTRY_VERIFY(m.settled());
        else
            QTRY_VERIFY(!m.view().errorText().isEmpty());
        QVERIFY2(error.isEmpty() ? m.view().errorText().isEmpty() : m.view().errorText().contains(error),
                 qPrintable(m.view().errorText()));
        QVERIFY2(m.view().noteText().contains(note), qPrintable(m.view().noteText()));
        QCOMPARE(m.view().recordingTabs().count(), 2);
        if (!error.isEmpty()) { // and nothing that was counted in the sound before stands under it
            QVERIFY(m.timeline().units().empty());
            QCOMPARE(m.page->findChild<QLabel *>(QStringLiteral("summary"))->text(), QString());
        }
        m.view().recordingTabs().setCurrentIndex(0); // the example is as it was
        QTRY_VERIFY(m.settled());
        QCOMPARE(m.view().errorText(), QString());
        QVERIFY(m.timeline().isVisible() && m.view().statistics().isVisible());
    }

    void aUnitIsChosenAndHeard()
    {
        m.open();
        QTRY_VERIFY(m.settled());
        m.drop(QStringLiteral("other.wav"));
        QTRY_VERIFY(m.settled() && m.current().item != m.page->recordings().exampleId());
        UnitChart &histogram = m.view().statistics().histogram();
        QVERIFY(histogram.bars().size() > 3);
        const int unit = histogram.bars()[0].unit;
        QTest::mouseClick(&histogram, Qt::LeftButton, {}, histogram.barRect(0).center().toPoint());
        QCOMPARE(m.timeline().selectedUnit(), unit);
        // It stands in both sounds, since they are alike.
        const QList<Occurrence> places = m.view().statistics().occurrences();
        QCOMPARE(places.size(), 2);
        QVERIFY(places[0].item != places[1].item);
        QCOMPARE(places[0].item, m.current().item);
        m.grab("chosen");
        m.view().statistics().hearButton().click();
        QTRY_COMPARE(fake().heard.load(), 2); // each to its end, though the second is in another recording
        QCOMPARE(m.current().item, places[1].item);
        QVERIFY(played()[0].fromSeconds <= places[0].from && played()[0].toSeconds >= places[0].to);
        QTRY_VERIFY(!m.page->player().isPlaying());
        QVERIFY(m.page->cancel()); // Esc lets go of the unit
        QCOMPARE(m.timeline().selectedUnit(), UnitTrack::kNone);
    }

    void devicesAreChosenByNameAndSystem()
    {
        m.open();
        QTRY_VERIFY(m.settled());
        QTRY_COMPARE(inspector().inputs().count(), 3);
        QCOMPARE(inspector().inputs().itemText(2), QStringLiteral("Booth (JACK)"));
        QCOMPARE(inspector().outputs().count(), 2);
        inspector().inputs().setCurrentIndex(2);
        Q_EMIT inspector().inputs().activated(2);
        m.view().toggleMicrophone();
        QTRY_COMPARE(fake().listening.load(), 1);
        const std::lock_guard lock(fake().mutex);
        QCOMPARE(QString::fromStdString(fake().streams.back().device), QStringLiteral("JACK/booth"));
    }

    void aSoundAloneIsNamedBesideItsFigures()
    {
        m.open();
        QTRY_VERIFY(m.settled());
        const auto *summary = m.page->findChild<QLabel *>(QStringLiteral("summary"));
        QVERIFY2(summary->text().startsWith(u'“' + m.current().name + u'”'), qPrintable(summary->text()));
    }

    void framesGoToTheMapWithTheirUnits()
    {
        m.open();
        QTRY_VERIFY(m.settled());
        m.page->findChild<QPushButton *>(QStringLiteral("showOnMap"))->click();
        QTRY_COMPARE(m.host->pages.value(m.host->pages.size() - 1), QStringLiteral("orrery.embedding-map"));
        QCOMPARE(m.host->sent.size(), 75);
        const Item item = m.host->workspace().item(m.host->sent[40]);
        QVERIFY(item.kind == ItemKind::Array);
        QCOMPARE(item.values.size(), 4);
        QCOMPARE(item.trueLabel, QStringLiteral("unit %1").arg(test::fakeUnit(kUnitsModel, 100, 40)));
        QCOMPARE(item.recipe.value(QStringLiteral("collection")).toString(),
                 QStringLiteral("Frames of ") + m.current().name);
        m.host->workspace().undoStack().undo();
        QVERIFY(!m.host->workspace().contains(item.id));
    }

    void severalSoundsAreDroppedAndDraggedOut()
    {
        m.open();
        QTRY_VERIFY(m.settled());
        QList<Item> items;
        for (const char *name : {"one.wav", "two.flac", "three.ogg"}) {
            Item item;
            item.kind = ItemKind::Sound;
            item.path = QStringLiteral("/sounds/") + QLatin1String(name);
            item.name = QLatin1String(name);
            items.append(item);
        }
        m.page->take(m.host->workspace().add(items));
        QCOMPARE(m.view().recordingTabs().count(), 4);
        QTRY_VERIFY(m.settled() && m.current().name == QStringLiteral("three.ogg"));
        for (const Recording &recording : m.page->recordings().all())
            QTRY_VERIFY(m.page->recordings().recording(recording.item).units);

        auto samples = std::make_shared<std::vector<float>>(16000, 0.25F);
        const ItemId kept = m.page->recordings().keep(QStringLiteral("Mine"), samples, {});
        RecordingDrag &drag = *m.view().recordingTabs().findChild<RecordingDrag *>();
        const std::unique_ptr<QMimeData> mine(drag.mimeOf(kept));
        QCOMPARE(mine->urls().size(), 1);
        QVERIFY(mine->urls().first().toLocalFile().endsWith(QStringLiteral("/Mine.wav")));
        QCOMPARE(QFileInfo(mine->urls().first().toLocalFile()).size(), 44 + 32000);
        const std::unique_ptr<QMimeData> example(drag.mimeOf(m.page->recordings().exampleId()));
        QVERIFY(QFileInfo::exists(example->urls().first().toLocalFile()));
        QVERIFY(!drag.mimeOf(ItemId::createUuid()));
    }

    void whatIsHeardFollowsOnTheMap()
    {
        m.open();
        QTRY_VERIFY(m.settled());
        LiveRows &live = LiveRows::of(m.host->workspace());
        QList<LiveRows::Row> rows;
        QObject::connect(&live, &LiveRows::came, this, [&](const auto &more) { rows += more; });
        auto *follow = m.page->findChild<QPushButton *>(QStringLiteral("followOnMap"));
        follow->click(); // no such page: said, and nothing is on
        QVERIFY(!live.isOn() && !follow->isChecked());
        QCOMPARE(m.host->notes.size(), 1);

        m.host->otherPages = {QStringLiteral("orrery.embedding-map")};
        follow->click();
        QVERIFY(live.isOn() && follow->isChecked());
        QCOMPARE(m.host->pages.last(), QStringLiteral("beside:orrery.embedding-map"));
        QCOMPARE(live.kind().name, QStringLiteral("HuBERT"));
        QVERIFY(m.page->isMapPending()); // no map of frames was there yet
        QTRY_COMPARE(m.host->sent.size(), 75);
        QCOMPARE(fake().listening.load(), 0); // following turns no microphone on

        m.view().toggleMicrophone();
        QTRY_VERIFY(rows.size() > 60);
        QCOMPARE(live.kind().layer, 4);
        m.view().stopListening();
        for (qsizetype i = 0; i < rows.size(); ++i) { // each frame once, in order
            QCOMPARE(rows[i].values,
                     (QList<float>{float(4 * i), float(4 * i + 1), float(4 * i + 2), float(4 * i + 3)}));
            QCOMPARE(rows[i].label, QStringLiteral("unit %1").arg(test::fakeUnit(kUnitsModel, 100, i)));
        }
        m.view().discardTake();
        m.page->recordings().setModel(QLatin1String(kMfcc)); // those who show are told
        QCOMPARE(live.kind().name, QStringLiteral("MFCC"));
        m.page->recordings().setModel(QLatin1String(kUnitsModel));
        QTRY_VERIFY(m.settled());

        rows.clear(); // a recording, while it is played
        m.view().togglePlay();
        QTRY_COMPARE(fake().heard.load(), 1);
        QTRY_COMPARE(rows.size(), 75);
        rows.clear();
        follow->click();
        QVERIFY(!live.isOn() && !follow->isChecked());
        m.view().toggleMicrophone();
        QTRY_VERIFY(!m.timeline().units().empty() && m.timeline().units().end() > 30);
        QVERIFY(rows.isEmpty());
    }

    void aMapOfSomethingElseIsReplacedOnce()
    {
        m.open();
        QTRY_VERIFY(m.settled());
        m.host->otherPages = {QStringLiteral("orrery.embedding-map")};
        LiveRows &live = LiveRows::of(m.host->workspace());
        m.page->showOnMap();
        QTRY_COMPARE(m.host->sent.size(), 75);
        m.host->sent.clear();
        auto *follow = m.page->findChild<QPushButton *>(QStringLiteral("followOnMap"));
        follow->click();
        QVERIFY(!m.page->isMapPending());
        live.answer(QStringLiteral("Drawings are no frames."));
        QVERIFY(m.page->isMapPending());
        QTRY_COMPARE(m.host->sent.size(), 75);
        const QJsonObject recipe = m.host->workspace().item(m.host->sent[40]).recipe;
        QVERIFY(live.kind().fits(recipe.value(QStringLiteral("model")).toString(),
                                 recipe.value(QStringLiteral("layer")).toInt(-1)));
        live.answer({});
        live.answer(QStringLiteral("The user opened the drawings again.")); // which is left alone
        QVERIFY(!m.page->isMapPending());
        live.end(); // from the other side
        QVERIFY(!follow->isChecked());
    }

    void unitsAreSavedAsATable()
    {
        m.open();
        QTRY_VERIFY(m.settled());
        QTemporaryDir folder;
        QVERIFY(m.page->exportUnits(folder.filePath(QStringLiteral("units.csv"))));
        QFile file(folder.filePath(QStringLiteral("units.csv")));
        QVERIFY(file.open(QIODevice::ReadOnly));
        const QList<QByteArray> lines = file.readAll().trimmed().split('\n');
        QCOMPARE(lines.size(), 76);
        QCOMPARE(lines[0], QByteArray("seconds,unit,settled"));
        QCOMPARE(lines[41], "0.8025," + QByteArray::number(test::fakeUnit(kUnitsModel, 100, 40)) + ",1");
        QVERIFY(!m.page->exportUnits(QStringLiteral("/nowhere/units.csv")));
        QCOMPARE(m.host->notes.size(), 1);
    }

    void everyPreparedFailureShowsItself_data()
    {
        QTest::addColumn<int>("index");
        for (int i = 0; i < preparedFailures().size(); ++i)
            QTest::addRow("%s", qPrintable(preparedFailures()[i].id)) << i;
    }
    void everyPreparedFailureShowsItself()
    {
        QFETCH(int, index);
        m.open();
        QTRY_VERIFY(m.settled());
        m.page->showPart(QStringLiteral("fails"));
        const PreparedFailure failure = preparedFailures()[index];
        m.page->findChild<QPushButton *>(QStringLiteral("failure-") + failure.id)->click();
        QTRY_VERIFY(m.settled() && m.current().item != m.page->recordings().exampleId());
        QCOMPARE(m.page->part(), QStringLiteral("listen"));
        QCOMPARE(m.page->findChild<QLabel *>(QStringLiteral("story"))->text(), failure.why);
        QCOMPARE(m.current().name, failure.title);
        m.grab(qPrintable(QStringLiteral("failure-") + failure.id));
    }

    void theTourCanBePlayed()
    {
        m.open();
        m.install(kUnitsModel);
        const QList<TourStep> steps = m.page->tourSteps();
        QVERIFY(steps.size() > 3);
        for (const TourStep &step : steps) {
            step.act();
            QTRY_VERIFY2(step.done(), qPrintable(step.name));
        }
        QCOMPARE(m.current().units->kind.codebook, 50);
    }

    void everyControlHasAName()
    {
        m.open();
        QTRY_VERIFY(m.settled());
        for (QWidget *root : {static_cast<QWidget *>(m.page.get()), m.inspector.get()})
            for (QWidget *widget : root->findChildren<QWidget *>())
                if (widget->focusPolicy() & Qt::TabFocus && widget->isVisible()) {
                    const auto *button = qobject_cast<QAbstractButton *>(widget);
                    QVERIFY2(!widget->accessibleName().isEmpty() || (button && !button->text().isEmpty()),
                             qPrintable(QString::fromLatin1(widget->metaObject()->className()) + widget->objectName()));
                }
    }

private:
    static FakeSpeech &fake() { return FakeSpeech::instance(); }
    static std::vector<sound::PlayRequest> played()
    {
        const std::lock_guard lock(fake().mutex);
        return fake().played;
    }
    static std::vector<UnitsRequest> asked()
    {
        const std::lock_guard lock(fake().mutex);
        return fake().asked;
    }
    SpeechInspector &inspector() { return static_cast<SpeechInspector &>(*m.inspector); }
    /// Half a second into the microphone.
    void speak()
    {
        m.view().toggleMicrophone();
        QTRY_VERIFY(m.timeline().sound().endSeconds() > 0.5 && m.timeline().units().end() > 25);
        m.view().toggleMicrophone();
    }
    bool says(const char *words)
    {
        for (const QLabel *label : m.page->findChildren<QLabel *>())
            if (label->isVisible() && label->text().contains(QLatin1String(words)))
                return true;
        return false;
    }

    SpeechFixture m;
};

QTEST_MAIN(SpeechPageTest)
#include "speech_page_test.moc"
