// SPDX-License-Identifier: Apache-2.0
// Lists of people's recordings, and what is added to a Speech World.
#include "engine/core/error.h"
#include "engine/training/speech_world/recordings.h"
#include "engine/training/speech_world/speech_world.h"
#include "engine/training/speech_world/speech_world_builder.h"

#include <QFile>
#include <QTemporaryDir>
#include <QTest>

#include <dlfcn.h>

using namespace orrery;
using namespace orrery::training;

class RecordingsTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void aListIsRead()
    {
        const auto read = readRecordings(written("list.tsv", "# people\n\nsounds/a.ogg\tfr\tMarie\tUne horloge.\r\n"
                                                             "b.wav\ten-us\tJohn\tone\ttwo\n"));
        QCOMPARE(read.size(), std::size_t(2));
        QCOMPARE(read[0].file, m_folder.filePath(QStringLiteral("sounds/a.ogg")).toStdString());
        QCOMPARE(read[0].language, std::string("fr"));
        QCOMPARE(read[0].speaker, std::string("Marie"));
        QCOMPARE(read[0].text, std::string("Une horloge."));
        QCOMPARE(read[1].text, std::string("one\ttwo"));
    }

    void badListsAreNamed_data()
    {
        QTest::addColumn<QString>("content");
        QTest::addColumn<QString>("expected");
        QTest::newRow("empty") << "# nothing\n"
                               << "holds no recording";
        QTest::newRow("too few fields") << "a.wav\ten\tJohn\thello\nb.wav\ten\n"
                                        << "line 2";
        QTest::newRow("an empty field") << "a.wav\t\tJohn\thello\n"
                                        << "line 1";
    }

    void badListsAreNamed()
    {
        QFETCH(QString, content);
        QFETCH(QString, expected);
        const std::string list = written("bad.tsv", content);
        try {
            readRecordings(list);
            QFAIL("expected an exception");
        } catch (const Exception &error) {
            QVERIFY(error.code() == ErrorCode::BadInput);
            const QString sentence = QString::fromUtf8(error.what());
            QVERIFY2(sentence.contains(expected) && sentence.contains(QString::fromStdString(list)),
                     qPrintable(sentence));
        }
        QVERIFY_THROWS_EXCEPTION(Exception, readRecordings("/nonexistent/list.tsv"));
    }

    void phonesAreThoseThatAreKnown()
    {
        void *library = ::dlopen("libespeak-ng.so.1", RTLD_LAZY | RTLD_LOCAL);
        if (!library)
            QSKIP("espeak-ng is not installed");
        ::dlclose(library);
        std::vector<SpokenRecording> recordings(2);
        recordings[0].language = recordings[1].language = "en-us";
        recordings[0].text = recordings[1].text = "see";
        addPhones(recordings, {"", "s", "iː"});
        QCOMPARE(recordings[0].phones, (std::vector<std::string>{"s", "iː"}));
        addPhones(recordings, {"", "s", "i"});
        QCOMPARE(recordings[1].phones, (std::vector<std::string>{"s", "i"})); // without its length
        addPhones(recordings, {"", "s"});
        QVERIFY(recordings[0].phones.empty()); // half of them have no name
    }

    void whatIsAddedStandsBehindTheWorld()
    {
        SpeechWorldBuilder first;
        SpokenText spoken{std::vector<std::int16_t>(8000, 100), 8000, {{"s", 800}, {"a", 4000}}};
        first.add(spoken, "sa", first.voice("one", true), first.language("en"));
        const std::string file = m_folder.filePath(QStringLiteral("first.safetensors")).toStdString();
        first.write(file, "a test");
        const SpeechWorld world(file);
        SpeechWorldBuilder second(world);
        spoken = {std::vector<std::int16_t>(16000, -100), 16000, {{"a", 0}, {"", 9000}}};
        second.add(spoken, "ah", second.voice("two"), second.language("fr"));
        const std::string more = m_folder.filePath(QStringLiteral("more.safetensors")).toStdString();
        const SpeechWorldSummary summary = second.write(more, "a test");
        QCOMPARE(summary.utterances, std::int64_t(2));
        QCOMPARE(summary.heldOutVoices, 1);
        const SpeechWorld both(more);
        QVERIFY(both.isHeldOut(0) && !both.isHeldOut(1));
        QCOMPARE(both.text(0), world.text(0));
        QVERIFY(std::ranges::equal(both.samples(0), world.samples(0)));
        QCOMPARE(both.phones(), (std::vector<std::string>{"", "s", "a"}));
        QCOMPARE(both.phonesOf(0).size(), std::size_t(3));
        QCOMPARE(both.phonesOf(0)[1].sample, std::int64_t(1600)); // at 16 kHz
        QCOMPARE(both.phonesOf(1).size(), std::size_t(2));
        QCOMPARE(both.phonesOf(1)[0].phone, 2);
        QCOMPARE(both.phonesOf(1)[1].sample, std::int64_t(9000));
        QCOMPARE(both.languages()[std::size_t(both.language(1))], std::string("fr"));
    }

private:
    std::string written(const char *name, const QString &content)
    {
        QFile file(m_folder.filePath(QString::fromLatin1(name)));
        if (!file.open(QIODevice::WriteOnly))
            qFatal("cannot write a list");
        file.write(content.toUtf8());
        return file.fileName().toStdString();
    }
    QTemporaryDir m_folder;
};

QTEST_GUILESS_MAIN(RecordingsTest)
#include "recordings_test.moc"
