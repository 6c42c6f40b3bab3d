// SPDX-License-Identifier: Apache-2.0
#include "app/host/host.h"
#include "app/window/chrome/command_palette.h"
#include "app/window/chrome/help_bubble.h"
#include "app/window/chrome/model_popover.h"
#include "app/window/chrome/rail.h"
#include "app/window/chrome/timeline.h"
#include "app/window/chrome/tray.h"
#include "app/window/chrome/work_bar.h"
#include "app/window/main_window.h"
#include "app/window/pages/models_page.h"
#include "app/window/stage.h"
#include "engine/core/job_registry.h"
#include "orrery/beside.h"
#include "orrery/page.h"
#include "orrery/tour.h"
#include "tests/engine/core/plain_runtime.h"
#include "tests/support/accessibility_faults.h"
#include "widgets/error_card.h"
#include "widgets/inspector_panel.h"
#include "widgets/theme/style_sheet.h"

#include <QAbstractButton>
#include <QAbstractItemView>
#include <QAbstractSlider>
#include <QAbstractSpinBox>
#include <QApplication>
#include <QClipboard>
#include <QComboBox>
#include <QItemSelectionModel>
#include <QLabel>
#include <QLineEdit>
#include <QListWidget>
#include <QMimeData>
#include <QPainter>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QScrollBar>
#include <QSlider>
#include <QStyleOptionButton>
#include <QTemporaryDir>
#include <QTest>
#include <QToolButton>

#include <atomic>
#include <chrono>
#include <thread>

using namespace orrery;
using test::accessibilityFaults;

namespace {

struct Nothing
{};
constexpr JobType<Nothing, Nothing> kLong{"window_test.long"};
std::atomic<bool> s_longMayEnd{false};
Task<Nothing> longWork(EngineScope &scope, Nothing)
{
    while (!s_longMayEnd) {
        std::this_thread::sleep_for(std::chrono::milliseconds(1));
        co_await scope.step();
    }
    co_return Nothing{};
}
ORRERY_JOB(kLong, longWork)

class RuntimeWithoutJobs final : public test::PlainRuntime
{
public:
    void loadJobs(const std::string &path) override { throw Exception(ErrorCode::ModelFile, path + " has no jobs"); }
};

std::unique_ptr<Runtime> plainRuntime(const EngineSettings &)
{
    return std::make_unique<RuntimeWithoutJobs>();
}

} // namespace

class WindowTest : public QObject
{
    Q_OBJECT
    QTemporaryDir m_folder;
    std::unique_ptr<Host> m_host;
    std::unique_ptr<MainWindow> m_window;

private Q_SLOTS:
    void initTestCase() { Theme::instance().apply(*qApp); }
    void init()
    {
        m_host = std::make_unique<Host>(m_folder.filePath(QUuid::createUuid().toString() + QStringLiteral(".ini")));
        m_host->plugins().discover(QStringLiteral(ORRERY_PLUGIN_FIXTURES));
        m_window = std::make_unique<MainWindow>(*m_host, nullptr);
        m_host->plugins().startAll();
        m_window->showPage(QStringLiteral("test.good"));
        m_window->show();
        QVERIFY(QTest::qWaitForWindowExposed(m_window.get()));
    }
    void cleanup()
    {
        m_window.reset();
        m_host.reset();
    }

    void everyControlHasANameAndCanBeReached_data()
    {
        QTest::addColumn<QString>("page");
        for (const char *page : {"test.good", "test.throws", "lessons", "models", "plugins", "settings"})
            QTest::newRow(page) << page;
    }
    void everyControlHasANameAndCanBeReached()
    {
        QFETCH(QString, page);
        m_host->models().refresh();
        QTRY_VERIFY(m_host->models().loaded());
        m_window->showPage(page);
        m_window->setTimelineVisible(true);
        m_window->setTrayVisible(true);
        m_window->showUnreadable({QStringLiteral("a.txt: not a picture")});
        QTest::qWait(10);
        const QStringList faults = accessibilityFaults(m_window.get());
        QVERIFY2(faults.isEmpty(), qPrintable(faults.join(u'\n')));
    }

    void theWalkFindsFaults()
    {
        QWidget root;
        (new QToolButton(&root))->setFocusPolicy(Qt::NoFocus);
        QCOMPARE(accessibilityFaults(&root).size(), 2); // no name, and no Tab
    }

