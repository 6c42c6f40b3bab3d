// SPDX-License-Identifier: Apache-2.0
#include "engine/jobs/speech/recording.h"
#include "engine/jobs/speech/unit_tracker.h"
#include "engine/models/speech/listening_stream.h"
#include "tests/engine/files/file_support.h"
#include "tests/engine/models/speech/speech_bench.h"

#include <QtTest>

#include <set>

using namespace orrery;
using namespace orrery::speech;
using namespace orrery::test;

namespace {

constexpr int kLeft = 6, kRight = 2; // as in make_speech_fixtures.py

/// wav2vec2_layer with attention that is limited to so many frames.
std::string localModel(const TemporaryFolder &folder, const std::string &name, int left, int right)
{
    const std::string path = folder.copyOf(kSpeechData + "wav2vec2_layer", name);
    std::string config = folder.read(name + "/config.json");
    config.insert(config.find('{') + 1, "\"attention_left\": " + std::to_string(left) +
                                            ", \"attention_right\": " + std::to_string(right) + ",");
    folder.write(name + "/config.json", config);
    return path;
}

/// Everything a stream tells, put together.
struct Streamed
{
    at::Tensor frames; ///< settled ones
    std::vector<int> units;
    std::uint64_t changed = 0;
    double settleMs = 0;
    bool inOrder = true;
};

/// Sound in pieces of very different lengths.
Task<Streamed> streamed(StepPacer &pace, std::shared_ptr<Listener> listener, int layer, std::vector<float> sound,
                        const Codebook &codebook)
{
    const std::unique_ptr<ListeningStream> stream = openStream(listener, layer);
    UnitTracker tracker;
    Streamed result;
    std::vector<at::Tensor> settled;
    std::int64_t told = 0;
    const auto take = [&](const ListeningStream::Heard &heard, double heardMs) {
        result.inOrder = result.inOrder && heard.first == told && heard.settled >= told;
        for (const StreamFeed::Unit &unit :
             tracker.update(heard.first, codebook.nearest(heard.frames), heard.settled, heardMs))
            if (unit.settled)
                result.units.push_back(unit.unit);
        settled.push_back(heard.frames.slice(0, 0, heard.settled - told).clone());
        told = heard.settled;
    };
    const std::size_t sizes[] = {100, 1700, 333, 4800, 320, 9000, 640, 1};
    std::size_t at = 0;
    for (int turn = 0; at < sound.size(); ++turn) {
        const std::size_t end = std::min(sound.size(), at + sizes[turn % 8]);
        std::vector<float> piece(sound.begin() + std::ptrdiff_t(at), sound.begin() + std::ptrdiff_t(end));
        at = end;
        Task<ListeningStream::Heard> adding = stream->add(pace, std::move(piece));
        const ListeningStream::Heard heard = co_await std::move(adding);
        take(heard, double(at) / 16);
    }
    Task<ListeningStream::Heard> ending = stream->end(pace);
    const ListeningStream::Heard heard = co_await std::move(ending);
    take(heard, double(at) / 16);
    result.frames = at::cat(settled);
    result.changed = tracker.changed();
    result.settleMs = tracker.settleMs();
    co_return result;
}

/// A codebook of frames of the sound itself, far enough from each other to be told apart and near enough to be
/// mistaken.
Codebook codebookFrom(const at::Tensor &frames, int layer)
{
    return Codebook(frames.slice(0, 3, frames.size(0), frames.size(0) / 40), {layer, {}, "test"});
}

double agreement(const std::vector<int> &a, const std::vector<int> &b)
{
    if (a.size() != b.size())
        return 0;
    std::size_t same = 0;
    for (std::size_t i = 0; i < a.size(); ++i)
        same += a[i] == b[i];
    return double(same) / double(a.size());
}

} // namespace

class ListeningStreamTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void limitedAttentionIsThatOfTheReference();
    void attentionWideEnoughIsThePublishedModel();
    void aFrameDependsOnItsContextAndNothingElse();
    void settledFramesAreThoseOfTheWholeSound_data();
    void settledFramesAreThoseOfTheWholeSound();
    void windowsOfALongRecordingAreTheWhole();
    void aSoundThatEndsWithinTheFirstWindowIsHeardAtOnce();
    void publishedModelsSettleAndTheFigureIsTold();
    void nothingAndLittleAreHeardToo();
    void changesAreCounted();

