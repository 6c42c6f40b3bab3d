// SPDX-License-Identifier: Apache-2.0
#include "plugins/zero_shot/view/classify_page.h"

#include "engine/core/job_registry.h"
#include "plugins/zero_shot/view/batch_ranker.h"
#include "plugins/zero_shot/view/classify_inspector.h"
#include "plugins/zero_shot/view/classify_state.h"
#include "plugins/zero_shot/view/label_editor.h"
#include "plugins/zero_shot/view/matrix_part.h"
#include "plugins/zero_shot/view/picture_panel.h"
#include "plugins/zero_shot/view/rank_view.h"
#include "plugins/zero_shot/view/ranker.h"
#include "plugins/zero_shot/view/vary_view.h"
#include "plugins/zero_shot/view/votes_view.h"
#include "tests/plugins/fake_host.h"
#include "widgets/busy_strip.h"
#include "widgets/matrix/matrix_view.h"
#include "widgets/ranking/ranked_panel.h"
#include "widgets/sketch/sketch_pad.h"

#include <QApplication>
#include <QComboBox>
#include <QListWidget>
#include <QPushButton>
#include <QSlider>
#include <QTableView>
#include <QTemporaryDir>
#include <QTest>
#include <QToolButton>

using namespace orrery;
using namespace orrery::zero_shot;
using test::FakeClip;
using test::FakeHost;

namespace {

/// As a job that was cancelled at the work bar ends.
Task<clip::ClassifyResult> cancelled(EngineScope &, clip::ClassifyRequest)
{
    throw Exception(ErrorCode::Cancelled, "Cancelled");
    co_return clip::ClassifyResult();
}

QList<Item> files(const QStringList &names)
{
    QList<Item> items;
    for (const QString &name : names) {
        Item item = fileItem(QStringLiteral("/tmp/%1.png").arg(name));
        item.name = name;
        items.append(item);
    }
    return items;
}

} // namespace

/// For machines that build other things meanwhile, and for sanitizers.
constexpr int kPatienceMs = 60000;

class ClassifyPageTest : public QObject
{
    Q_OBJECT

private:
    std::unique_ptr<FakeHost> m_host;
    std::unique_ptr<ClassifyPage> m_page;
    std::unique_ptr<QWidget> m_inspector;

    RankedPanel *panel() { return m_page->rankView().panel(); }
    QString answer() { return panel()->answer(); }
    bool settled() { return !m_page->ranker().isPending(); }
    void drag(QPointF from, QPointF to)
    {
        SketchCanvas *canvas = m_page->pictures().pad()->canvas();
        QTest::mousePress(canvas, Qt::LeftButton, {}, canvas->toWidget(from).toPoint());
        for (int i = 1; i <= 20; ++i)
            QTest::mouseMove(canvas, canvas->toWidget(from + (to - from) * i / 20).toPoint());
        QTest::mouseRelease(canvas, Qt::LeftButton, {}, canvas->toWidget(to).toPoint());
    }

    /// For the eye: ORRERY_GRABS=folder keeps a picture of the page.
    void grab(const char *name)
    {
        const QString folder = qEnvironmentVariable("ORRERY_GRABS");
        if (!folder.isEmpty())
            m_page->grab().save(folder + u'/' + QLatin1String(name) + QStringLiteral(".png"));
    }

private Q_SLOTS:
    void initTestCase()
    {
        Theme::instance().apply(*qApp);
        Theme::instance().setMotion(false);
        test::registerFakeClip();
    }

    void init()
    {
        FakeClip &fake = FakeClip::instance();
        fake.hold = false;
        fake.fail = false;
        fake.classified = 0;
        m_host = std::make_unique<FakeHost>();
        m_page = std::make_unique<ClassifyPage>(*m_host);
        m_inspector.reset(m_page->createInspector(nullptr));
        m_page->resize(896, 640);
        m_page->show();
        QVERIFY(QTest::qWaitForWindowExposed(m_page.get()));
        QTRY_COMPARE(answer(), QStringLiteral("fox"));
        QTRY_VERIFY_WITH_TIMEOUT(settled(), kPatienceMs);
    }

