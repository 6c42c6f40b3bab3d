// SPDX-License-Identifier: Apache-2.0
#include "engine/core/error.h"
#include "engine/files/safetensors.h"
#include "engine/training/speech_world/espeak.h"
#include "engine/training/speech_world/make_speech_world.h"
#include "engine/training/speech_world/speech_texts.h"
#include "engine/training/speech_world/speech_world.h"

#include <QFile>
#include <QTemporaryDir>
#include <QTest>

#include <dlfcn.h>

#include <set>

using namespace orrery;
using namespace orrery::training;

class MakeSpeechWorldTest : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void initTestCase();
    void speaksInManyVoicesWithTheTimesOfPhones();
    void phonesStandWhereTheySound_data();
    void phonesStandWhereTheySound();
    void saysTheSameTwice();
    void anotherSeedSaysSomethingElse();
    void namesWhatIsMissing();
    void refusesDamagedFiles_data();
    void refusesDamagedFiles();

private:
    SpeechWorldOptions options(const QString &name) const
    {
        SpeechWorldOptions options;
        options.out = m_folder.filePath(name).toStdString();
        options.annotations = m_folder.path().toStdString();
        options.hours = 0.02;
        options.languages = {{"en-us", "en", 1}, {"de", "de", 1}};
        return options;
    }
    QTemporaryDir m_folder;
};

namespace {

bool hasSynthesisers()
{
    for (const char *name : {"libespeak-ng.so.1", "libflite_cmu_us_slt.so.1"}) {
        void *library = ::dlopen(name, RTLD_LAZY | RTLD_LOCAL);
        if (!library)
            return false;
        ::dlclose(library);
    }
    return true;
}

std::vector<std::string> phonesOf(const SpeechWorld &world, std::int64_t utterance)
{
    std::vector<std::string> names;
    for (const SpeechWorld::Phone &phone : world.phonesOf(utterance))
        names.push_back(world.phones()[std::size_t(phone.phone)]);
    return names;
}

/// How often the sign changes, a sample.
double crossings(std::span<const std::int16_t> samples)
{
    int changes = 0;
    for (std::size_t i = 1; i < samples.size(); ++i)
        changes += (samples[i] < 0) != (samples[i - 1] < 0) ? 1 : 0;
    return static_cast<double>(changes) / static_cast<double>(samples.size());
}

} // namespace

#define NEEDS_SYNTHESISERS()                                                                                           \
    if (!hasSynthesisers())                                                                                            \
    QSKIP("espeak-ng and libflite1 are not both installed")

void MakeSpeechWorldTest::initTestCase()
{
    for (const auto &[file, words] :
         {std::pair("en.xml", "fox face|sun with face|sea|shoe"), std::pair("de.xml", "Fuchs|Sonne|Schiff|Haus")}) {
        QFile out(m_folder.filePath(QString::fromLatin1(file)));
        QVERIFY(out.open(QIODevice::WriteOnly));
        out.write("<ldml><annotations>\n");
        for (const QString &word : QString::fromUtf8(words).split(u'|'))
            out.write(QStringLiteral("<annotation cp=\"%1\" type=\"tts\">%1</annotation>\n").arg(word).toUtf8());
        out.write("</annotations></ldml>\n");
    }
}

