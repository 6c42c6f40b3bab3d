// SPDX-License-Identifier: Apache-2.0
#include "engine/files/model_catalogue.h"
#include "engine/files/safetensors.h"
#include "engine/files/sha256.h"
#include "tests/engine/files/file_support.h"

using namespace orrery;
using namespace orrery::test;

class ModelCatalogueTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void sha256AgreesWithTheStandard();
    void builtInModelsComeFirstAndCarryTheirCards();
    void aFolderFromTheHubNeedsNoCard();
    void damagedFoldersAreListedWithTheirError_data();
    void damagedFoldersAreListedWithTheirError();
    void anUnknownIdNamesTheKnownOnes();
    void aChangedFileFailsItsVerification();
    void onlyInstalledModelsAreRemoved();
    void figuresAreWrittenOnTheCard();

private:
    void makeModel(const std::string &folder, const std::string &card = {});
    ModelCatalogue catalogue() const { return ModelCatalogue(m_folder->path("builtin"), {m_folder->path("user")}); }
    std::unique_ptr<TemporaryFolder> m_folder;
};

void ModelCatalogueTest::makeModel(const std::string &folder, const std::string &card)
{
    const std::vector<float> weights{1, 2};
    m_folder->makeFolder(folder);
    writeSafetensors(m_folder->path(folder + "/model.safetensors"),
                     {{"w", Dtype::F32, {2}, std::as_bytes(std::span(weights))}});
    m_folder->write(folder + "/config.json", R"({"model_type":"clip"})");
    if (!card.empty())
        m_folder->write(folder + "/card.json", card);
}

void ModelCatalogueTest::init()
{
    m_folder = std::make_unique<TemporaryFolder>();
    makeModel("builtin/small",
              R"({"id":"small","name":"Small","task":"image and text","licence":"CC0-1.0","seed":7,"known_names":3,
                  "measures":[{"name":"z first","value":0.5},{"name":"a second","value":1}],"sha256":"00"})");
    makeModel("user/mine");
}

void ModelCatalogueTest::sha256AgreesWithTheStandard()
{
    // FIPS 180-2, appendix B: "abc", 448 bits, one million "a"; and the well-known digest of nothing.
    const auto digest = [](const std::string &text) {
        Sha256 hash;
        hash.add(std::as_bytes(std::span(text)));
        return hash.finish();
    };
    QCOMPARE(digest(""), std::string("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"));
    QCOMPARE(digest("abc"), std::string("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"));
    QCOMPARE(digest("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq"),
             std::string("248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"));
    Sha256 pieces;
    const std::string some(1000 / 8, 'a'); // pieces that do not fit the block
    for (int i = 0; i < 8000; ++i)
        pieces.add(std::as_bytes(std::span(some)));
    QCOMPARE(pieces.finish(), std::string("cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0"));
}

void ModelCatalogueTest::builtInModelsComeFirstAndCarryTheirCards()
{
    const auto cards = catalogue().list();
    QCOMPARE(cards.size(), std::size_t(2));
    QCOMPARE(cards[0].id, std::string("small"));
    QVERIFY(cards[0].builtIn);
    QCOMPARE(cards[0].seed, std::uint64_t(7));
    QCOMPARE(cards[0].knownNames, 3);
    QCOMPARE(cards[0].measures[0].first, std::string("z first")); // in the card's own order
    QCOMPARE(cards[0].error, std::string());
    QVERIFY(cards[0].bytes > 100);
    QVERIFY(!cards[1].builtIn);
}

void ModelCatalogueTest::aFolderFromTheHubNeedsNoCard()
{
    makeModel("elsewhere/some-clip");
    const ModelCard card = catalogue().card(m_folder->path("elsewhere/some-clip/"));
    QCOMPARE(card.id, std::string("some-clip"));
    QCOMPARE(card.task, std::string("image and text"));
    QCOMPARE(card.error, std::string());
}