    void cleanup()
    {
        FakeClip::instance().hold = false;
        Theme::instance().setPresenting(false);
        grab(QTest::currentTestFunction());
        m_page.reset();
        m_inspector.reset();
        m_host.reset();
    }

    void opensWithAFoxAmongTheEverydayNames()
    {
        QCOMPARE(panel()->ranking().size(), 101);
        QVERIFY2(panel()->heading().startsWith(QStringLiteral("fox · rank 1 of 101 · ")),
                 qPrintable(panel()->heading()));
        QVERIFY(panel()->heading().endsWith(QStringLiteral("share among these 101")));
        QCOMPARE(m_host->workspace().undoStack().count(), 0); // undo cannot take the first picture away
    }

    void typedNamesAreRankedAndUndone()
    {
        m_page->focusPrompt();
        QTest::keyClicks(m_page->labels().text(), QStringLiteral("wolf, fox, bear"));
        QTRY_COMPARE(panel()->ranking().size(), 3);
        QTRY_COMPARE(answer(), QStringLiteral("fox"));
        QCOMPARE(m_page->state().labels(), QStringList({"wolf", "fox", "bear"}));
        m_host->workspace().undoStack().undo();
        QTRY_COMPARE(panel()->ranking().size(), 101);
        QCOMPARE(m_page->labels().text()->toPlainText().split(u'\n').size(), 101);
    }

    void repeatedAndEmptyNamesAreLeftOut()
    {
        const ParsedLabels parsed = parseLabels(QStringLiteral("cat\n Cat \n\nfamily: man, woman\n  big   dog "));
        QCOMPARE(parsed.labels, QStringList({"cat", "family: man, woman", "big dog"}));
        QCOMPARE(parsed.repeated, 1);
    }

    void anEmptyListSaysWhatToDo()
    {
        m_page->labels().text()->clear();
        QTRY_VERIFY(panel()->ranking().isEmpty());
        auto *button = m_page->findChild<QPushButton *>(QString(), Qt::FindChildrenRecursively);
        QVERIFY(button);
        m_page->state().setLabels({"fox", "cat"}, QStringLiteral("test"));
        QTRY_COMPARE(panel()->ranking().size(), 2);
    }

    void unknownWordsAreMarkedAndReplaced()
    {
        m_page->state().setLabels({"fox", "big zorgle"}, QStringLiteral("test"));
        QTRY_COMPARE(panel()->ranking().unknownWords, QStringList{"zorgle"});
        QPushButton *offer = nullptr;
        QTRY_VERIFY([&] {
            for (QPushButton *button : m_page->findChildren<QPushButton *>())
                if (button->text() == QStringLiteral("zebra"))
                    offer = button;
            return offer != nullptr;
        }());
        QTest::mouseClick(offer, Qt::LeftButton);
        QCOMPARE(m_page->state().labels(), QStringList({"fox", "big zebra"}));
        QTRY_VERIFY(panel()->ranking().unknownWords.isEmpty());
    }

    void ranksFollowEveryStrokeAndTheNewestWins()
    {
        m_page->pictures().setSketching(true);
        QTRY_VERIFY(panel()->ranking().isEmpty()); // white paper is not ranked
        FakeClip &fake = FakeClip::instance();
        fake.classified = 0;
        fake.hold = true;
        const quint64 asked = m_page->ranker().asked();
        for (int i = 0; i < 12; ++i)
            drag({40.0 + 20 * i, 60}, {40.0 + 20 * i, 300});
        const int questions = static_cast<int>(m_page->ranker().asked() - asked);
        QVERIFY(questions >= 12);
        QTRY_VERIFY(m_host->engine().replacedCount("zero_shot.rank") > 0);
        fake.hold = false;
        QTRY_VERIFY_WITH_TIMEOUT(settled(), kPatienceMs);
        QVERIFY2(fake.classified < questions, "every question ran, though newer ones should have replaced them");
        // What stands there is the answer to the finished drawing.
        clip::ClassifyRequest last;
        {
            const std::lock_guard lock(fake.mutex);
            last = fake.last;
        }
        QCOMPARE(last.pictures.front().pixels.rgb, toPicture(m_page->pictures().pad()->canvas()->image()).rgb);
    }

