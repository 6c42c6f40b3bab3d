// SPDX-License-Identifier: Apache-2.0
// The page with the real engine and the built-in models: an example draws itself, both ways can be looked into, and a
// saved picture is made again bit for bit. What the pictures show is judged elsewhere.
#include "engine/api/picture_files.h"
#include "plugins/text_to_image/view/detail_view.h"
#include "plugins/text_to_image/view/duel_view.h"
#include "plugins/text_to_image/view/failures.h"
#include "plugins/text_to_image/view/generate_page.h"
#include "plugins/text_to_image/view/generate_state.h"
#include "plugins/text_to_image/view/model_facts.h"
#include "plugins/text_to_image/view/prompt_bar.h"
#include "plugins/text_to_image/view/sample_grid.h"
#include "plugins/text_to_image/view/sentence_chips.h"
#include "plugins/text_to_image/view/token_theatre.h"
#include "plugins/text_to_image/view/word_maps.h"
#include "tests/plugins/fake_host.h"

#include <QApplication>
#include <QFileInfo>
#include <QPushButton>
#include <QTemporaryDir>
#include <QTest>

#include <cmath>

using namespace orrery;
using namespace orrery::text_to_image;

/// For two cores that do other things, too.
constexpr int kPatienceMs = 240000;

class GenerateModelTest : public QObject
{
    Q_OBJECT

    std::unique_ptr<test::FakeHost> m_host;
    std::unique_ptr<GeneratePage> m_page;
    std::unique_ptr<QWidget> m_inspector;

    bool settled() { return !m_page->isBusy(); }
    const Drawing &drawing() { return m_page->sampler().drawing(); }
    void edit(const std::function<void(Parameters &)> &change) { m_page->state().edit(QStringLiteral("test"), change); }
    bool addCard(const char *id)
    {
        const QString folder = qEnvironmentVariable("ORRERY_MODELS") + u'/' + QLatin1String(id);
        if (!QFileInfo::exists(folder + QStringLiteral("/model.safetensors")))
            return false;
        ModelCard card;
        card.id = id;
        card.name = id;
        card.task = kDrawingTask.toStdString();
        card.folder = folder.toStdString();
        card.builtIn = true;
        m_host->addCard(card);
        return true;
    }
    /// For the eye: ORRERY_GRABS=folder keeps a picture of the page.
    void grab(const char *name)
    {
        if (const QString folder = qEnvironmentVariable("ORRERY_GRABS"); !folder.isEmpty() && m_page)
            m_page->grab().save(folder + u'/' + QLatin1String(name) + QStringLiteral(".png"));
    }

private Q_SLOTS:
    void initTestCase()
    {
        Theme::instance().apply(*qApp);
        Theme::instance().setMotion(false);
    }
    void init()
    {
        m_host = std::make_unique<test::FakeHost>(true);
        const bool tokens = addCard(generate::kTokensModel), diffusion = addCard(generate::kDiffusionModel);
        if (!tokens || !diffusion)
            QSKIP("the built-in models picture-dalle and picture-diffusion are not there");
        m_page = std::make_unique<GeneratePage>(*m_host);
        m_inspector.reset(m_page->createInspector(nullptr));
        m_page->resize(896, 624);
        edit([](Parameters &p) {
            p.count = 2;
            p.steps = 6; // enough to see that they move
        });
        m_page->show();
    }
    void cleanup()
    {
        grab(QTest::currentTestFunction());
        m_page.reset();
        m_inspector.reset();
        m_host.reset();
    }

    void anExampleDrawsItselfBothWays()
    {
        for (const auto method : {generate::Method::Diffusion, generate::Method::Tokens}) {
            edit([&](Parameters &p) { p.method = method; });
            m_page->draw();
            QTRY_VERIFY_WITH_TIMEOUT(settled(), kPatienceMs);
            QCOMPARE(m_page->errorText(), QString());
            QCOMPARE(drawing().samples.size(), 2);
            QVERIFY(drawing().method == method);
            QVERIFY(drawing().samples[0]->picture.rgb != drawing().samples[1]->picture.rgb);
            QCOMPARE(m_page->grid().tiles().times, std::floor(m_page->grid().tiles().times));
            const SentenceChips *chips = m_page->promptBar().chips();
            QVERIFY(chips->wholePromptRead()); // the model knows every word of the example
        }
    }

