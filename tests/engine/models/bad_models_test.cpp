// SPDX-License-Identifier: Apache-2.0
#include "tests/engine/files/file_support.h"
#include "tests/engine/models/clip_engine.h"

#include <functional>
#include <list>

using namespace orrery;
using namespace orrery::test;
using namespace orrery::clip;

/// Folders that lie: each is a copy of a good one with one thing changed. The message names file and field, and the
/// engine goes on.
class BadModelsTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void damagedFoldersAreRefused_data();
    void damagedFoldersAreRefused();
    void fieldsWithTheirDefaultMayBeAbsent();
    void int8WithAScaleIsRead();

private:
    std::string read(const std::string &name) const { return m_folder->read("model/" + name); }
    void write(const std::string &name, const std::string &text) const { m_folder->write("model/" + name, text); }
    void replace(const std::string &name, const std::string &before, const std::string &after) const
    {
        std::string text = read(name);
        const std::size_t place = text.find(before);
        QVERIFY2(place != std::string::npos, before.c_str());
        write(name, text.replace(place, before.size(), after));
    }
    /// Writes the weights again after `change` has seen every entry; items it empties the name of are left out.
    void rewrite(const std::function<void(SafetensorsItem &, std::vector<std::byte> &)> &change,
                 std::vector<SafetensorsItem> more = {}) const;
    Result<EncodeResult> use() { return m_engine.run(kEncode, {m_folder->path("model"), {}, {"a cat"}}); }

    std::unique_ptr<TemporaryFolder> m_folder;
    JobEngine m_engine;
};

void BadModelsTest::init()
{
    m_folder = std::make_unique<TemporaryFolder>();
    m_folder->copyOf(kData + "clip_quick_gelu", "model");
}

void BadModelsTest::rewrite(const std::function<void(SafetensorsItem &, std::vector<std::byte> &)> &change,
                            std::vector<SafetensorsItem> more) const
{
    const std::string path = m_folder->path("model/model.safetensors");
    const auto file = Safetensors::open(path);
    std::list<std::vector<std::byte>> held;
    for (const auto &[name, entry] : file->entries()) {
        SafetensorsItem item{name, entry.dtype, entry.shape, {}};
        held.emplace_back(entry.bytes.begin(), entry.bytes.end());
        change(item, held.back());
        item.bytes = held.back();
        if (!item.name.empty())
            more.push_back(item);
    }
    writeSafetensors(path, more);
}

void BadModelsTest::damagedFoldersAreRefused_data()
{
    QTest::addColumn<int>("which");
    QTest::addColumn<QString>("file");
    QTest::addColumn<QString>("expected");
    struct Row
    {
        const char *file, *expected;
    };
    const Row rows[] = {
        {"config.json", "is not valid JSON"},
        {"config.json", "field \"model_type\" is missing"},
        {"config.json", "is a model of type \"bert\", but this program can only use clip, picture_clip"},
        {"config.json", "field \"hidden_size\" is missing, which means 768"},
        {"config.json", "field \"hidden_size\" is -32"},
        {"config.json", "field \"hidden_size\" is 1000000000000"},
        {"config.json", "field \"num_attention_heads\" is 7"},
        {"config.json", "field \"patch_size\" is 0"},
        {"config.json", "field \"patch_size\" is 33"},
        {"config.json", "field \"hidden_act\" is \"swish\""},
        {"config.json", "field \"num_hidden_layers\" is 3"},
        {"config.json", "field \"vocab_size\" is \"many\""},
        {"config.json", "field \"projection_dim\" is 17"},
        {"config.json", "field \"image_size\" is 2.5"},
        {"model.safetensors", "truncated"},
        {"model.safetensors", "header"},
        {"model.safetensors", "holds NaN"},
        {"model.safetensors", "holds infinity"},
        {"model.safetensors", "\"visual_projection.weight\" is missing, expected one of shape [16, 32]"},
        {"model.safetensors", "\"extra\" of shape [2] is unexpected"},
        {"model.safetensors", "\"text_model.final_layer_norm.bias\" has shape [12, 2], expected [24]"},
        {"model.safetensors", "is I8, but \"visual_projection.weight.scale\", its scale, is missing"},
        {"model.safetensors", "is I64, expected F32"},
        {"pytorch_model.bin", "is a pickle"},
        {"tokenizer", "holds no tokenizer"},
        {"preprocessor_config.json", "field \"shortest_edge\" is 0"},
        {"config.json", "field \"vocab_size\" is 600"},
        {"config.json", "cannot be opened"},
    };
    for (int i = 0; i < int(std::size(rows)); ++i)
        QTest::addRow("%02d %s", i, rows[i].expected) << i << QString(rows[i].file) << QString(rows[i].expected);
}