    void tabGoesThroughTheWindowAndComesBack()
    {
        m_window->showPage(QStringLiteral("settings"));
        QWidget *at = m_window.get();
        QSet<QWidget *> seen;
        for (int i = 0; i < 500; ++i) {
            at = at->nextInFocusChain();
            if (at == m_window.get())
                break;
            seen.insert(at);
        }
        QCOMPARE(at, m_window.get());
        QVERIFY(seen.contains(m_window->rail()->button(QStringLiteral("settings"))));
        QVERIFY(seen.contains(m_window->workBar()->workButton()));
    }

    void colourPairsAreReadable_data()
    {
        QTest::addColumn<bool>("dark");
        QTest::newRow("light") << false;
        QTest::newRow("dark") << true;
    }
    void colourPairsAreReadable()
    {
        // WCAG 2.1 AA: 4.5 for text, 3 for what only marks a control.
        QFETCH(bool, dark);
        const Colours &c = Theme::colours(dark);
        for (const QColor &ground : {c.ground, c.surface, c.hover, c.selected}) {
            QVERIFY(Theme::contrast(c.text, ground) >= 7);
            QVERIFY(Theme::contrast(c.muted, ground) >= 4.5);
            QVERIFY(Theme::contrast(c.error, ground) >= 4.5);
            QVERIFY(Theme::contrast(c.warning, ground) >= 4.5);
            QVERIFY2(Theme::contrast(c.accent, ground) >= 4.5, qPrintable(ground.name()));
        }
        QVERIFY(Theme::contrast(c.onAccent, c.accent) >= 4.5);
        QCOMPARE(qRound(Theme::contrast(Qt::black, Qt::white)), 21);
    }

    void aFocusedButtonHasOneFrame()
    {
        QPushButton button(QStringLiteral("Steps"));
        button.setProperty("look", "chip");
        button.resize(120, 34);
        button.ensurePolished();
        const auto drawn = [&button](bool focused) {
            QStyleOptionButton option;
            option.initFrom(&button);
            option.text = button.text();
            option.state.setFlag(QStyle::State_HasFocus, focused);
            option.state.setFlag(QStyle::State_KeyboardFocusChange, focused);
            QImage image(button.size(), QImage::Format_ARGB32_Premultiplied);
            image.fill(Qt::white);
            QPainter painter(&image);
            button.style()->drawControl(QStyle::CE_PushButton, &option, &painter, &button);
            painter.end();
            return image;
        };
        QVERIFY(drawn(true) != drawn(false)); // ours, at the edge
        const QRect inside = button.rect().adjusted(10, 4, -10, -4);
        QCOMPARE(drawn(true).copy(inside), drawn(false).copy(inside)); // and none of Qt's around the word
    }

    void theStyleSheetHasNoOpenTokens()
    {
        for (const Scheme scheme : {Scheme::Light, Scheme::Dark}) {
            Theme::instance().setScheme(scheme);
            const QString sheet = styleSheet(Theme::instance());
            QVERIFY(!sheet.contains(u'@'));
            QVERIFY(!sheet.contains(QLatin1String("#(")));
            QVERIFY(!sheet.contains(u'~'));
            QVERIFY(sheet.contains(Theme::instance().colours().accent.name()));
        }
        Theme::instance().setScheme(Scheme::Light);
    }

    void presentingEnlargesAndEscLeaves()
    {
        const int before = m_window->rail()->width();
        tour::shortcut(m_window.get(), Qt::Key_F5, Qt::NoModifier);
        QVERIFY(m_host->presenting());
        QVERIFY(m_window->rail()->width() >= qRound(before * 1.75));
        QVERIFY(Theme::instance().font(TextRole::Caption).pixelSize() >= 24);
        tour::key(m_window.get(), Qt::Key_Escape);
        QVERIFY(!m_host->presenting());
        QCOMPARE(m_window->rail()->width(), before);
    }

    void numbersGoToThePagesOfTheRail()
    {
        m_window->showPage(QStringLiteral("models"));
        tour::shortcut(m_window.get(), Qt::Key_1, Qt::ControlModifier);
        QCOMPARE(m_window->currentPage(), m_window->rail()->upper().first());
    }