    void aDrawingIsAnItemAndUndoTakesStrokesBack()
    {
        const qsizetype before = m_host->workspace().items().size();
        m_page->pictures().setSketching(true);
        drag({50, 50}, {200, 50});
        const QImage one = m_page->pictures().pad()->canvas()->image();
        drag({50, 100}, {200, 100});
        QCOMPARE(m_host->workspace().items().size(), before + 1);
        QTRY_VERIFY_WITH_TIMEOUT(settled(), kPatienceMs);
        m_host->workspace().undoStack().undo();
        QCOMPARE(m_page->pictures().pad()->canvas()->image(), one);
        m_host->workspace().undoStack().undo();
        QTRY_VERIFY(m_page->pictures().pad()->canvas()->isBlank());
        QVERIFY(m_page->pictures().isSketching());
        QCOMPARE(m_host->workspace().items().size(), before);
        m_host->workspace().undoStack().redo();
        QTRY_COMPARE(m_page->pictures().pad()->canvas()->image(), one);
    }

    void theTickIsKeptWithThePicture()
    {
        m_page->state().setLabels({"wolf", "fox"}, QStringLiteral("test"));
        QTRY_COMPARE(panel()->ranking().size(), 2);
        QTest::mouseClick(panel()->list()->viewport(), Qt::LeftButton, {}, panel()->list()->tickRect(1).center());
        QCOMPARE(m_host->workspace().selectedPicture().trueLabel, QStringLiteral("wolf"));
        QTRY_VERIFY(panel()->heading().startsWith(QStringLiteral("✓ wolf · rank 2 of 2")));
        m_host->workspace().undoStack().undo();
        QCOMPARE(m_host->workspace().selectedPicture().trueLabel, QString());
    }

    void anUnreadablePictureSpoilsNoOther()
    {
        QList<Item> items;
        for (const char *name : {"cat", "broken", "star"}) {
            Item item = fileItem(QStringLiteral("/tmp/%1.png").arg(QLatin1String(name)));
            item.name = QLatin1String(name);
            items.append(item);
        }
        m_page->pictures().addAll({items, {}}, QStringLiteral("test"));
        const QList<ItemId> ids = m_host->workspace().selection().items;
        QCOMPARE(ids.size(), 3);
        QTRY_VERIFY(m_page->batch().guess(ids[2]).has_value());
        QCOMPARE(m_page->batch().guess(ids[0])->label, QStringLiteral("cat"));
        QVERIFY(!m_page->batch().guess(ids[1])->error.isEmpty());
        QCOMPARE(m_page->batch().guess(ids[2])->label, QStringLiteral("star"));
        m_host->workspace().select(ids, ids[1]);
        QTRY_COMPARE(m_page->rankView().errorText(),
                     QStringLiteral("broken.png: the file ends before the picture does"));
        m_host->workspace().select(ids, ids[0]);
        QTRY_COMPARE(m_page->rankView().errorText(), QString());
        QCOMPARE(answer(), QStringLiteral("cat"));
    }

    void walkingThroughPicturesDoesNotRankTheOthersAgain()
    {
        m_page->pictures().addAll({files({"cat", "star", "sun"}), {}}, QStringLiteral("test"));
        const QList<ItemId> ids = m_host->workspace().selection().items;
        QCOMPARE(ids.size(), 3);
        const auto ranked = [&] { return m_page->batch().guess(ids[2]).has_value(); };
        QTRY_VERIFY(ranked());
        m_host->workspace().select(ids, ids[1]);
        QVERIFY(ranked());
        // Another question is another answer for all of them.
        m_page->state().setTemplates({"a {}"}, QStringLiteral("test"));
        QVERIFY(!ranked());
        QTRY_VERIFY(ranked());
        m_page->state().setScoring(clip::Scoring::Sigmoid);
        QVERIFY(!ranked());
        QTRY_VERIFY(ranked());
        Q_EMIT m_host->currentModelChanged(QStringLiteral("image and text"));
        QVERIFY(!ranked());
        QTRY_VERIFY(ranked());
    }

