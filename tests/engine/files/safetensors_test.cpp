// SPDX-License-Identifier: Apache-2.0
#include "engine/core/error.h"
#include "engine/files/safetensors.h"
#include "tests/engine/files/file_support.h"

#include <QTest>

#include <cstring>

using namespace orrery;
using namespace orrery::test;

namespace {

std::string fileWithHeader(const std::string &header, std::size_t dataBytes)
{
    const std::uint64_t length = header.size();
    std::string bytes(reinterpret_cast<const char *>(&length), 8);
    return bytes + header + std::string(dataBytes, '\0');
}

} // namespace

class SafetensorsTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void whatIsWrittenIsReadBack();
    void theSameItemsGiveTheSameBytes();
    void damagedFilesAreRefusedWithFileAndField_data();
    void damagedFilesAreRefusedWithFileAndField();
    void everyTruncationIsRefused();
    void shardsAreReadTogether();
    void shardsThatDisagreeWithTheirIndexAreRefused_data();
    void shardsThatDisagreeWithTheirIndexAreRefused();
    void picklesAreRefusedWithTheWayToConvertThem();
    void aFailedWriteLeavesTheOldFile();

private:
    TemporaryFolder m_folder;
};

void SafetensorsTest::whatIsWrittenIsReadBack()
{
    const std::vector<float> weights{1.5f, -2.f, 3.25f, 0.f, 5.f, 6.f};
    const std::vector<std::int8_t> small{-128, 0, 127};
    const std::string path = m_folder.path("round trip.safetensors");
    writeSafetensors(path,
                     {{"small", Dtype::I8, {3}, std::as_bytes(std::span(small))},
                      {"weights", Dtype::F32, {2, 3}, std::as_bytes(std::span(weights))},
                      {"none", Dtype::F16, {0, 7}, {}},
                      {"scalar", Dtype::F32, {}, std::as_bytes(std::span(weights).first(1))}},
                     {{"format", "pt"}, {"recipe", "ä\"\\"}});
    const auto file = Safetensors::open(path);
    QCOMPARE(file->entries().size(), std::size_t(4));
    const SafetensorsEntry *entry = file->find("weights");
    QVERIFY(entry);
    QVERIFY(entry->dtype == Dtype::F32);
    QCOMPARE(shapeText(entry->shape), std::string("[2, 3]"));
    QCOMPARE(entry->bytes.size(), weights.size() * 4);
    QVERIFY(std::memcmp(entry->bytes.data(), weights.data(), 24) == 0);
    QVERIFY(std::memcmp(file->find("small")->bytes.data(), small.data(), 3) == 0);
    QCOMPARE(file->find("none")->bytes.size(), std::size_t(0));
    QVERIFY(file->find("scalar")->shape.empty());
    QVERIFY(!file->find("other"));
    QCOMPARE(file->metadata().at("recipe"), std::string("ä\"\\"));
}

void SafetensorsTest::theSameItemsGiveTheSameBytes()
{
    const std::vector<float> a{1, 2}, b{3};
    const SafetensorsItem first{"a", Dtype::F32, {2}, std::as_bytes(std::span(a))};
    const SafetensorsItem second{"b", Dtype::F32, {1}, std::as_bytes(std::span(b))};
    writeSafetensors(m_folder.path("one"), {first, second});
    writeSafetensors(m_folder.path("two"), {second, first});
    QCOMPARE(m_folder.read("one"), m_folder.read("two"));
}