void BadModelsTest::damagedFoldersAreRefused()
{
    QFETCH(int, which);
    QFETCH(QString, file);
    QFETCH(QString, expected);
    const auto vision = [this](const std::string &before, const std::string &after) {
        std::string text = read("config.json");
        const std::size_t place = text.find(before, text.find("vision_config"));
        QVERIFY(place != std::string::npos);
        write("config.json", text.replace(place, before.size(), after));
    };
    const auto fill = [this](float value) {
        rewrite([value](SafetensorsItem &item, std::vector<std::byte> &bytes) {
            if (item.name == "text_projection.weight")
                std::memcpy(bytes.data() + 40, &value, 4);
        });
    };
    const float two[] = {1, 2};
    switch (which) {
    case 0:
        write("config.json", "model_type: clip");
        break;
    case 1:
        replace("config.json", "\"model_type\": \"clip\",", "");
        break;
    case 2:
        replace("config.json", "\"model_type\": \"clip\"", "\"model_type\": \"bert\"");
        break;
    case 3:
        vision("\"hidden_size\": 32,", "");
        break;
    case 4:
        vision("\"hidden_size\": 32", "\"hidden_size\": -32");
        break;
    case 5:
        vision("\"hidden_size\": 32", "\"hidden_size\": 1000000000000");
        break;
    case 6:
        vision("\"num_attention_heads\": 2", "\"num_attention_heads\": 7");
        break;
    case 7:
        vision("\"patch_size\": 8", "\"patch_size\": 0");
        break;
    case 8:
        vision("\"patch_size\": 8", "\"patch_size\": 33");
        break;
    case 9:
        vision("\"quick_gelu\"", "\"swish\"");
        break;
    case 10:
        vision("\"num_hidden_layers\": 2", "\"num_hidden_layers\": 3");
        break;
    case 11:
        replace("config.json", "\"vocab_size\": 664", "\"vocab_size\": \"many\"");
        break;
    case 12:
        replace("config.json", "\"projection_dim\": 16", "\"projection_dim\": 17");
        break;
    case 13:
        vision("\"image_size\": 32", "\"image_size\": 2.5");
        break;
    case 14:
        write("model.safetensors", read("model.safetensors").substr(0, 100000));
        break;
    case 15:
        replace("model.safetensors", std::string("\0\0\0\0\0", 5), std::string("\0\0\0\0\1", 5));
        break;
    case 16:
        fill(std::nanf(""));
        break;
    case 17:
        fill(-INFINITY);
        break;
    case 18:
        rewrite([](SafetensorsItem &item, std::vector<std::byte> &) {
            if (item.name == "visual_projection.weight")
                item.name.clear();
        });
        break;
    case 19:
        rewrite([](SafetensorsItem &, std::vector<std::byte> &) {},
                {{"extra", Dtype::F32, {2}, std::as_bytes(std::span(two))}});
        break;
    case 20:
        rewrite([](SafetensorsItem &item, std::vector<std::byte> &) {
            if (item.name == "text_model.final_layer_norm.bias")
                item.shape = {12, 2};
        });
        break;
    case 21:
    case 22:
        rewrite([which](SafetensorsItem &item, std::vector<std::byte> &bytes) {
            if (item.name != "visual_projection.weight")
                return;
            item.dtype = which == 21 ? Dtype::I8 : Dtype::I64;
            bytes.resize(16 * 32 * (which == 21 ? 1 : 8));
        });
        break;
    case 23:
        QFile::remove(QString::fromStdString(m_folder->path("model/model.safetensors")));
        write("pytorch_model.bin", "PK\x03\x04");
        break;
    case 24:
        for (const char *name : {"vocab.json", "tokenizer.json"})
            QFile::remove(QString::fromStdString(m_folder->path(std::string("model/") + name)));
        break;
    case 25:
        replace("preprocessor_config.json", "\"shortest_edge\": 32", "\"shortest_edge\": 0");
        break;
    case 26:
        replace("config.json", "\"vocab_size\": 664", "\"vocab_size\": 600");
        break;
    default:
        QFile::remove(QString::fromStdString(m_folder->path("model/config.json")));
    }
    const QString message = messageOfFailure(use());
    QVERIFY2(message.contains(expected) && message.contains(file), qPrintable(message));
    const auto good = m_engine.run(kEncode, {kData + "clip_legacy_half", {}, {"still here"}});
    QVERIFY2(good, good ? "" : good.error().message.c_str());
}

void BadModelsTest::fieldsWithTheirDefaultMayBeAbsent()
{
    const auto before = use();
    QVERIFY2(before, before ? "" : before.error().message.c_str());
    for (const char *line : {"    \"layer_norm_eps\": 1e-05,\n", "    \"hidden_act\": \"quick_gelu\",\n",
                             "    \"max_position_embeddings\": 77,\n", "    \"num_channels\": 3,\n"})
        replace("config.json", line, "");
    const auto after = use();
    QVERIFY2(after, after ? "" : after.error().message.c_str());
    QVERIFY(after->embeddings == before->embeddings);
}

void BadModelsTest::int8WithAScaleIsRead()
{
    const std::string name = "text_projection.weight"; // [16, 24]
    std::vector<float> scales(16);
    std::vector<std::int8_t> bytes(16 * 24);
    std::vector<float> rounded(16 * 24);
    const auto file = Safetensors::open(m_folder->path("model/model.safetensors"));
    for (std::size_t row = 0; row < 16; ++row) {
        scales[row] = 0.001f * float(row + 1);
        for (std::size_t i = row * 24; i < (row + 1) * 24; ++i) {
            float value = 0;
            std::memcpy(&value, file->find(name)->bytes.data() + 4 * i, 4);
            bytes[i] = std::int8_t(std::clamp(std::lround(value / scales[row]), -127L, 127L));
            rounded[i] = float(bytes[i]) * scales[row];
        }
    }
    const auto put = [&](Dtype dtype, std::span<const std::byte> data) {
        return [&name, dtype, data](SafetensorsItem &item, std::vector<std::byte> &target) {
            if (item.name == name) {
                item.dtype = dtype;
                target.assign(data.begin(), data.end());
            }
        };
    };
    rewrite(put(Dtype::F32, std::as_bytes(std::span(rounded))));
    const auto expected = use();
    QVERIFY2(expected, expected ? "" : expected.error().message.c_str());
    rewrite(put(Dtype::I8, std::as_bytes(std::span(bytes))),
            {{name + ".scale", Dtype::F32, {16}, std::as_bytes(std::span(scales))}});
    const auto found = use();
    QVERIFY2(found, found ? "" : found.error().message.c_str());
    QVERIFY(found->embeddings == expected->embeddings);
}

QTEST_GUILESS_MAIN(BadModelsTest)
#include "bad_models_test.moc"