    void cancellingAtTheWorkBarBlamesNoPicture()
    {
        QStringList names;
        for (int i = 0; i < 2 * BatchRanker::kChunk; ++i)
            names.append(QStringLiteral("picture %1").arg(i));
        registerJob(clip::kClassify, cancelled);
        m_page->pictures().addAll({files(names), {}}, QStringLiteral("test"));
        QVERIFY(m_page->batch().isRunning());
        QTRY_VERIFY(!m_page->batch().isRunning());
        QTRY_VERIFY_WITH_TIMEOUT(settled(), kPatienceMs);
        test::registerFakeClip();
        const QList<ItemId> ids = m_host->workspace().selection().items;
        for (const ItemId &id : ids)
            QVERIFY(!m_page->batch().guess(id));
        QCOMPARE(m_page->batch().done(), 0);
    }

    void whatIsUsableAgainLosesItsErrorSign()
    {
        m_page->pictures().addAll({files({"broken", "star"}), {}}, QStringLiteral("test"));
        const QList<ItemId> ids = m_host->workspace().selection().items;
        auto *strip = m_page->findChild<QListWidget *>(QStringLiteral("filmstrip"));
        QVERIFY(strip);
        QTRY_COMPARE(strip->item(0)->text(), QStringLiteral("unusable"));
        QVERIFY(!strip->item(0)->icon().isNull());
        Item mended = m_host->workspace().item(ids[0]);
        mended.path = QStringLiteral("/tmp/sun.png"); // not there, so there is no picture to show, either
        m_host->workspace().update(mended);
        m_page->state().setLabels({"sun", "star"}, QStringLiteral("test"));
        QTRY_COMPARE(strip->item(0)->text(), QStringLiteral("sun"));
        QVERIFY(strip->item(0)->icon().isNull());
    }

    void anUnfamiliarPictureIsSaidToBeAGuess()
    {
        Item item = pictureItem(QImage(64, 64, QImage::Format_RGB32), QStringLiteral("photo"));
        item.picture.fill(Qt::gray);
        m_page->pictures().addAll({{item}, {}}, QStringLiteral("test"));
        QTRY_VERIFY(m_page->rankView().warnsUnfamiliar());
        QPushButton *remedy = nullptr;
        for (QPushButton *button : m_page->findChildren<QPushButton *>())
            if (button->text() == QStringLiteral("Models that know photos"))
                remedy = button;
        QVERIFY(remedy && remedy->isVisible());
        QTest::mouseClick(remedy, Qt::LeftButton);
        QCOMPARE(m_host->pages, QStringList{"models"});
    }

    void aFailureStandsInPlaceWithItsRemedyAndGoesAway()
    {
        FakeClip::instance().fail = true;
        m_page->state().setLabels({"fox", "cat"}, QStringLiteral("test"));
        QTRY_COMPARE(m_page->rankView().errorText(), QStringLiteral("model.safetensors of picture-clip is damaged"));
        QVERIFY(panel()->isStale()); // the earlier answer stays, dimmed
        QCOMPARE(panel()->ranking().size(), 101);
        FakeClip::instance().fail = false;
        m_page->state().setLabels({"fox", "cat", "dog"}, QStringLiteral("test"));
        QTRY_COMPARE(panel()->ranking().size(), 3);
        QCOMPARE(m_page->rankView().errorText(), QString());
        QVERIFY(!panel()->isStale());
    }

    void slowAnswersDimTheOldOneAndCanBeCancelled()
    {
        FakeClip::instance().hold = true;
        m_page->state().setLabels({"fox", "cat"}, QStringLiteral("test"));
        QTRY_VERIFY(panel()->isStale());
        QTRY_VERIFY(m_page->rankView().busy()->isVisible());
        auto *cancel = m_page->rankView().busy()->findChild<QPushButton *>();
        QTest::mouseClick(cancel, Qt::LeftButton);
        QTRY_VERIFY_WITH_TIMEOUT(settled(), kPatienceMs);
        QVERIFY(!panel()->isStale());
        QVERIFY(!m_page->rankView().busy()->isVisible());
        QCOMPARE(panel()->ranking().size(), 101); // the old answer
    }