    void thePaletteRunsWhatAFewLettersFind()
    {
        tour::shortcut(m_window.get(), Qt::Key_K, Qt::ControlModifier);
        QVERIFY(m_window->palette()->isVisible());
        m_window->palette()->input()->setText(QStringLiteral("go to settings"));
        tour::key(m_window->palette()->input(), Qt::Key_Return);
        QCOMPARE(m_window->currentPage(), QStringLiteral("settings"));
        QVERIFY(!m_window->palette()->isVisible());
        QVERIFY(matchScore(QStringLiteral("gtset"), QStringLiteral("Go to Settings")) > 0);
        QCOMPARE(matchScore(QStringLiteral("zebra"), QStringLiteral("Go to Settings")), 0);
    }

    void thePaletteKnowsPagesAndLessonsByName()
    {
        const auto found = [this](const char *typed) {
            tour::shortcut(m_window.get(), Qt::Key_K, Qt::ControlModifier);
            m_window->palette()->input()->setText(QLatin1String(typed));
            const QString first = m_window->palette()->list()->item(0)->text();
            tour::key(m_window->palette()->input(), Qt::Key_Escape);
            return first;
        };
        const QString page = m_window->rail()->upper().first();
        const QString word = m_window->rail()->button(page)->text();
        QVERIFY2(found(qPrintable(word)).startsWith(QStringLiteral("Go to ") + word), qPrintable(found("go to")));
        QVERIFY(found("softmax").contains(QStringLiteral("Start the lesson")));
    }

    void f1ExplainsTheFocusedControl()
    {
        QString name;
        const QString text = HelpBubble::textFor(m_window->workBar()->workButton(), &name);
        QVERIFY(text.contains(QLatin1String("timeline")));
        m_window->help()->explain(m_window->workBar()->workButton());
        QVERIFY(m_window->help()->isVisible());
        tour::key(m_window.get(), Qt::Key_Escape);
        QVERIFY(!m_window->help()->isVisible());
    }

    void theWorkBarSaysWhatThereIsRoomFor()
    {
        const QString title = QStringLiteral("Draw two red foxes beside a blue house at night, ").repeated(9);
        m_window->resize(1280, 800);
        m_host->engineService().start({}, plainRuntime);
        JobOptions options;
        options.title = title.toStdString();
        m_host->submit(this, kLong, {}, std::move(options), [](const Result<Nothing> &) {});
        const QPushButton *work = m_window->workBar()->workButton();
        QTRY_VERIFY(work->text().startsWith(title.left(60)) && work->text().endsWith(u'…'));
        const auto roomy = work->text().size();
        m_window->resize(1024, 700);
        QTRY_VERIFY(work->text().endsWith(u'…') && work->text().size() < roomy);
        QCOMPARE(m_window->width(), 1024); // and it does not push the window open
        s_longMayEnd = true;
        QTRY_COMPARE(m_window->workBar()->shownJob(), std::uint64_t(0));
    }

    void selectedWorkStaysSelectedWhileOtherWorkComesAndGoes()
    {
        using Ids = std::vector<std::uint64_t>;
        const auto records = [](const Ids &ids) {
            std::vector<JobRecord> all;
            for (const std::uint64_t id : ids)
                all.emplace_back().id = id;
            return all;
        };
        JobModel model;
        QItemSelectionModel selection(&model);
        model.setRecords(records({1, 2, 4}));
        selection.setCurrentIndex(model.index(1, 0), QItemSelectionModel::ClearAndSelect | QItemSelectionModel::Rows);
        for (const Ids &ids : std::vector<Ids>{{2, 4, 5, 7}, {2, 3, 5, 6, 7}, {2}, {1, 2, 9}}) {
            model.setRecords(records(ids));
            QCOMPARE(model.rowCount(), int(ids.size()));
            const int row = selection.currentIndex().row();
            QCOMPARE(model.records()[std::size_t(row)].id, std::uint64_t(2));
            QVERIFY(selection.isRowSelected(row));
        }
        model.setRecords(records({1, 9}));
        QVERIFY(!selection.hasSelection());
    }

    void theStageSplitsAndJoins()
    {
        m_window->setSplit(true);
        QCOMPARE(m_window->stage()->visiblePages().size(), 2);
        Page *left = m_window->stage()->current();
        Page *right = m_window->stage()->visiblePages().value(1);
        QVERIFY(left != right);
        m_window->stage()->show(right); // asked for in the active half: the halves change places
        QCOMPARE(m_window->stage()->visiblePages(), (QList<Page *>{right, left}));
        m_window->setSplit(false);
        QCOMPARE(m_window->stage()->visiblePages(), QList<Page *>{right});
    }