    void aSavedPictureIsMadeAgainBitForBit()
    {
        QTemporaryDir folder;
        const QString path = folder.filePath(QStringLiteral("sample.png"));
        m_page->draw();
        QTRY_VERIFY_WITH_TIMEOUT(settled(), kPatienceMs);
        QCOMPARE(m_page->errorText(), QString());
        m_page->openDetail(1);
        QVERIFY(m_page->isDetailOpen());
        const std::vector<std::uint8_t> before = m_page->detail().take().sample->picture.rgb;
        const std::string recipe = m_page->detail().take().sample->recipe;
        m_page->exportTo(path);
        // The command line reads it with another library, and finds the same text.
        std::string read;
        m_host->submit(m_page.get(), kReadTexts, {path.toStdString()}, {}, [&](const Result<ReadTextsResult> &result) {
            for (const auto &[keyword, text] : result ? result->texts : decltype(result->texts)())
                if (keyword == kRecipeKey)
                    read = text;
        });
        QTRY_VERIFY(!read.empty());
        QCOMPARE(read, recipe);
        edit([](Parameters &p) { p.prompt = QStringLiteral("a star"); });
        m_page->take(m_host->workspace().add(QList<Item>{fileItem(path)}));
        QTRY_VERIFY_WITH_TIMEOUT(settled(), kPatienceMs);
        QCOMPARE(drawing().samples.size(), 1);
        QVERIFY(drawing().samples[0]->picture.rgb == before);
    }

    void tilesCanBeLookedIntoAndDrawnAnew()
    {
        edit([](Parameters &p) { p.method = generate::Method::Tokens; });
        m_page->draw();
        QTRY_VERIFY_WITH_TIMEOUT(settled(), kPatienceMs);
        QCOMPARE(m_page->errorText(), QString());
        m_page->openDetail(0);
        QVERIFY(m_page->isDetailOpen());
        DetailView &detail = m_page->detail();
        QTRY_VERIFY_WITH_TIMEOUT(settled(), kPatienceMs);
        const SamplePointer first = detail.take().sample;
        QCOMPARE(first->tokens.size(), std::size_t(first->gridWidth * first->gridHeight));
        detail.again(20);
        QTRY_VERIFY_WITH_TIMEOUT(settled(), kPatienceMs);
        QCOMPARE(detail.takes(), 2);
        for (std::size_t i = 0; i < 20; ++i)
            QCOMPARE(detail.take().sample->tokens[i].token, first->tokens[i].token);
        grab("tiles");
        detail.setInside(DetailView::Words);
        QTRY_VERIFY_WITH_TIMEOUT(settled(), kPatienceMs);
        QVERIFY(!detail.wordMaps()->words().isEmpty());
        detail.wordMaps()->showWord(2);
    }

    void theDuelIsScoredAtEachStep()
    {
        m_page->showPart(GeneratePage::Duel);
        m_page->draw();
        QTRY_VERIFY_WITH_TIMEOUT(settled(), kPatienceMs);
        QCOMPARE(m_page->duel().errorText(), QString());
        for (int lane = 0; lane < DuelView::kLanes; ++lane) {
            const SamplePointer sample = m_page->duel().lane(lane).samples.value(0);
            QVERIFY(sample && sample->looks.size() == std::size_t(6));
            QVERIFY(sample->looks.back().clipScore.has_value());
        }
    }

    void theUnreadWordIsOneItNeverRead()
    {
        edit([](Parameters &p) { p.prompt = preparedFailures().front().prompt; });
        m_page->draw();
        QTRY_VERIFY_WITH_TIMEOUT(settled(), kPatienceMs);
        QCOMPARE(m_page->errorText(), QString());
        QCOMPARE(m_page->facts().readPrompt().unknownWords, std::vector<std::string>{"vixen"});
    }
};

QTEST_MAIN(GenerateModelTest)
#include "generate_model_test.moc"
