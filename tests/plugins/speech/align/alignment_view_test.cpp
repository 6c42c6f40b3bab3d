// SPDX-License-Identifier: Apache-2.0
#include "plugins/speech/view/align/alignment_view.h"

#include "plugins/speech/view/align/alignment_picture.h"
#include "plugins/speech/view/align/cost_picture.h"
#include "tests/plugins/fake_host.h"
#include "tests/plugins/speech/words/fake_words.h"
#include "widgets/error_card.h"

#include <QApplication>
#include <QPushButton>
#include <QSignalSpy>
#include <QTest>

using namespace orrery;
using namespace orrery::speech;
using namespace orrery::test;

class AlignmentViewTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void init();
    void cleanup();

    void opensWithTwoVoices();
    void theSameWordsAtAnotherPaceAreAlike();
    void otherWordsAreNot();
    void oneGoesBelowAndTwoTakeBoth();
    void pointingTellsBothPlaces();
    void aClickPlaysThatPlace();
    void theKeyboardGoesAlong();
    void theWheelZooms();
    void anotherModelComparesAnew();
    void whatCannotBeReadIsSaid();
    void longRecordingsSayWhatWasLeftOut();
    void controlsHaveNames();

private:
    FakeWords &fake() { return FakeWords::instance(); }
    AlignmentPicture &picture() { return m_view->picture(); }
    static Item sound(const QString &name, const std::vector<float> &samples)
    {
        Item item;
        item.kind = ItemKind::Sound;
        item.name = name;
        item.sound = QList<float>(samples.begin(), samples.end());
        item.sampleRateHz = kSoundRate;
        return item;
    }
    static std::vector<float> sentence(double pace)
    {
        return joined({pause(0.2), spoken("yes", pace), spoken("maybe", pace), spoken("no", pace), pause(0.2)});
    }
    void grab(const char *name) const
    {
        const QString folder = qEnvironmentVariable("ORRERY_GRABS");
        if (folder.isEmpty())
            return;
        QTest::qWait(50);
        m_view->grab().save(folder + u'/' + QLatin1String(name) + QStringLiteral(".png"));
    }

    std::unique_ptr<FakeHost> m_host;
    std::unique_ptr<AlignmentView> m_view;
};

void AlignmentViewTest::initTestCase()
{
    Theme::instance().apply(*qApp);
    Theme::instance().setMotion(false);
    Theme::instance().setScheme(qEnvironmentVariableIsSet("ORRERY_DARK") ? Scheme::Dark : Scheme::Light);
    Theme::instance().setPresenting(qEnvironmentVariableIsSet("ORRERY_PRESENT"));
    registerFakeWords();
}

void AlignmentViewTest::init()
{
    fake().reset();
    m_host = std::make_unique<FakeHost>();
    m_view = std::make_unique<AlignmentView>(*m_host);
    m_view->resize(qEnvironmentVariableIsSet("ORRERY_SMALL") ? QSize(608, 462) : QSize(864, 562));
    // Shown with both sounds there, so that nothing else is read.
    if (qstrcmp(QTest::currentTestFunction(), "opensWithTwoVoices") != 0)
        m_view->take({sound(QStringLiteral("quick"), sentence(1)), sound(QStringLiteral("slow"), sentence(1.4))});
    m_view->show();
    QTRY_VERIFY(m_view->pair());
    QTRY_VERIFY(!m_view->isBusy());
}

void AlignmentViewTest::cleanup()
{
    m_view.reset();
    m_host.reset();
}

void AlignmentViewTest::opensWithTwoVoices()
{
    QCOMPARE(m_view->pair()->lanes[0].name, QStringLiteral("a synthetic voice"));
    QVERIFY(!m_view->sentence().isEmpty());
    QVERIFY(QFile::exists(m_host->resourceFolder() + QStringLiteral("/examples/words/sentence_1.flac")));
    QVERIFY(QFile::exists(m_host->resourceFolder() + QStringLiteral("/examples/words/sentence_2.flac")));
}