    void scoringTemperatureAndPromptsReachTheEngine()
    {
        auto *inspector = m_page->inspector();
        QVERIFY(inspector);
        m_page->state().setTemplates({"a {}", "the {} here"}, QStringLiteral("test"));
        inspector->temperature()->setValue(ClassifyInspector::positionOf(0.5));
        QTRY_COMPARE(inspector->votes()->sentence().isEmpty(), false);
        clip::ClassifyRequest last;
        QTRY_VERIFY([&] {
            const std::lock_guard lock(FakeClip::instance().mutex);
            last = FakeClip::instance().last;
            return last.temperature > 0 && last.templates.size() == 2;
        }());
        QVERIFY(std::abs(last.temperature - 0.5) < 0.03);
        QVERIFY(last.perTemplate);
        inspector->scoring()->setFocus();
        QTest::keyClick(inspector->scoring(), Qt::Key_End);
        QTRY_COMPARE(panel()->ranking().measure, Ranking::Measure::CosineOnly);
        QVERIFY(!inspector->temperature()->isEnabled());
    }

    void aPromptWithoutAPlaceForTheNameIsRefusedInPlace()
    {
        QStringList templates;
        QVERIFY(!parseTemplates(QStringLiteral("a drawing of {}\nno place"), &templates).isEmpty());
        QVERIFY(!parseTemplates(QStringLiteral("{} and {}"), &templates).isEmpty());
        QVERIFY(parseTemplates(QStringLiteral("a {}\n\nthe {}"), &templates).isEmpty());
        QCOMPARE(templates, QStringList({"a {}", "the {}"}));
    }

    void variationsAreRankedTogether()
    {
        m_page->showPart(ClassifyPage::Vary);
        QTRY_COMPARE(m_page->varyView().answers().size(), 6);
        QVERIFY(m_page->varyView().summary().startsWith(QStringLiteral("Still “")));
    }

    void aPageMadeWhilePresentingHidesExport()
    {
        QVERIFY(m_page->findChild<QToolButton *>(QStringLiteral("export"))->isVisible());
        m_host->projected = true;
        ClassifyPage page(*m_host);
        page.show();
        QVERIFY(!page.findChild<QToolButton *>(QStringLiteral("export"))->isVisible());
    }

    void theMatrixComparesEveryPictureWithEveryName()
    {
        m_page->state().setLabels({"cat", "fox", "sun"}, QStringLiteral("test"));
        m_page->showPart(ClassifyPage::Matrix);
        Q_EMIT m_page->matrixPart().examplesWanted();
        const MatrixModel &model = m_page->matrixPart().matrix()->model();
        QTRY_COMPARE(model.rowCount(), 12);
        QCOMPARE(model.columnCount(), 3);
        const qsizetype cat = model.matrix().rows.indexOf(QStringLiteral("cat"));
        QCOMPARE(model.value(static_cast<int>(cat), 0), 0.8);
    }

    void theMatrixItsNoteAndItsRowsChangeTogether()
    {
        Workspace &workspace = m_host->workspace();
        m_page->state().setLabels({"cat", "fox", "sun"}, QStringLiteral("test"));
        m_page->showPart(ClassifyPage::Matrix);
        Q_EMIT m_page->matrixPart().examplesWanted();
        MatrixView *matrix = m_page->matrixPart().matrix();
        QTRY_COMPARE(matrix->model().rowCount(), 12);
        QTRY_VERIFY(!matrix->table()->graphicsEffect());
        const QString note = m_page->matrixPart().note();
        QVERIFY(note.contains(QStringLiteral("12")));
        const QList<ItemId> all = workspace.selection().items;
        workspace.select({all[3], all[4]}, all[4]);
        // The new question has no answer yet: what is shown is the old one, dimmed, with its own note and rows.
        QCOMPARE(matrix->model().rowCount(), 12);
        QCOMPARE(m_page->matrixPart().note(), note);
        QVERIFY(matrix->table()->graphicsEffect());
        m_page->matrixPart().cancel();
        QVERIFY(matrix->table()->graphicsEffect());
        Q_EMIT matrix->rowActivated(0);
        QCOMPARE(workspace.selection().current, all[0]);
        QTRY_COMPARE(matrix->model().rowCount(), 13); // one is none to compare: all of them
        QVERIFY(m_page->matrixPart().note().contains(QStringLiteral("13")));
        QVERIFY(!matrix->table()->graphicsEffect());
    }

