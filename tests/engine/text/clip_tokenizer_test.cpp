// SPDX-License-Identifier: Apache-2.0
#include "engine/files/json_file.h"
#include "engine/text/clip_tokenizer.h"
#include "engine/text/known_words.h"
#include "engine/text/unicode.h"
#include "tests/engine/files/file_support.h"

using namespace orrery;
using namespace orrery::test;

namespace {

const std::string kData = ORRERY_SOURCE_DIR "/tests/data/";

} // namespace

class ClipTokenizerTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void aThousandPromptsGiveTheReferencesTokens();
    void longTextsEndWithTheEndTokenAndShortOnesArePadded();
    void tokenizerJsonAloneGivesTheSameTokens();
    void damagedFilesAreRefusedWithFileAndField_data();
    void damagedFilesAreRefusedWithFileAndField();
    void aVeryLongWordTakesNoTimeToSpeakOf();
    void bytesThatAreNotUtf8AreReplaced();
    void charactersComposeAsTheStandardSays_data();
    void charactersComposeAsTheStandardSays();
    void unknownWordsAreNamedOnceInLowerCase();
    void nearestWordsAreTheLikestFirst();

private:
    TemporaryFolder m_folder;
};

void ClipTokenizerTest::aThousandPromptsGiveTheReferencesTokens()
{
    // Ids by transformers' CLIPTokenizerFast: tests/reference/make_clip_fixtures.py.
    const auto tokenizer = ClipTokenizer::fromFolder(kData + "clip_tokens");
    const JsonObject file = JsonObject::readFile(kData + "clip_tokens/prompts.json");
    const auto prompts = file.objects("prompts");
    QCOMPARE(prompts.size(), std::size_t(1000));
    int wrong = 0;
    for (const JsonObject &prompt : prompts) {
        const auto found = tokenizer->encode(prompt.text("text"));
        const auto expected = prompt.integers("ids", 0, 100'000);
        if (found == expected)
            continue;
        if (++wrong <= 10)
            qWarning("\"%s\": found %s, expected %s", prompt.text("text").c_str(),
                     qPrintable(QDebug::toString(QList<qint64>(found.begin(), found.end()))),
                     qPrintable(QDebug::toString(QList<qint64>(expected.begin(), expected.end()))));
    }
    QCOMPARE(wrong, 0);
}

void ClipTokenizerTest::longTextsEndWithTheEndTokenAndShortOnesArePadded()
{
    const auto tokenizer = ClipTokenizer::fromFolder(kData + "clip_tokens");
    const std::vector<std::int64_t> whole = tokenizer->encode("a photo of a very small green armchair");
    const std::vector<std::int64_t> cut = tokenizer->encode("a photo of a very small green armchair", 5);
    QCOMPARE(cut.size(), std::size_t(5));
    QVERIFY(std::equal(cut.begin(), cut.end() - 1, whole.begin()));
    QCOMPARE(cut.back(), tokenizer->endId());
    const std::vector<std::int64_t> padded = tokenizer->encode("", 4);
    QVERIFY((padded == std::vector<std::int64_t>{tokenizer->beginId(), tokenizer->endId(), tokenizer->padId(),
                                                 tokenizer->padId()}));
}

void ClipTokenizerTest::tokenizerJsonAloneGivesTheSameTokens()
{
    const std::string both = kData + "clip_quick_gelu";
    m_folder.makeFolder("alone");
    m_folder.write("alone/tokenizer.json", [&] {
        QFile file(QString::fromStdString(both + "/tokenizer.json"));
        return file.open(QIODevice::ReadOnly) ? file.readAll().toStdString() : std::string();
    }());
    const auto expected = ClipTokenizer::fromFolder(both);
    const auto found = ClipTokenizer::fromFolder(m_folder.path("alone"));
    for (const char *text : {"a photo of a cat", "Zażółć 42 <|endoftext|> !", "don't"})
        QVERIFY(found->encode(text) == expected->encode(text));
}

void ClipTokenizerTest::damagedFilesAreRefusedWithFileAndField_data()
{
    QTest::addColumn<QString>("vocabulary");
    QTest::addColumn<QString>("merges");
    QTest::addColumn<QString>("expected");
    const QString good = R"({"a":0,"b</w>":1,"<|startoftext|>":2,"<|endoftext|>":3})";
    QTest::newRow("not JSON") << "{"
                              << ""
                              << "vocab.json: is not valid JSON";
    QTest::newRow("a list") << "[1]"
                            << ""
                            << "expected a JSON object";
    QTest::newRow("a text as id") << R"({"a":"0"})"
                                  << ""
                                  << "field \"a\" is \"0\"";
    QTest::newRow("a negative id") << R"({"a":-1})"
                                   << ""
                                   << "field \"a\" is -1";
    QTest::newRow("no end token") << R"({"a":0,"<|startoftext|>":2})"
                                  << ""
                                  << "\"<|endoftext|>\"";
    QTest::newRow("a merge of something unknown") << good << "#version\na c</w>\n"
                                                  << "\"c</w>\" (part of a merge)";
    QTest::newRow("a merge into something unknown") << good << "#version\na b</w>\n"
                                                    << "\"ab</w>\" (result of a merge)";
    QTest::newRow("a merge of three") << good << "#version\n\na b c\n"
                                      << "merges.txt: line 3 is \"a b c\"";
}

void ClipTokenizerTest::damagedFilesAreRefusedWithFileAndField()
{
    QFETCH(QString, vocabulary);
    QFETCH(QString, merges);
    QFETCH(QString, expected);
    m_folder.makeFolder("damaged");
    m_folder.write("damaged/vocab.json", vocabulary.toStdString());
    m_folder.write("damaged/merges.txt", merges.toStdString());
    const QString message =
        messageOf<ErrorCode::ModelFile>([&] { ClipTokenizer::fromFolder(m_folder.path("damaged")); });
    QVERIFY2(message.contains(expected) && message.contains("damaged/"), qPrintable(message));
    messageOf<ErrorCode::NotFound>([&] { ClipTokenizer::fromFolder(m_folder.path("nothing here")); });
}

void ClipTokenizerTest::aVeryLongWordTakesNoTimeToSpeakOf()
{
    // A quadratic merge would take minutes and run into the test's own limit.
    const auto tokenizer = ClipTokenizer::fromFolder(kData + "clip_tokens");
    const auto ids = tokenizer->encode(std::string(1'000'000, 'a'));
    QVERIFY(ids.size() > 10'000);
}

void ClipTokenizerTest::bytesThatAreNotUtf8AreReplaced()
{
    using unicode::fromUtf8;
    QVERIFY(fromUtf8("a\xff"
                     "b") == U"a\ufffdb");
    QVERIFY(fromUtf8("\xc0\x80") == U"\ufffd\ufffd");           // overlong
    QVERIFY(fromUtf8("\xed\xa0\x80") == U"\ufffd\ufffd\ufffd"); // a surrogate
    QVERIFY(fromUtf8("\xf4\x90\x80\x80").size() == 4);          // beyond the last character
    QVERIFY(fromUtf8("\xe2\x82") == U"\ufffd\ufffd");           // cut
    QVERIFY(unicode::toUtf8(U"\u20ac\U0001f408\u00e9a") == "\u20ac\U0001f408\u00e9a");
    const auto tokenizer = ClipTokenizer::fromFolder(kData + "clip_tokens");
    QVERIFY(tokenizer->encode("\xff\xfe") == tokenizer->encode("\ufffd\ufffd"));
}

void ClipTokenizerTest::charactersComposeAsTheStandardSays_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<QString>("expected");
    // Rows of NormalizationTest.txt, Unicode 15.0: columns 1 and 2.
    QTest::newRow("A with ring, the Ångström sign") << QString(QChar(0x212b)) << QString(QChar(0x00c5));
    QTest::newRow("D with two dots") << QString::fromUtf8("\u1e0a\u0323") << QString::fromUtf8("\u1e0c\u0307");
    QTest::newRow("blocked") << QString::fromUtf8("\u0d4a\u1112\u1161\u11ab") << QString::fromUtf8("\u0d4a\ud55c");
    QTest::newRow("Hangul") << QString::fromUtf8("\u1100\u1161\u11a8") << QString::fromUtf8("\uac01");
    QTest::newRow("excluded") << QString::fromUtf8("\u0958") << QString::fromUtf8("\u0915\u093c");
    QTest::newRow("marks are sorted") << QString::fromUtf8("a\u0315\u0300\u05ae\u0300b")
                                      << QString::fromUtf8("\u00e0\u05ae\u0300\u0315b");
}

void ClipTokenizerTest::charactersComposeAsTheStandardSays()
{
    QFETCH(QString, text);
    QFETCH(QString, expected);
    const std::u32string composed = unicode::toNfc(unicode::fromUtf8(text.toStdString()));
    QCOMPARE(QString::fromStdString(unicode::toUtf8(composed)), expected);
}

void ClipTokenizerTest::unknownWordsAreNamedOnceInLowerCase()
{
    const KnownWords words("cat\nred house\nT-Rex\no'clock\n3\n");
    const auto unknown =
        words.unknownIn({"a Cat", "the red HOUSE's", "Zebra, zebra!", "t-rex at 3 O’clock", "CAFÉ cafe\u0301"});
    QVERIFY((unknown == std::vector<std::string>{"a", "the", "zebra", "at", "café"}));
    QVERIFY(!KnownWords::fromFolder(m_folder.path()));
    m_folder.write("known_words.txt", "cat\ndog\n");
    QCOMPARE(KnownWords::fromFolder(m_folder.path())->size(), std::size_t(2));
}

void ClipTokenizerTest::nearestWordsAreTheLikestFirst()
{
    const KnownWords words("guitar guitars garlic umbrella sun sunflower son");
    using Words = std::vector<std::string>;
    QVERIFY((words.nearest("gutiar") == Words{"guitar", "guitars"})); // swapped: one slip
    QVERIFY((words.nearest("guitarr") == Words{"guitar", "guitars"}));
    QVERIFY((words.nearest("sunf") == Words{"sun", "sunflower"}));
    QVERIFY((words.nearest("umbrel") == Words{"umbrella"}));
    QVERIFY(words.nearest("xylophone").empty());
    QCOMPARE(words.nearest("sun", 1).size(), std::size_t(1));
}

QTEST_GUILESS_MAIN(ClipTokenizerTest)
#include "clip_tokenizer_test.moc"