void AlignmentViewTest::theSameWordsAtAnotherPaceAreAlike()
{
    const AlignedPair &pair = *m_view->pair();
    QVERIFY(pair.lanes[1].seconds() > pair.lanes[0].seconds() * 1.25);
    QVERIFY2(pair.alignment.distance < 0.12, qPrintable(QString::number(pair.alignment.distance)));
    QVERIFY(pair.alignment.equal > 0.85);
    QVERIFY(pair.stretches.size() >= 13); // tones, and the pauses around them
    QVERIFY(pair.reservation().isEmpty());
    const QString sentence = m_view->sentence();
    QVERIFY2(sentence.contains(QStringLiteral("occur in both")) && sentence.contains(QStringLiteral("Distance 0.")),
             qPrintable(sentence));
    grab("align");
}

void AlignmentViewTest::otherWordsAreNot()
{
    const double alike = m_view->pair()->alignment.distance;
    const auto before = m_view->pair();
    m_view->take({sound(QStringLiteral("other"), joined({pause(0.2), spoken("seven"), spoken("seven"), pause(0.2)}))});
    QTRY_VERIFY(m_view->pair() != before);
    QVERIFY(m_view->pair()->alignment.distance > alike + 0.2);
    grab("align-other");
}

void AlignmentViewTest::oneGoesBelowAndTwoTakeBoth()
{
    auto before = m_view->pair();
    m_view->take({sound(QStringLiteral("third"), spoken("yes"))});
    QTRY_VERIFY(m_view->pair() != before);
    QCOMPARE(m_view->pair()->lanes[0].name, QStringLiteral("quick"));
    QCOMPARE(m_view->pair()->lanes[1].name, QStringLiteral("third"));
    before = m_view->pair();
    m_view->take({pictureItem({}, QStringLiteral("no sound")), sound(QStringLiteral("x"), spoken("yes")),
                  sound(QStringLiteral("fourth"), spoken("yes")), sound(QStringLiteral("fifth"), spoken("no"))});
    QTRY_VERIFY(m_view->pair() != before);
    QCOMPARE(m_view->pair()->lanes[0].name, QStringLiteral("fourth"));
    QCOMPARE(m_view->pair()->lanes[1].name, QStringLiteral("fifth"));
}

void AlignmentViewTest::pointingTellsBothPlaces()
{
    const AlignedPair &pair = *m_view->pair();
    const int frame = pair.frameAt(0, 0.26); // in the first tone
    QTest::mouseMove(&picture(), picture().placeOf(0, frame).toPoint());
    QTRY_COMPARE(picture().frame(), frame);
    const int partner = pair.partner(0, frame);
    QCOMPARE(pair.lanes[0].units[std::size_t(frame)], pair.lanes[1].units[std::size_t(partner)]);
    QVERIFY2(m_view->placeText().startsWith(QStringLiteral("0.2")) &&
                 m_view->placeText().endsWith(QStringLiteral("the same unit")),
             qPrintable(m_view->placeText()));
    grab("align-pointed");
    auto *cost = m_view->findChild<CostPicture *>();
    QTest::mouseMove(cost, QPoint(40, cost->height() - 8)); // the last frames of the upper one
    QTRY_VERIFY(picture().frame() > int(pair.lanes[0].units.size()) * 9 / 10);
    QCOMPARE(picture().lane(), 0);
}

void AlignmentViewTest::aClickPlaysThatPlace()
{
    QSignalSpy clicked(&picture(), &AlignmentPicture::playClicked);
    const QPointF at = picture().placeOf(1, 30);
    QTest::mouseClick(&picture(), Qt::LeftButton, {}, at.toPoint());
    QTRY_COMPARE(fake().played.load(), 1);
    QCOMPARE(clicked[0][0].toInt(), 1);
    QVERIFY(std::abs(clicked[0][1].toDouble() - m_view->pair()->beginSeconds(30.5)) < 0.02);
}