    void aPageIsShownBeside()
    {
        Stage &stage = *m_window->stage();
        Page *left = stage.current();
        showBeside(*m_host, QStringLiteral("models"));
        QVERIFY(stage.isSplit());
        QVERIFY(stage.current() == left);
        Page *models = stage.visiblePages().value(1);
        QVERIFY(models && models != left);
        showBeside(*m_host, QStringLiteral("models")); // both are on screen already
        QCOMPARE(stage.visiblePages(), (QList<Page *>{left, models}));
        m_host->sendTo(QStringLiteral("models"), {}, {}); // which does not change places either
        QCOMPARE(stage.visiblePages(), (QList<Page *>{left, models}));
        showBeside(*m_host, QStringLiteral("settings"));
        QCOMPARE(stage.visiblePages().value(0), left);
        QVERIFY(stage.visiblePages().value(1) != models);
        showBeside(*m_host, QStringLiteral("nowhere"));
        QCOMPARE(stage.visiblePages().value(0), left);
    }

    void aPluginSwitchedOffLeavesTheRail()
    {
        QVERIFY(m_window->rail()->button(QStringLiteral("test.good")));
        m_host->plugins().setEnabled(QStringLiteral("test.good"), false);
        QVERIFY(!m_window->rail()->button(QStringLiteral("test.good")));
        QCOMPARE(m_window->currentPage(), QStringLiteral("plugins"));
        m_host->plugins().setEnabled(QStringLiteral("test.good"), true);
        QVERIFY(m_window->rail()->button(QStringLiteral("test.good")));
    }

    void aRefusedPluginIsNamedWithItsReason()
    {
        const PluginEntry *refused = m_host->plugins().find(QStringLiteral("test.older_headers"));
        QVERIFY(refused && refused->state == PluginState::Refused);
        QVERIFY(!m_window->rail()->button(refused->id));
        m_window->showPage(QStringLiteral("plugins"));
        const auto cards = m_window->page(QStringLiteral("plugins"))->findChildren<ErrorCard *>();
        QVERIFY(std::any_of(cards.begin(), cards.end(), [&](const ErrorCard *card) {
            return card->isVisible() && card->message() == refused->reason;
        }));
    }

    void aViewOfTheProgramsOwnCanBeReloaded()
    {
        const QPointer<Page> before = m_window->page(QStringLiteral("test.good"));
        tour::shortcut(m_window.get(), Qt::Key_R, Qt::ControlModifier | Qt::ShiftModifier);
        QTRY_VERIFY(!before);
        QVERIFY(m_window->page(QStringLiteral("test.good")));
        QCOMPARE(m_window->currentPage(), QStringLiteral("test.good"));
        QCOMPARE(m_host->plugins().find(QStringLiteral("test.good"))->reloads, 1);
    }

    void whatIsRememberedComesBack()
    {
        m_window->setTrayVisible(true);
        m_window->showPage(QStringLiteral("models"));
        m_window->saveState();
        QCOMPARE(m_host->settings().value(QStringLiteral("window/page")).toString(), QStringLiteral("models"));
        MainWindow again(*m_host, nullptr);
        again.show();
        QVERIFY(again.tray()->isVisible());
    }

    void gatheringOpensTheTrayOnce()
    {
        QVERIFY(!m_window->tray()->isVisible());
        Workspace &workspace = m_host->workspace();
        QImage image(8, 8, QImage::Format_RGB32);
        image.fill(Qt::green);
        const ItemId id = workspace.add(pictureItem(image, QStringLiteral("green")));
        workspace.select({id});
        tour::shortcut(m_window.get(), Qt::Key_G, Qt::ControlModifier);
        QVERIFY(m_window->tray()->isVisible());
        QCOMPARE(workspace.tray(), QList<ItemId>{id});
        QCOMPARE(m_window->tray()->list()->model()->rowCount(), 1);
    }

    void pastingAPictureThatNoPageTakesGathersIt()
    {
        QImage image(8, 8, QImage::Format_RGB32);
        image.fill(Qt::green);
        QGuiApplication::clipboard()->setImage(image);
        tour::shortcut(m_window.get(), Qt::Key_V, Qt::ControlModifier);
        QCOMPARE(m_host->workspace().tray().size(), 1);
    }