private:
    TemporaryFolder m_folder;
};

void ListeningStreamTest::limitedAttentionIsThatOfTheReference()
{
    const std::string folder = localModel(m_folder, "reference", kLeft, kRight);
    const auto file = Safetensors::open(folder + "/expected.safetensors");
    std::vector<double> found;
    QCOMPARE(withListener(
                 folder,
                 [&](StepPacer &pace, std::shared_ptr<Listener> listener) -> Task<int> {
                     Task<std::vector<at::Tensor>> hearing = listener->hear(pace, stretchOf(fixtureSound()), {1, 2, 3});
                     const std::vector<at::Tensor> heard = co_await std::move(hearing);
                     for (int i = 0; i < 3; ++i)
                         found.push_back(
                             largest(heard[std::size_t(i)], readArray(*file, "local_" + std::to_string(i + 1))));
                     co_return 0;
                 }),
             std::string());
    QCOMPARE(found.size(), std::size_t(3));
    for (const double difference : found)
        QVERIFY2(difference <= 1e-4, qPrintable(QString::number(difference)));
}

void ListeningStreamTest::attentionWideEnoughIsThePublishedModel()
{
    const std::string folder = localModel(m_folder, "wide", 1000, 1000);
    const auto file = Safetensors::open(folder + "/expected.safetensors");
    double found = INFINITY;
    QCOMPARE(withListener(folder,
                          [&](StepPacer &pace, std::shared_ptr<Listener> listener) -> Task<int> {
                              Task<std::vector<at::Tensor>> hearing =
                                  listener->hear(pace, stretchOf(fixtureSound()), {3});
                              const std::vector<at::Tensor> heard = co_await std::move(hearing);
                              found = largest(heard[0], readArray(*file, "layer_3"));
                              co_return 0;
                          }),
             std::string());
    QVERIFY2(found <= 1e-4, qPrintable(QString::number(found)));
}

void ListeningStreamTest::aFrameDependsOnItsContextAndNothingElse()
{
    const std::string folder = localModel(m_folder, "context", kLeft, kRight);
    std::vector<double> changes;
    std::int64_t left = 0, right = 0;
    constexpr std::int64_t kFrame = 60;
    QCOMPARE(withListener(folder,
                          [&](StepPacer &pace, std::shared_ptr<Listener> listener) -> Task<int> {
                              const std::vector<float> sound = longSound(3);
                              left = listener->facts().left;
                              right = listener->facts().right;
                              at::Tensor before;
                              // The sound as it is; then samples of one frame changed, inside and outside of the
                              // context.
                              for (const std::int64_t frame : {std::int64_t(-1), kFrame - left - 2, kFrame - left + 1,
                                                               kFrame + right, kFrame + right + 2}) {
                                  std::vector<float> changed = sound;
                                  for (std::int64_t i = 0; frame >= 0 && i < 300; ++i)
                                      changed[std::size_t(frame * 320 + 50 + i)] = i % 2 ? 0.9F : -0.9F;
                                  Task<std::vector<at::Tensor>> hearing =
                                      listener->hear(pace, stretchOf(std::move(changed)), {3});
                                  const std::vector<at::Tensor> heard = co_await std::move(hearing);
                                  const at::Tensor row = heard[0][kFrame];
                                  if (frame < 0)
                                      before = row;
                                  else
                                      changes.push_back((row - before).abs().max().item<double>());
                              }
                              co_return 0;
                          }),
             std::string());
    QCOMPARE(left, std::int64_t(3 * kLeft + 9)); // the positional convolution is 19 wide
    QCOMPARE(right, std::int64_t(3 * kRight + 9));
    QCOMPARE(changes.size(), std::size_t(4));
    QCOMPARE(changes[0], 0.0);
    QVERIFY(changes[1] > 0);
    QVERIFY(changes[2] > 0);
    QCOMPARE(changes[3], 0.0);
}

void ListeningStreamTest::settledFramesAreThoseOfTheWholeSound_data()
{
    QTest::addColumn<int>("layer");
    QTest::newRow("what the first layer sees") << 0;
    QTest::newRow("a layer between") << 2;
    QTest::newRow("the last layer") << 3;
}

