// SPDX-License-Identifier: Apache-2.0
#include <ATen/ATen.h>

#include "engine/models/six_bits.h"
#include "engine/models/weights_loader.h"
#include "engine/runtime/generator.h"
#include "engine/training/quantised_weights.h"
#include "tests/engine/core/fake_runtime.h"
#include "tests/engine/files/file_support.h"
#include "tests/engine/models/diffusion/diffusion_bench.h"

#include <array>
#include <functional>
#include <list>
#include <numeric>

using namespace orrery;
using namespace orrery::test;
using training::WeightBits;

namespace {

/// @return what the loader says against the file; empty: nothing
std::string load(const std::string &path, std::vector<ExpectedWeight> expected, Weights *loaded = nullptr)
{
    return runJob([&, expected](EngineScope &scope) -> Task<int> {
        Task<Weights> loading = loadWeights(scope, Safetensors::open(path), expected);
        const Weights weights = co_await std::move(loading);
        if (loaded)
            *loaded = weights;
        co_return 0;
    });
}

std::vector<std::byte> bytesOf(std::initializer_list<std::int64_t> numbers)
{
    const auto bytes = std::as_bytes(std::span(numbers.begin(), numbers.size()));
    return {bytes.begin(), bytes.end()};
}

/// One entry of a file, to be spoilt.
struct Item
{
    Dtype dtype = Dtype::F32;
    std::vector<std::int64_t> shape;
    std::vector<std::byte> bytes;
};
using Items = std::map<std::string, Item>;

} // namespace

/// Six bits a number: as bits, as a file that the loader reads, and files that lie about it.
class SixBitsTest : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void everyNumberComesBack_data();
    void everyNumberComesBack();
    void bitsLieWhereTheHeaderSays();
    void bitsThatAreNoNumberAreTold();
    void aFileIsReadAsItWasRounded_data();
    void aFileIsReadAsItWasRounded();
    void filesThatLieAreRefused_data();
    void filesThatLieAreRefused();
};

void SixBitsTest::everyNumberComesBack_data()
{
    QTest::addColumn<int>("count");
    for (const int count : {1, 2, 3, 4, 5, 63, 64})
        QTest::addRow("%d", count) << count;
}

void SixBitsTest::everyNumberComesBack()
{
    QFETCH(int, count);
    std::vector<std::int8_t> values(static_cast<std::size_t>(count));
    for (std::size_t i = 0; i < values.size(); ++i)
        values[i] = static_cast<std::int8_t>(static_cast<int>(i * 5 % 63) - kSixBitLargest); // 5 and 63 share nothing
    std::vector<std::byte> bytes(sixBitBytes(values.size()));
    QCOMPARE(bytes.size(), std::size_t((count + 3) / 4 * 3));
    packSixBits(values, bytes);
    std::vector<float> back(values.size());
    QVERIFY(!unpackSixBits(bytes, -0.5F, back));
    for (std::size_t i = 0; i < values.size(); ++i)
        QCOMPARE(back[i], float(values[i]) * -0.5F);
}

void SixBitsTest::bitsLieWhereTheHeaderSays()
{
    const std::array<std::int8_t, 5> values{-31, 31, 0, 1, -30}; // kept as 0, 62, 31, 32 and 1
    std::vector<std::byte> bytes(6);
    packSixBits(values, bytes);
    const std::uint32_t first = 0 | 62U << 6 | 31U << 12 | 32U << 18, second = 1 | 31U << 6 | 31U << 12 | 31U << 18;
    for (unsigned i = 0; i < 3; ++i) {
        QCOMPARE(std::to_integer<std::uint32_t>(bytes[i]), first >> (8 * i) & 255);
        QCOMPARE(std::to_integer<std::uint32_t>(bytes[3 + i]), second >> (8 * i) & 255);
    }
}

void SixBitsTest::bitsThatAreNoNumberAreTold()
{
    std::vector<std::byte> bytes(6, std::byte{0});
    std::vector<float> values(7);
    bytes[4] = std::byte{0xF0};
    bytes[5] = std::byte{0x03}; // bits 12 to 17 of the second group
    const auto place = unpackSixBits(bytes, 1, values);
    QVERIFY(place && *place == 6);
    QVERIFY(!unpackSixBits(bytes, 1, std::span(values).first(6))); // what fills the last group is nobody's number
}

void SixBitsTest::aFileIsReadAsItWasRounded_data()
{
    QTest::addColumn<WeightBits>("bits");
    QTest::newRow("six") << WeightBits::Six;
    QTest::newRow("eight") << WeightBits::Eight;
}

void SixBitsTest::aFileIsReadAsItWasRounded()
{
    QFETCH(WeightBits, bits);
    Generator generator(3);
    const Weights weights = {
        {"matrix.weight", generator.normal({7, 13})}, {"kernel.weight", generator.normal({5, 3, 3, 3})},
        {"one.weight", generator.normal({6, 1})},     {"even.weight", generator.normal({2, 8})},
        {"norm.bias", generator.normal({9})},         {"scale", generator.normal({})}};
    const TemporaryFolder folder;
    training::writeQuantised(folder.path("w.safetensors"), weights, bits);
    std::vector<ExpectedWeight> expected;
    for (const auto &[name, weight] : weights)
        expected.push_back({name, weight.sizes().vec()});
    Weights loaded;
    const std::string problem = load(folder.path("w.safetensors"), expected, &loaded);
    QVERIFY2(problem.empty(), problem.c_str());
    for (const auto &[name, weight] : training::rounded(weights, bits))
        QVERIFY2(at::equal(loaded.at(name), weight), name.c_str());
    const auto file = Safetensors::open(folder.path("w.safetensors"));
    QCOMPARE(file->find("matrix.weight")->bytes.size(), std::size_t(bits == WeightBits::Six ? 7 * 12 : 7 * 13));
}