void MakeSpeechWorldTest::speaksInManyVoicesWithTheTimesOfPhones()
{
    NEEDS_SYNTHESISERS();
    SpeechWorldOptions options = this->options("speech.safetensors");
    options.recorded = 0.35f;
    const SpeechWorldSummary summary = makeSpeechWorld(options);
    QVERIFY(summary.seconds >= 72 && summary.seconds < 110);
    QVERIFY(summary.voices > 50);
    QVERIFY(summary.heldOutVoices >= 4 && summary.heldOutVoices < summary.voices / 3);
    const SpeechWorld world(options.out);
    QCOMPARE(world.utterances(), summary.utterances);
    QCOMPARE(int(world.phones().size()), summary.phones);
    std::set<int> voices, languages, phones;
    bool heldOut = false, training = false;
    int recorded = 0;
    for (std::int64_t u = 0; u < world.utterances(); ++u) {
        voices.insert(world.voice(u));
        languages.insert(world.language(u));
        (world.isHeldOut(u) ? heldOut : training) = true;
        if (world.voices()[std::size_t(world.voice(u))].starts_with("flite ")) {
            ++recorded;
            QVERIFY(!world.isHeldOut(u));
        }
        QVERIFY(world.samples(u).size() > std::size_t(SpeechWorld::kRate / 10));
        QVERIFY(!world.text(u).empty());
        const auto spoken = world.phonesOf(u);
        QVERIFY(spoken.size() >= 3);
        QCOMPARE(spoken.front().sample, std::int64_t(0)); // something is said of every sample
        for (std::size_t p = 0; p < spoken.size(); ++p) {
            phones.insert(spoken[p].phone);
            QVERIFY(spoken[p].sample < std::int64_t(world.samples(u).size()));
            QVERIFY(p == 0 || spoken[p].sample > spoken[p - 1].sample);
        }
    }
    QVERIFY(voices.size() > 10);
    QCOMPARE(languages.size(), std::size_t(2));
    QVERIFY(phones.size() > 25);
    QVERIFY(heldOut && training);
    QVERIFY(recorded > 0.1 * double(summary.utterances) && recorded < 0.6 * double(summary.utterances));
}

void MakeSpeechWorldTest::phonesStandWhereTheySound_data()
{
    QTest::addColumn<float>("recorded");
    QTest::newRow("formulas") << 0.0f;
    QTest::newRow("recorded voices") << 1.0f;
}

void MakeSpeechWorldTest::phonesStandWhereTheySound()
{
    NEEDS_SYNTHESISERS();
    QFETCH(float, recorded);
    SpeechWorldOptions options = this->options("times.safetensors");
    options.recorded = recorded;
    makeSpeechWorld(options);
    const SpeechWorld world(options.out);
    // A hiss crosses zero far more often than a vowel; half a phone off, they would be alike.
    double hiss = 0, vowel = 0;
    int hisses = 0, vowels = 0;
    for (std::int64_t u = 0; u < world.utterances(); ++u) {
        const auto spoken = world.phonesOf(u);
        for (std::size_t p = 0; p + 1 < spoken.size(); ++p) {
            const auto sound = world.samples(u).subspan(std::size_t(spoken[p].sample),
                                                        std::size_t(spoken[p + 1].sample - spoken[p].sample));
            const std::string &name = world.phones()[std::size_t(spoken[p].phone)];
            if (name == "s") {
                hiss += crossings(sound);
                ++hisses;
            } else if (name == "iː" || name == "uː" || name == "aɪ" || name == "ɑː") {
                vowel += crossings(sound);
                ++vowels;
            }
        }
    }
    QVERIFY(hisses > 5 && vowels > 5);
    QVERIFY2(hiss / hisses > 2 * vowel / vowels,
             qPrintable(QStringLiteral("%1 against %2").arg(hiss / hisses).arg(vowel / vowels)));
}

void MakeSpeechWorldTest::saysTheSameTwice()
{
    NEEDS_SYNTHESISERS();
    const SpeechWorldOptions first = options("a.safetensors"), second = options("b.safetensors");
    makeSpeechWorld(first);
    makeSpeechWorld(second);
    const SpeechWorld a(first.out), b(second.out);
    // The last one depends on how long the others took, to a few samples.
    const std::int64_t both = std::min(a.utterances(), b.utterances());
    QVERIFY(both > 10 && std::abs(a.utterances() - b.utterances()) <= 1);
    for (std::int64_t u = 0; u < both; ++u) {
        QCOMPARE(a.text(u), b.text(u));
        QCOMPARE(a.voices()[std::size_t(a.voice(u))], b.voices()[std::size_t(b.voice(u))]);
        QCOMPARE(a.language(u), b.language(u));
        QCOMPARE(phonesOf(a, u), phonesOf(b, u));
    }
}