void ListeningStreamTest::settledFramesAreThoseOfTheWholeSound()
{
    QFETCH(const int, layer);
    const std::string folder = localModel(m_folder, "stream" + std::to_string(layer), kLeft, kRight);
    Streamed stream;
    std::vector<int> whole;
    double difference = INFINITY;
    QCOMPARE(withListener(folder,
                          [&](StepPacer &pace, std::shared_ptr<Listener> listener) -> Task<int> {
                              const std::vector<float> sound = longSound(12);
                              Task<std::vector<at::Tensor>> hearing = listener->hear(pace, stretchOf(sound), {layer});
                              const std::vector<at::Tensor> heard = co_await std::move(hearing);
                              const Codebook codebook = codebookFrom(heard[0], layer);
                              whole = codebook.nearest(heard[0]);
                              Task<Streamed> streaming = streamed(pace, listener, layer, sound, codebook);
                              stream = co_await std::move(streaming);
                              difference = largest(stream.frames, heard[0]);
                              co_return 0;
                          }),
             std::string());
    QVERIFY(stream.inOrder);
    qInfo(
        "%zu frames, %.2f %% settled as in the whole sound, largest difference %g, %llu changes, settled after %.0f ms",
        whole.size(), 100 * agreement(stream.units, whole), difference, static_cast<unsigned long long>(stream.changed),
        stream.settleMs);
    QVERIFY2(difference <= 1e-4, qPrintable(QString::number(difference)));
    QVERIFY(agreement(stream.units, whole) >= 0.99);
    QVERIFY(std::set<int>(whole.begin(), whole.end()).size() > 10); // not all the same
    QVERIFY(stream.changed > 0);                                    // what is to come did matter
    const double right = 20.0 * (9 + layer * kRight);
    QVERIFY2(stream.settleMs > right / 2 && stream.settleMs < right + 700,
             qPrintable(QString::number(stream.settleMs)));
}

void ListeningStreamTest::windowsOfALongRecordingAreTheWhole()
{
    const std::string folder = localModel(m_folder, "windows", kLeft, kRight);
    double exact = INFINITY, careless = 0;
    QCOMPARE(withListener(folder,
                          [&](StepPacer &pace, std::shared_ptr<Listener> listener) -> Task<int> {
                              const std::vector<float> sound = longSound(7);
                              Task<std::vector<at::Tensor>> hearing = listener->hear(pace, stretchOf(sound), {3});
                              const std::vector<at::Tensor> whole = co_await std::move(hearing);
                              Windows windows = Windows::of(listener->facts());
                              windows.whole = 100;
                              windows.core = 70;
                              for (const bool enough : {true, false}) {
                                  if (!enough)
                                      windows.left = windows.right = 2;
                                  std::vector<at::Tensor> parts;
                                  Told told = [&](const std::vector<at::Tensor> &frames, double) {
                                      parts.push_back(frames[0]);
                                  };
                                  SoundSource source;
                                  source.samples = std::make_shared<const std::vector<float>>(sound);
                                  Task<double> reading =
                                      hearRecording(pace, listener, source, {3}, std::move(told), windows);
                                  const double seconds = co_await std::move(reading);
                                  if (std::abs(seconds - 7) > 1e-9 || parts.size() < 4)
                                      co_return 1;
                                  (enough ? exact : careless) = largest(at::cat(parts), whole[0]);
                              }
                              co_return 0;
                          }),
             std::string());
    QVERIFY2(exact <= 1e-4, qPrintable(QString::number(exact)));
    QVERIFY(careless > 1e-3 && careless < INFINITY);
}