void SafetensorsTest::damagedFilesAreRefusedWithFileAndField_data()
{
    QTest::addColumn<QByteArray>("bytes");
    QTest::addColumn<QString>("expected"); // a part of the message, besides the file's name
    const auto row = [](const char *name, const std::string &bytes, const char *expected) {
        QTest::newRow(name) << QByteArray::fromStdString(bytes) << QString::fromUtf8(expected);
    };
    const auto header = [](const std::string &text, std::size_t data = 8) { return fileWithHeader(text, data); };
    const std::string good = R"({"w":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}})";
    row("empty", "", "0 bytes long");
    row("seven bytes", "1234567", "7 bytes long");
    row("a header longer than the file", std::string("\xff\0\0\0\0\0\0\0{}", 10), "header length is 255");
    row("a header longer than the format allows", std::string("\0\0\0\0\0\0\0\x40{}", 10),
        "expected at most 100000000");
    row("a header that is not JSON", header("{\"w\":"), "not valid JSON");
    row("a header that is a list", header("[]"), "expected a JSON object");
    row("nested as deep as it is long", header(std::string(200000, '[')), "not valid JSON");
    row("deep nesting in a field", header("{\"w\":" + std::string(100000, '[') + std::string(100000, ']') + "}"),
        "\"w\" is a list");
    row("no dtype", header(R"({"w":{"shape":[2],"data_offsets":[0,8]}})"), "\"dtype\" is missing");
    row("an unknown dtype", header(R"({"w":{"dtype":"F33","shape":[2],"data_offsets":[0,8]}})"), "\"F33\"");
    row("a number as dtype", header(R"({"w":{"dtype":1,"shape":[2],"data_offsets":[0,8]}})"), "expected text");
    row("no shape", header(R"({"w":{"dtype":"F32","data_offsets":[0,8]}})"), "\"shape\" is missing");
    row("a negative shape", header(R"({"w":{"dtype":"F32","shape":[-2],"data_offsets":[0,8]}})"), "\"shape\" is -2");
    row("a fractional shape", header(R"({"w":{"dtype":"F32","shape":[2.5],"data_offsets":[0,8]}})"),
        "\"shape\" is 2.5");
    row("a shape that overflows",
        header(R"({"w":{"dtype":"F32","shape":[4294967296,4294967296],"data_offsets":[0,8]}})"), "more than any file");
    row("a shape beyond 64 bits",
        header(R"({"w":{"dtype":"F32","shape":[18446744073709551615],"data_offsets":[0,8]}})"),
        "\"shape\" is 18446744073709551615");
    row("a shape of another size", header(R"({"w":{"dtype":"F32","shape":[3],"data_offsets":[0,8]}})"),
        "takes 12 bytes");
    row("one offset", header(R"({"w":{"dtype":"F32","shape":[2],"data_offsets":[0]}})"), "expected two");
    row("offsets turned round", header(R"({"w":{"dtype":"F32","shape":[2],"data_offsets":[8,0]}})"), "data_offsets");
    row("offsets outside", header(R"({"w":{"dtype":"F32","shape":[2],"data_offsets":[8,16]}})"), "inside the 8 bytes");
    row("truncated data", header(good, 7), "inside the 7 bytes");
    row("data nobody owns at the end", header(good, 9), "holds 9 bytes");
    row("data nobody owns before", header(R"({"w":{"dtype":"F32","shape":[2],"data_offsets":[4,12]}})", 12),
        "no entry owns the bytes between");
    row("entries that overlap",
        header(
            R"({"v":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"w":{"dtype":"F32","shape":[2],"data_offsets":[4,12]}})",
            12),
        "inside the entry before it");
    row("a name twice",
        header(
            R"({"w":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"w":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}})"),
        "\"w\" occurs twice");
    row("metadata that is not text",
        header(R"({"__metadata__":{"a":1},"w":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}})"),
        "\"a\" is 1, expected text");
}

void SafetensorsTest::damagedFilesAreRefusedWithFileAndField()
{
    QFETCH(QByteArray, bytes);
    QFETCH(QString, expected);
    const std::string path = m_folder.write("damaged.safetensors", bytes.toStdString());
    const QString message = messageOf<ErrorCode::ModelFile>([&] { Safetensors::open(path); });
    QVERIFY2(message.contains("damaged.safetensors"), qPrintable(message));
    QVERIFY2(message.contains(expected), qPrintable(message));
}

void SafetensorsTest::everyTruncationIsRefused()
{
    const std::vector<float> weights{1, 2, 3};
    const std::string whole = m_folder.path("whole.safetensors");
    writeSafetensors(whole, {{"weights", Dtype::F32, {3}, std::as_bytes(std::span(weights))}});
    const std::string bytes = m_folder.read("whole.safetensors");
    for (std::size_t length = 0; length < bytes.size(); ++length) {
        const std::string path = m_folder.write("cut.safetensors", bytes.substr(0, length));
        const QString message = messageOf<ErrorCode::ModelFile>([&] { Safetensors::open(path); });
        QVERIFY2(message.contains("cut.safetensors"), qPrintable(message));
    }
}