    void aPreparedFailureIsOneStepOfUndo()
    {
        m_page->showPart(ClassifyPage::Failures);
        auto *button = m_page->findChild<QPushButton *>(QStringLiteral("failure-not"));
        QVERIFY(button);
        const int steps = m_host->workspace().undoStack().count();
        QTest::mouseClick(button, Qt::LeftButton);
        QCOMPARE(m_page->part(), ClassifyPage::Rank);
        QTRY_VERIFY(panel()->ranking().size() < 101);
        QCOMPARE(m_host->workspace().undoStack().count(), steps + 1);
        m_host->workspace().undoStack().undo();
        QTRY_COMPARE(panel()->ranking().size(), 101);
    }

    void anExportedPictureBringsEverythingBack()
    {
        m_page->state().setLabels({"wolf", "fox"}, QStringLiteral("test"));
        m_page->state().setTemplates({"a {}"}, QStringLiteral("test"));
        m_page->state().setScoring(clip::Scoring::Sigmoid);
        QTRY_VERIFY_WITH_TIMEOUT(settled() && panel()->ranking().measure == Ranking::Measure::Independent, kPatienceMs);
        QTest::mouseClick(panel()->list()->viewport(), Qt::LeftButton, {}, panel()->list()->tickRect(0).center());
        QTemporaryDir folder;
        const QString path = folder.filePath(QStringLiteral("r.png"));
        m_page->exportTo(path);
        QVERIFY(QFile::exists(path));

        m_page->state().setLabels({"cat"}, QStringLiteral("test"));
        m_page->state().setTemplates({}, QStringLiteral("test"));
        m_page->state().setScoring(clip::Scoring::Softmax);
        Workspace &workspace = m_host->workspace();
        const QList<ItemId> ids = workspace.add(QList<Item>{fileItem(path)});
        workspace.select(ids, ids.front());
        m_page->take(ids);
        QCOMPARE(m_page->state().labels(), QStringList({"wolf", "fox"}));
        QCOMPARE(m_page->state().templates(), QStringList{"a {}"});
        QCOMPARE(m_page->state().scoring(), clip::Scoring::Sigmoid);
        QCOMPARE(workspace.selectedPicture().trueLabel, QStringLiteral("fox"));
        QCOMPARE(workspace.selectedPicture().picture.size(), QSize(256, 256));
        QVERIFY(!workspace.contains(ids.front())); // the chart itself is not ranked
    }

    void droppedWordsBecomeTheNames()
    {
        const QList<ItemId> ids = m_host->workspace().add(QList<Item>{textItem(QStringLiteral("fox\nowl"))});
        m_page->take(ids);
        QCOMPARE(m_page->state().labels(), QStringList({"fox", "owl"}));
        QCOMPARE(m_page->dropText({ItemKind::Picture}), QStringLiteral("Classify"));
        QCOMPARE(m_page->dropText({ItemKind::Sound}), QString());
    }

    void everyControlHasANameForScreenReaders()
    {
        QStringList nameless;
        for (QWidget *widget : m_page->findChildren<QWidget *>()) {
            if (!widget->isVisible() || widget->focusPolicy() == Qt::NoFocus ||
                qobject_cast<QAbstractScrollArea *>(widget->parentWidget()))
                continue;
            const QString text = widget->property("text").toString();
            if (widget->accessibleName().isEmpty() && text.isEmpty() && !widget->inherits("QScrollArea"))
                nameless.append(QString::fromLatin1(widget->metaObject()->className()) + u' ' + widget->objectName());
        }
        QVERIFY2(nameless.isEmpty(), qPrintable(nameless.join(u'\n')));
    }
};

QTEST_MAIN(ClassifyPageTest)
#include "classify_page_test.moc"
