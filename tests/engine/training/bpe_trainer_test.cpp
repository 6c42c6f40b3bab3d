// SPDX-License-Identifier: Apache-2.0
#include "engine/training/bpe_trainer.h"

#include <QTemporaryDir>
#include <QTest>

using namespace orrery;
using namespace orrery::training;

class BpeTrainerTest : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void splitsWordsAsClipDoes();
    void mergesTheMostFrequentNeighboursFirst();
    void givesFrequentWordsOneToken();
    void makesAVocabularyThatTheTokenizerReadsBack();
    void repeatsItself();
};

void BpeTrainerTest::splitsWordsAsClipDoes()
{
    const std::vector<std::string> expected = {"a", "cat", "'s", "hat", ",", "2", "4", "hours", "!", "!"};
    std::vector<std::string> words = splitWords("A cat's hat, 24 hours!");
    words.push_back("!");
    QCOMPARE(words, expected);
    // U+2019 is punctuation, ñ is a letter.
    QCOMPARE(splitWords("o\u2019clock pi\u00f1ata"), (std::vector<std::string>{"o", "\u2019", "clock", "pi\u00f1ata"}));
}

void BpeTrainerTest::mergesTheMostFrequentNeighboursFirst()
{
    // "ab" occurs 9 times, "bc" 4 times, "cd" never beside each other.
    const ClipTokenizer::Settings settings = trainBpe({{"ab", 5}, {"abc", 4}}, 2);
    QCOMPARE(settings.merges.size(), std::size_t(2));
    QCOMPARE(settings.merges[0], (std::pair<std::string, std::string>("a", "b</w>")));
    QCOMPARE(settings.merges[1].first, std::string("a"));
    QCOMPARE(settings.merges[1].second, std::string("b"));
    QCOMPARE(settings.vocabulary.size(), std::size_t(512 + 2 + 2));
}

void BpeTrainerTest::givesFrequentWordsOneToken()
{
    const ClipTokenizer tokenizer(trainBpe({{"umbrella", 50}, {"under", 30}, {"rella", 2}}, 200));
    QCOMPARE(tokenizer.encode("Umbrella under UMBRELLA").size(), std::size_t(2 + 3));
    // A word that nobody saw is spelled, never lost.
    QVERIFY(tokenizer.encode("zq").size() == 2 + 2);
}

void BpeTrainerTest::makesAVocabularyThatTheTokenizerReadsBack()
{
    const QTemporaryDir folder;
    const ClipTokenizer::Settings settings = trainBpe({{"house", 9}, {"mouse", 7}, {"\u00e9t\u00e9", 3}}, 50);
    writeVocabulary(settings, folder.path().toStdString());
    const ClipTokenizer direct(settings);
    const auto read = ClipTokenizer::fromFolder(folder.path().toStdString());
    QCOMPARE(read->vocabularySize(), direct.vocabularySize());
    for (const char *text : {"a house", "mouse house", "\u00e9t\u00e9 1999!", ""})
        QCOMPARE(read->encode(text), direct.encode(text));
    QCOMPARE(direct.endId(), direct.vocabularySize() - 1);
}

void BpeTrainerTest::repeatsItself()
{
    const std::map<std::string, std::int64_t> words = {{"abab", 3}, {"baba", 3}, {"aabb", 3}};
    QCOMPARE(trainBpe(words, 20).merges, trainBpe(words, 20).merges);
}

QTEST_GUILESS_MAIN(BpeTrainerTest)
#include "bpe_trainer_test.moc"