void SafetensorsTest::shardsAreReadTogether()
{
    const std::vector<float> a{1}, b{2};
    m_folder.makeFolder("sharded");
    writeSafetensors(m_folder.path("sharded/model-00001-of-00002.safetensors"),
                     {{"a", Dtype::F32, {1}, std::as_bytes(std::span(a))}});
    writeSafetensors(m_folder.path("sharded/model-00002-of-00002.safetensors"),
                     {{"b", Dtype::F32, {1}, std::as_bytes(std::span(b))}});
    m_folder.write("sharded/model.safetensors.index.json",
                   R"({"metadata":{"total_size":8},"weight_map":{"a":"model-00001-of-00002.safetensors",)"
                   R"("b":"model-00002-of-00002.safetensors"}})");
    const auto file = Safetensors::openFolder(m_folder.path("sharded"));
    QCOMPARE(file->entries().size(), std::size_t(2));
    float value = 0;
    std::memcpy(&value, file->find("b")->bytes.data(), 4);
    QCOMPARE(value, 2.f);
}

void SafetensorsTest::shardsThatDisagreeWithTheirIndexAreRefused_data()
{
    QTest::addColumn<QString>("index");
    QTest::addColumn<QString>("expected");
    QTest::newRow("a shard elsewhere") << R"({"weight_map":{"a":"../secret.safetensors"}})"
                                       << "\"a\"";
    QTest::newRow("an absolute path") << R"({"weight_map":{"a":"/etc/passwd"}})"
                                      << "in the same folder";
    QTest::newRow("an entry that no shard holds")
        << R"({"weight_map":{"a":"one.safetensors","b":"one.safetensors","z":"one.safetensors"}})"
        << "\"z\" names one.safetensors";
    QTest::newRow("an entry of the shard that is not listed") << R"({"weight_map":{"a":"one.safetensors"}})"
                                                              << "entry \"b\" is not in the index";
    QTest::newRow("an empty map") << R"({"weight_map":{}})"
                                  << "\"weight_map\" is empty";
    QTest::newRow("no map") << "{}"
                            << "\"weight_map\" is missing";
}

void SafetensorsTest::shardsThatDisagreeWithTheirIndexAreRefused()
{
    QFETCH(QString, index);
    QFETCH(QString, expected);
    const std::vector<float> a{1};
    m_folder.makeFolder("wrong");
    writeSafetensors(m_folder.path("wrong/one.safetensors"), {{"a", Dtype::F32, {1}, std::as_bytes(std::span(a))},
                                                              {"b", Dtype::F32, {1}, std::as_bytes(std::span(a))}});
    m_folder.write("wrong/model.safetensors.index.json", index.toStdString());
    const QString message = messageOf<ErrorCode::ModelFile>([&] { Safetensors::openFolder(m_folder.path("wrong")); });
    QVERIFY2(message.contains("wrong"), qPrintable(message));
    QVERIFY2(message.contains(expected), qPrintable(message));
}

void SafetensorsTest::picklesAreRefusedWithTheWayToConvertThem()
{
    m_folder.makeFolder("pickle");
    m_folder.write("pickle/pytorch_model.bin", std::string("PK\x03\x04", 4) + "archive/data.pkl");
    QString message = messageOf<ErrorCode::ModelFile>([&] { Safetensors::openFolder(m_folder.path("pickle")); });
    QVERIFY2(message.contains("pytorch_model.bin") && message.contains("save_pretrained"), qPrintable(message));
    // The same bytes under a name that promises better.
    const std::string renamed =
        m_folder.write("renamed.safetensors", std::string("PK\x03\x04", 4) + "archive/data.pkl");
    message = messageOf<ErrorCode::ModelFile>([&] { Safetensors::open(renamed); });
    QVERIFY2(message.contains("pickle"), qPrintable(message));
    const std::string bare = m_folder.write("bare.safetensors", "\x80\x04\x95\x10____________");
    message = messageOf<ErrorCode::ModelFile>([&] { Safetensors::open(bare); });
    QVERIFY2(message.contains("pickle"), qPrintable(message));
}

void SafetensorsTest::aFailedWriteLeavesTheOldFile()
{
    const std::vector<float> a{1, 2};
    const std::string path = m_folder.path("kept.safetensors");
    writeSafetensors(path, {{"a", Dtype::F32, {2}, std::as_bytes(std::span(a))}});
    const std::string before = m_folder.read("kept.safetensors");
    QVERIFY_EXCEPTION_THROWN(writeSafetensors(path, {{"a", Dtype::F32, {3}, std::as_bytes(std::span(a))}}), Exception);
    QCOMPARE(m_folder.read("kept.safetensors"), before);
    messageOf<ErrorCode::ModelFile>([&] { writeSafetensors(m_folder.path("no such folder/a.safetensors"), {}); });
}

QTEST_GUILESS_MAIN(SafetensorsTest)
#include "safetensors_test.moc"