    void manyUnreadableFilesAreOneShortList()
    {
        QStringList sentences;
        for (int i = 0; i < 40; ++i)
            sentences.append(QStringLiteral("file %1: not a picture").arg(i));
        m_window->showUnreadable(sentences);
        QVERIFY(m_window->banner()->isVisible());
        QVERIFY(m_window->banner()->message().startsWith(QLatin1String("40 files")));
        QVERIFY(m_window->banner()->message().count(u'\n') <= 6);
    }

    void timeLeftIsSaidOnlyWhenItCanBeKnown()
    {
        QVERIFY(timeLeft(-1, 5000).isEmpty());
        QVERIFY(timeLeft(0.5, 100).isEmpty());
        QCOMPARE(timeLeft(0.5, 10000), QStringLiteral("10 s left"));
        QCOMPARE(timeLeft(0.1, 60000), QStringLiteral("about 9 min left"));
        // Half was there when it was first heard of: that half took no time.
        TimeLeft pace;
        QVERIFY(pace.of(0.5).isEmpty());
        QTest::qWait(600);
        QCOMPARE(pace.of(0.75), QStringLiteral("a second left"));
        QVERIFY(pace.of(0.1).isEmpty()); // the next part
    }

    void theChipTellsWhatTheCardSays()
    {
        ModelCard card;
        card.builtIn = true;
        card.knownNames = 1358;
        card.measures = {{"drawings top-1", 0.52}};
        const QString words = honestWords(card);
        QVERIFY(words.contains(QLatin1String("Never saw a photograph")));
        QVERIFY2(words.contains(QLatin1String("First guess right 5.2 in 10")), qPrintable(words));
        card.measures.clear();
        QVERIFY(!honestWords(card).contains(QLatin1String("First guess")));
        QCOMPARE(measureText("drawings top-1", 0.52), QStringLiteral("52.0 %"));
        QCOMPARE(measureText("threshold", 0.52), QStringLiteral("0.52"));
        // Those of models that draw, and of models that hear.
        QCOMPARE(measureText("made of, noun", 0.4333), QStringLiteral("43.3 %"));
        QCOMPARE(measureText("colour", 1), QStringLiteral("100.0 %"));
        QCOMPARE(measureText("phone purity", 0.5732), QStringLiteral("57.3 %"));
        QCOMPARE(measureText("phone error", 0.4793), QStringLiteral("47.9 %"));
        QCOMPARE(measureText("phone error, points more", 4.825), QStringLiteral("4.825"));
        QCOMPARE(measureText("reconstruction error", 0.0681), QStringLiteral("0.0681"));
        QCOMPARE(measureText("units measured", 80117), QLocale().toString(80117));
    }

    void aRemedyIsAButton()
    {
        ErrorCard card;
        bool mended = false;
        card.showError({ErrorCode::NotFound, "There is no fox here.", "fox.cpp"});
        card.setRemedy(QStringLiteral("Look again"), [&] { mended = true; });
        for (QAbstractButton *button : card.findChildren<QAbstractButton *>())
            if (button->text() == QLatin1String("Look again"))
                button->click();
        QVERIFY(mended);
        QVERIFY(card.accessibleName().contains(QLatin1String("There is no fox here.")));
    }

    void doubleClickOnACaptionResetsItsControl()
    {
        InspectorPanel panel;
        auto *slider = new QSlider;
        slider->setValue(7);
        panel.addControl(QStringLiteral("Temperature"), slider, QStringLiteral("Larger is flatter."),
                         [slider] { slider->setValue(1); });
        panel.show();
        for (QLabel *label : panel.findChildren<QLabel *>())
            if (label->text() == QLatin1String("Temperature"))
                QTest::mouseDClick(label, Qt::LeftButton);
        QCOMPARE(slider->value(), 1);
    }

    void theSeventhControlGoesUnderMore()
    {
        InspectorPanel panel;
        QList<QSlider *> sliders;
        for (int i = 0; i < 7; ++i) {
            sliders.append(new QSlider);
            panel.addControl(QStringLiteral("Control %1").arg(i), sliders.last(), QStringLiteral("Help"));
        }
        panel.show();
        QVERIFY(sliders[5]->isVisible());
        QVERIFY(!sliders[6]->isVisible());
        for (QToolButton *button : panel.findChildren<QToolButton *>())
            button->click();
        QVERIFY(sliders[6]->isVisible());
    }
};

QTEST_MAIN(WindowTest)
#include "window_test.moc"