void AlignmentViewTest::theKeyboardGoesAlong()
{
    picture().point(0, 0);
    QTest::keyClick(&picture(), Qt::Key_Right);
    QTest::keyClick(&picture(), Qt::Key_Right, Qt::ShiftModifier);
    QCOMPARE(picture().frame(), 11);
    const int partner = m_view->pair()->partner(0, 11);
    QTest::keyClick(&picture(), Qt::Key_Down);
    QCOMPARE(picture().lane(), 1);
    QCOMPARE(picture().frame(), partner);
    QTest::keyClick(&picture(), Qt::Key_End);
    QCOMPARE(picture().frame(), int(m_view->pair()->lanes[1].units.size()) - 1);
    QTest::keyClick(&picture(), Qt::Key_Right); // there is no further
    QCOMPARE(picture().frame(), int(m_view->pair()->lanes[1].units.size()) - 1);
    QTest::keyClick(&picture(), Qt::Key_Home);
    QSignalSpy clicked(&picture(), &AlignmentPicture::playClicked);
    QTest::keyClick(&picture(), Qt::Key_Return);
    QCOMPARE(clicked.size(), 1);
    QCOMPARE(clicked[0][0].toInt(), 1);
}

void AlignmentViewTest::theWheelZooms()
{
    const double all = picture().shownSeconds();
    picture().zoom(0.5, 1.0);
    QVERIFY(std::abs(picture().shownSeconds() - all / 2) < 1e-9);
    QVERIFY(picture().firstSecond() > 0 && picture().firstSecond() < 1);
    QTest::keyClick(&picture(), Qt::Key_End); // what is pointed at stays in view
    QVERIFY(picture().placeOf(picture().lane(), picture().frame()).x() <= picture().width());
    for (int i = 0; i < 20; ++i)
        picture().zoom(0.5, 1.0);
    QVERIFY(picture().shownSeconds() > 0.1);
    for (int i = 0; i < 20; ++i)
        picture().zoom(2, 1.0);
    QCOMPARE(picture().shownSeconds(), all);
    QCOMPARE(picture().firstSecond(), 0.0);
}

void AlignmentViewTest::anotherModelComparesAnew()
{
    const auto before = m_view->pair();
    m_view->setKind({QLatin1String(kMfcc), 100});
    QTRY_VERIFY(m_view->pair() != before);
    QCOMPARE(fake().asked(kMfcc), 1);
    QVERIFY(m_view->pair()->alignment.distance < 0.05); // cepstra of this engine hear only that there is something
}

void AlignmentViewTest::whatCannotBeReadIsSaid()
{
    m_view->setSound(1, {"/somewhere/broken.wav", {}, {}}, QStringLiteral("broken.wav"));
    auto *error = m_view->findChild<ErrorCard *>();
    QTRY_COMPARE(error->message(), QStringLiteral("broken.wav is no sound"));
    QVERIFY(!m_view->isBusy());
    m_view->take({sound(QStringLiteral("a breath"), std::vector<float>(100))});
    QTRY_COMPARE(error->message(), QStringLiteral("a breath is too short to have units."));
    fake().noModel = true;
    m_view->useReadySentences();
    QTRY_COMPARE(error->message(), QStringLiteral("speech-hubert is not installed"));
}

void AlignmentViewTest::longRecordingsSayWhatWasLeftOut()
{
    AlignedPair pair = *m_view->pair();
    QVERIFY(pair.reservation().isEmpty());
    pair.alignment.band = 2236;
    QVERIFY(pair.reservation().contains(QStringLiteral("45 s")));
    const QString without = pair.reservation();
    pair.alignment.touchesBand = true;
    QVERIFY(pair.reservation() != without);
}

void AlignmentViewTest::controlsHaveNames()
{
    for (const QWidget *widget : m_view->findChildren<QWidget *>())
        if (const auto *button = qobject_cast<const QAbstractButton *>(widget);
            button && button->isVisibleTo(m_view.get()))
            QVERIFY(!button->text().isEmpty() || !button->accessibleName().isEmpty());
    QVERIFY(!picture().accessibleName().isEmpty() && !picture().accessibleDescription().isEmpty());
    QVERIFY(picture().focusPolicy() & Qt::TabFocus);
    QVERIFY(!m_view->findChild<CostPicture *>()->accessibleName().isEmpty());
}

QTEST_MAIN(AlignmentViewTest)
#include "alignment_view_test.moc"