void ListeningStreamTest::aSoundThatEndsWithinTheFirstWindowIsHeardAtOnce()
{
    const std::string folder = localModel(m_folder, "short", kLeft, kRight);
    double difference = INFINITY;
    QCOMPARE(
        withListener(folder,
                     [&](StepPacer &pace, std::shared_ptr<Listener> listener) -> Task<int> {
                         const std::vector<float> sound = longSound(1.5);
                         Task<std::vector<at::Tensor>> hearing = listener->hear(pace, stretchOf(sound), {3});
                         const std::vector<at::Tensor> whole = co_await std::move(hearing);
                         Windows windows = Windows::of(listener->facts());
                         windows.whole = 50; // longer than this, shorter than a core and what is right of it
                         windows.core = whole[0].size(0) - windows.right / 2;
                         std::vector<at::Tensor> parts;
                         Told told = [&](const std::vector<at::Tensor> &frames, double) { parts.push_back(frames[0]); };
                         SoundSource source;
                         source.samples = std::make_shared<const std::vector<float>>(sound);
                         Task<double> reading = hearRecording(pace, listener, source, {3}, std::move(told), windows);
                         co_await std::move(reading);
                         if (windows.core > windows.whole && windows.right > 1)
                             difference = largest(at::cat(parts), whole[0]);
                         co_return 0;
                     }),
        std::string());
    QVERIFY2(difference <= 1e-4, qPrintable(QString::number(difference)));
}

void ListeningStreamTest::publishedModelsSettleAndTheFigureIsTold()
{
    Streamed stream;
    std::vector<int> whole;
    QCOMPARE(withListener(kSpeechData + "hubert_group",
                          [&](StepPacer &pace, std::shared_ptr<Listener> listener) -> Task<int> {
                              const std::vector<float> sound = longSound(9);
                              Task<std::vector<at::Tensor>> hearing = listener->hear(pace, stretchOf(sound), {3});
                              const std::vector<at::Tensor> heard = co_await std::move(hearing);
                              const Codebook codebook = codebookFrom(heard[0], 3);
                              whole = codebook.nearest(heard[0]);
                              Task<Streamed> streaming = streamed(pace, listener, 3, sound, codebook);
                              stream = co_await std::move(streaming);
                              co_return 0;
                          }),
             std::string());
    QVERIFY(stream.inOrder);
    QCOMPARE(stream.units.size(), whole.size());
    qInfo("%.1f %% as in the whole sound, %llu changes before settling", 100 * agreement(stream.units, whole),
          static_cast<unsigned long long>(stream.changed));
    QVERIFY(stream.changed > 0);
}

void ListeningStreamTest::nothingAndLittleAreHeardToo()
{
    const std::string folder = localModel(m_folder, "little", kLeft, kRight);
    for (const std::string &model : {folder, kSpeechData + "hubert_group"})
        QCOMPARE(withListener(model,
                              [&](StepPacer &pace, std::shared_ptr<Listener> listener) -> Task<int> {
                                  for (const std::size_t length : {0, 1, 399, 400, 719, 720, 6000}) {
                                      const std::unique_ptr<ListeningStream> stream = openStream(listener, 3);
                                      Task<ListeningStream::Heard> hearing =
                                          stream->add(pace, std::vector<float>(length, 0.0F));
                                      ListeningStream::Heard heard = co_await std::move(hearing);
                                      const std::int64_t expected = listener->facts().frames(std::int64_t(length));
                                      hearing = stream->end(pace);
                                      heard = co_await std::move(hearing);
                                      if (heard.settled != expected)
                                          throw Exception(ErrorCode::Internal, std::to_string(length) + " samples");
                                  }
                                  co_return 0;
                              }),
                 std::string());
}

void ListeningStreamTest::changesAreCounted()
{
    UnitTracker tracker;
    QCOMPARE(tracker.update(0, {5, 6, 7}, 1, 100).size(), std::size_t(3));
    QCOMPARE(tracker.settled(), std::uint64_t(1));
    const auto news = tracker.update(1, {6, 8, 9}, 2, 200); // 6 settles, 7 becomes 8, 9 is new
    QCOMPARE(news.size(), std::size_t(3));
    QVERIFY(news[0].frame == 1 && news[0].settled && news[1].unit == 8 && !news[1].settled && news[2].frame == 3);
    QCOMPARE(tracker.changed(), std::uint64_t(1));
    QVERIFY(tracker.update(2, {8, 9}, 2, 300).empty()); // nothing is new
    tracker.update(2, {8, 1}, 4, 400);
    QCOMPARE(tracker.changed(), std::uint64_t(2));
    QCOMPARE(tracker.settled(), std::uint64_t(4));
    QCOMPARE(tracker.settleMs(), (0.0 + 100 + 300 + 200) / 4);
}

QTEST_APPLESS_MAIN(ListeningStreamTest)
#include "listening_stream_test.moc"