void MakeSpeechWorldTest::anotherSeedSaysSomethingElse()
{
    NEEDS_SYNTHESISERS();
    SpeechWorldOptions first = options("c.safetensors"), second = options("d.safetensors");
    second.seed = 2;
    makeSpeechWorld(first);
    makeSpeechWorld(second);
    QVERIFY(SpeechWorld(first.out).text(0) != SpeechWorld(second.out).text(0));
}

void MakeSpeechWorldTest::namesWhatIsMissing()
{
    NEEDS_SYNTHESISERS();
    SpeechWorldOptions options = this->options("e.safetensors");
    options.annotations = "/nonexistent";
    try {
        makeSpeechWorld(options);
        QFAIL("expected an exception");
    } catch (const Exception &error) {
        QVERIFY(error.code() == ErrorCode::NotFound);
        QVERIFY2(std::string(error.what()).find("unicode-cldr-core") != std::string::npos, error.what());
    }
    options = this->options("e.safetensors");
    options.languages = {{"xx-nobody", "en", 1}};
    try {
        makeSpeechWorld(options);
        QFAIL("expected an exception");
    } catch (const Exception &error) {
        QVERIFY2(std::string(error.what()).find("xx-nobody") != std::string::npos, error.what());
    }
    QVERIFY(!QFile::exists(QString::fromStdString(options.out)));
}

void MakeSpeechWorldTest::refusesDamagedFiles_data()
{
    QTest::addColumn<QString>("field");
    for (const char *field : {"samples", "utterance", "voice", "language", "phone", "phone_start", "speech_world"})
        QTest::newRow(field) << QString::fromLatin1(field);
}

void MakeSpeechWorldTest::refusesDamagedFiles()
{
    QFETCH(QString, field);
    const std::vector<std::int16_t> samples(100);
    const std::vector<std::int64_t> utterance{0, 60, 100}, start{0, 20, 60};
    const std::vector<std::int32_t> two{0, 0}, phone{0, 1, 0}, far{9, 9, 9};
    const std::vector<std::int64_t> falling{90, 20, 60};
    const auto bytes = [](const auto &values) { return std::as_bytes(std::span(values.data(), values.size())); };
    const std::string file = m_folder.filePath("damaged.safetensors").toStdString();
    const auto write = [&](const QString &damaged) {
        const auto bad = [&](const char *name) { return damaged == QLatin1String(name); };
        writeSafetensors(
            file,
            {bad("samples") ? SafetensorsItem{"samples", Dtype::I32, {3}, bytes(phone)}
                            : SafetensorsItem{"samples", Dtype::I16, {100}, bytes(samples)},
             {"utterance", Dtype::I64, {3}, bad("utterance") ? bytes(falling) : bytes(utterance)},
             {"voice", Dtype::I32, {bad("voice") ? 3 : 2}, bad("voice") ? bytes(far) : bytes(two)},
             {"language", Dtype::I32, {bad("language") ? 3 : 2}, bad("language") ? bytes(far) : bytes(two)},
             {"phone", Dtype::I32, {3}, bad("phone") ? bytes(far) : bytes(phone)},
             {"phone_start", Dtype::I64, {3}, bad("phone_start") ? bytes(falling) : bytes(start)}},
            {{"speech_world",
              bad("speech_world")
                  ? R"({"phones":["","a"]})"
                  : R"({"phones":["","a"],"voices":["f1"],"languages":["de"],"texts":["a","b"],"held_out":[0]})"}});
    };
    write({});
    const SpeechWorld whole(file);
    QCOMPARE(whole.utterances(), std::int64_t(2));
    QCOMPARE(whole.phonesOf(0).size(), std::size_t(2));
    QCOMPARE(whole.phonesOf(1)[0].sample, std::int64_t(0));
    QVERIFY(whole.isHeldOut(1));
    write(field);
    try {
        const SpeechWorld world(file);
        QFAIL("expected an exception");
    } catch (const Exception &error) {
        QVERIFY(error.code() == ErrorCode::ModelFile);
        QVERIFY2(QString::fromUtf8(error.what()).contains(u'"' + field + u'"'), error.what());
    }
}

QTEST_GUILESS_MAIN(MakeSpeechWorldTest)
#include "make_speech_world_test.moc"