void ModelCatalogueTest::damagedFoldersAreListedWithTheirError_data()
{
    QTest::addColumn<QString>("file");
    QTest::addColumn<QString>("text");
    QTest::addColumn<QString>("expected");
    QTest::newRow("a card that is not JSON") << "card.json"
                                             << "hello"
                                             << "card.json: is not valid JSON";
    QTest::newRow("a card with an absurd seed") << "card.json"
                                                << R"({"seed":-1})"
                                                << "field \"seed\" is -1";
    QTest::newRow("a configuration that is not JSON") << "config.json"
                                                      << "{"
                                                      << "config.json: is not valid JSON";
    QTest::newRow("a configuration without a type") << "config.json"
                                                    << "{}"
                                                    << "field \"model_type\" is missing";
    QTest::newRow("weights that are cut") << "model.safetensors"
                                          << "123"
                                          << "3 bytes long";
}

void ModelCatalogueTest::damagedFoldersAreListedWithTheirError()
{
    QFETCH(QString, file);
    QFETCH(QString, text);
    QFETCH(QString, expected);
    m_folder->write("user/mine/" + file.toStdString(), text.toStdString());
    const auto cards = catalogue().list();
    QCOMPARE(cards.size(), std::size_t(2));
    QCOMPARE(cards[0].error, std::string());
    QVERIFY2(QString::fromStdString(cards[1].error).contains(expected), cards[1].error.c_str());
}

void ModelCatalogueTest::anUnknownIdNamesTheKnownOnes()
{
    const QString message = messageOf<ErrorCode::NotFound>([&] { catalogue().card("smal"); });
    QVERIFY2(message.contains("\"smal\"") && message.contains("small, mine"), qPrintable(message));
}

void ModelCatalogueTest::aChangedFileFailsItsVerification()
{
    const std::string file = m_folder->path("builtin/small/model.safetensors");
    QVERIFY(!catalogue().verify("small").passed);
    m_folder->write("builtin/small/card.json", R"({"id":"small","sha256":")" + sha256OfFile(file) + "\"}");
    QVERIFY(catalogue().verify("small").passed);
    std::string bytes = m_folder->read("builtin/small/model.safetensors");
    bytes.back() = char(bytes.back() ^ 1);
    m_folder->write("builtin/small/model.safetensors", bytes);
    const auto verification = catalogue().verify("small");
    QVERIFY(!verification.passed);
    QVERIFY(QString::fromStdString(verification.message).contains("model.safetensors"));
}

void ModelCatalogueTest::onlyInstalledModelsAreRemoved()
{
    makeModel("elsewhere/some-clip");
    messageOf<ErrorCode::BadInput>([&] { catalogue().remove("small"); });
    messageOf<ErrorCode::BadInput>([&] { catalogue().remove(m_folder->path("elsewhere/some-clip")); });
    messageOf<ErrorCode::NotFound>([&] { catalogue().remove("nothing"); });
    QVERIFY(catalogue().remove("mine") > 0);
    QCOMPARE(catalogue().list().size(), std::size_t(1));
    QVERIFY(QDir(QString::fromStdString(m_folder->path("elsewhere/some-clip"))).exists());
}

void ModelCatalogueTest::figuresAreWrittenOnTheCard()
{
    const std::string folder = m_folder->path("builtin/small");
    ModelCatalogue::writeMeasures(folder, {{"z first", 0.123456}, {"new", 2}});
    const ModelCard card = catalogue().card("small");
    const std::vector<std::pair<std::string, double>> expected{{"z first", 0.1235}, {"a second", 1}, {"new", 2}};
    QCOMPARE(card.measures, expected);
    QCOMPARE(card.licence, std::string("CC0-1.0")); // the rest of it stays
    QCOMPARE(card.seed, std::uint64_t(7));
    QVERIFY_THROWS_EXCEPTION(Exception, ModelCatalogue::writeMeasures(m_folder->path("user/mine"), {{"new", 2}}));
}

QTEST_GUILESS_MAIN(ModelCatalogueTest)
#include "model_catalogue_test.moc"