void SixBitsTest::filesThatLieAreRefused_data()
{
    QTest::addColumn<QString>("expected");
    QTest::addColumn<std::function<void(Items &)>>("spoil");
    const auto row = [](const char *name, const char *expected, std::function<void(Items &)> spoil) {
        QTest::newRow(name) << QString(expected) << std::move(spoil);
    };
    row("no scale", R"("w" is U8, but "w.scale", its scale, is missing)", [](Items &all) { all.erase("w.scale"); });
    row("no shape", R"("w" is U8, but "w.shape", the shape of what its six bits hold, is missing)",
        [](Items &all) { all.erase("w.shape"); });
    row("short scale", R"("w.scale" is F32 [2], expected F32 with one number for every row of [3, 5])", [](Items &all) {
        all["w.scale"].shape = {2};
        all["w.scale"].bytes.resize(8);
    });
    row("another scale", R"("w.scale" is I32 [3], expected F32)",
        [](Items &all) { all["w.scale"].dtype = Dtype::I32; });
    row("shape of another type", R"("w.shape" is F64 [2], expected I64)",
        [](Items &all) { all["w.shape"].dtype = Dtype::F64; });
    row("shape in rows", R"("w.shape" is I64 [1, 2], expected I64)", [](Items &all) { all["w.shape"].shape = {1, 2}; });
    row("no sizes", R"("w.shape" is I64 [0], expected I64)", [](Items &all) {
        all["w.shape"] = {Dtype::I64, {0}, {}};
    });
    row("too many sizes", R"("w.shape" is I64 [1000], expected I64)", [](Items &all) {
        all["w.shape"] = {Dtype::I64, {1000}, std::vector<std::byte>(8000, std::byte{1})};
    });
    row("negative size", R"("w.shape" is [3, -5], expected I64 with the sizes of a weight, each at least 1)",
        [](Items &all) {
            all["w.shape"].bytes = bytesOf({3, -5});
        });
    row("no rows", R"("w.shape" is [0, 5], expected)", [](Items &all) { all["w.shape"].bytes = bytesOf({0, 5}); });
    row("more than can be", R"("w.shape" is [3, 4611686018427387904, 4], expected)", [](Items &all) {
        all["w.shape"] = {Dtype::I64, {3}, bytesOf({3, std::int64_t(1) << 62, 4})};
    });
    row("rows too long", R"("w" has shape [3, 6], expected [3, 9], which [3, 9] takes in six bits a number)",
        [](Items &all) {
            all["w.shape"].bytes = bytesOf({3, 9});
        });
    row("too many rows", R"("w" has shape [3, 6], expected [4, 6], which [4, 5] takes)", [](Items &all) {
        all["w.shape"].bytes = bytesOf({4, 5});
    });
    row("bytes in a line", R"("w" has shape [18], expected [3, 6])", [](Items &all) { all["w"].shape = {18}; });
    row("another weight", R"("w" has shape [3, 6], expected [3, 5] as config.json says)", [](Items &all) {
        all["w.shape"].bytes = bytesOf({3, 6});
    });
    row("no number", R"("w" holds bits at index 10 that are no number of -31 to 31; the file is damaged)",
        [](Items &all) { all["w"].bytes[12] |= std::byte{63}; });
    row("scale is no number", R"("w" holds NaN at index 5, expected finite numbers)", [](Items &all) {
        const float nan = std::numeric_limits<float>::quiet_NaN();
        std::memcpy(all["w.scale"].bytes.data() + 4, &nan, 4);
    });
    row("a shape of nothing", R"("v.shape" of shape [2] is unexpected)",
        [](Items &all) { all["v.shape"] = all["w.shape"]; });
}

void SixBitsTest::filesThatLieAreRefused()
{
    QFETCH(QString, expected);
    QFETCH(std::function<void(Items &)>, spoil);
    const TemporaryFolder folder;
    const std::string path = folder.path("w.safetensors");
    Generator generator(5);
    training::writeQuantised(path, {{"w", generator.normal({3, 5})}}, WeightBits::Six);
    QCOMPARE(load(path, {{"w", {3, 5}}}), std::string());

    Items items;
    const auto file = Safetensors::open(path);
    for (const auto &[name, entry] : file->entries())
        items[name] = {entry.dtype, entry.shape, {entry.bytes.begin(), entry.bytes.end()}};
    spoil(items);
    std::vector<SafetensorsItem> list;
    for (const auto &[name, item] : items)
        list.push_back({name, item.dtype, item.shape, item.bytes});
    writeSafetensors(path, list);
    const QString message = QString::fromStdString(load(path, {{"w", {3, 5}}}));
    QVERIFY2(message.contains(expected) && message.startsWith(QString::fromStdString(path)), qPrintable(message));
}

QTEST_GUILESS_MAIN(SixBitsTest)
#include "six_bits_test.moc"
