// SPDX-License-Identifier: Apache-2.0
#include "engine/training/picture_world/captions.h"
#include "engine/training/picture_world/prompt_reading.h"

#include <QTest>

#include <algorithm>

using namespace orrery::training;

class PromptReadingTest : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void findsWhatTrainingLeftOut_data();
    void findsWhatTrainingLeftOut();
    void passesOverWhatItDoesNotKnow();

private:
    const std::vector<std::string> m_nouns{"fox", "bell", "hot dog", "dog", "star", "key", "cat", "bus"};
};

void PromptReadingTest::findsWhatTrainingLeftOut_data()
{
    QTest::addColumn<QString>("prompt");
    QTest::addColumn<QString>("noun");
    QTest::addColumn<QString>("key");
    QTest::addColumn<QString>("said");
    // Every pair of every noun: what isHeldOut says is what is told, no more and no less.
    for (const std::string &noun : m_nouns) {
        const QString word = QString::fromStdString(noun), many = QString::fromStdString(plural(noun));
        const auto row = [&](const QString &prompt, const char *key, const QString &said) {
            QTest::addRow("%s", qPrintable(prompt)) << prompt << word << QString(key) << said;
        };
        for (const NamedColour &colour : namedColours()) {
            const QString name = QString::fromUtf8(colour.name.data(), static_cast<int>(colour.name.size()));
            row("a " + name + " " + word, colour.name.data(), name + " " + word);
            const QString ground = QString::fromStdString(withArticle(name.toStdString()));
            row("a " + word + " on " + ground + " background", qPrintable("background " + name),
                word + " on " + ground + " background");
        }
        for (const char *count : {"two", "three", "four"})
            row(QString(count) + " " + many, count, QString(count) + " " + many);
        for (const char *relation : {"left of", "right of", "above", "below"})
            row("a " + word + " " + relation + " a star", relation, word + " " + relation);
        row("A line drawing of a " + word, "line drawing", "line drawing of " + word);
        row("a  Small " + word + ".", "small", "small " + word);
    }
}

void PromptReadingTest::findsWhatTrainingLeftOut()
{
    QFETCH(QString, prompt);
    QFETCH(QString, noun);
    QFETCH(QString, key);
    QFETCH(QString, said);
    const std::vector<std::string> absent = absentPairs(prompt.toStdString(), m_nouns);
    const bool found = std::find(absent.begin(), absent.end(), said.toStdString()) != absent.end();
    QCOMPARE(found, isHeldOut(noun.toStdString(), key.toStdString()));
}

void PromptReadingTest::passesOverWhatItDoesNotKnow()
{
    QVERIFY(absentPairs("", m_nouns).empty());
    QVERIFY(absentPairs("a quantum of solace left of nothing", m_nouns).empty());
    QVERIFY(absentPairs(std::string(10000, 'x'), m_nouns).empty());
    // A hot dog is no dog.
    for (const std::string &pair : absentPairs("a red hot dog", m_nouns))
        QCOMPARE(pair, std::string("red hot dog"));
}

QTEST_GUILESS_MAIN(PromptReadingTest)
#include "prompt_reading_test.moc"
