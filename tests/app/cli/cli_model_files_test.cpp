// SPDX-License-Identifier: Apache-2.0
// Damaged model folders: a sentence that names file and field, exit status 1, never a crash.
#include "tests/app/cli/cli_runner.h"

#include <QTemporaryDir>

#include <cstring>
#include <functional>

using namespace orrery::test;

namespace {

const QString kGood = ORRERY_SOURCE_DIR "/tests/data/clip_quick_gelu";
const QString kFox = ORRERY_SOURCE_DIR "/resources/examples/fox.png";

using Damage = std::function<void(const QString &folder)>;

void change(const QString &path, const std::function<void(QByteArray &)> &edit)
{
    QByteArray bytes = readFile(path);
    edit(bytes);
    writeFile(path, bytes);
}

/// Sets a field of config.json, in a section where one is named; an undefined value removes it.
Damage config(const char *section, const char *field, const QJsonValue &value)
{
    return [=](const QString &folder) {
        change(folder + "/config.json", [&](QByteArray &bytes) {
            QJsonObject json = QJsonDocument::fromJson(bytes).object();
            if (*section == 0) {
                json[field] = value;
                if (value.isUndefined())
                    json.remove(field);
            } else {
                QJsonObject part = json[section].toObject();
                part[field] = value;
                if (value.isUndefined())
                    part.remove(field);
                json[section] = part;
            }
            bytes = QJsonDocument(json).toJson();
        });
    };
}

Damage weights(const std::function<void(QByteArray &)> &edit)
{
    return [=](const QString &folder) { change(folder + "/model.safetensors", edit); };
}

quint64 headerLength(const QByteArray &bytes)
{
    quint64 length = 0;
    std::memcpy(&length, bytes.constData(), sizeof length);
    return length;
}

/// Edits the JSON header as text of the same length.
Damage header(const QByteArray &from, const QByteArray &to)
{
    return weights([=](QByteArray &bytes) {
        const qsizetype at = bytes.indexOf(from);
        if (at < 0 || from.size() != to.size())
            qFatal("the test's header has no %s", from.constData());
        bytes.replace(at, from.size(), to);
    });
}

struct Row
{
    const char *name;
    Damage damage;
    QStringList words; ///< all of them must be in the message
};

std::vector<Row> rows()
{
    const auto setLength = [](quint64 length) {
        return weights([length](QByteArray &bytes) { std::memcpy(bytes.data(), &length, sizeof length); });
    };
    return {
        {"no folder", [](const QString &folder) { QDir(folder).removeRecursively(); }, {"model"}},
        {"empty folder",
         [](const QString &folder) {
             QDir(folder).removeRecursively();
             QDir().mkpath(folder);
         },
         {"config.json"}},
        {"config not JSON",
         [](const QString &f) { writeFile(f + "/config.json", "{ \"model_type\": clip"); },
         {"config.json"}},
        {"config empty", [](const QString &f) { writeFile(f + "/config.json", ""); }, {"config.json"}},
        {"config a list", [](const QString &f) { writeFile(f + "/config.json", "[1]"); }, {"config.json"}},
        {"no model type", config("", "model_type", QJsonValue::Undefined), {"config.json", "model_type"}},
        {"other model type", config("", "model_type", "bert"), {"config.json", "model_type", "bert"}},
        {"width missing", config("vision_config", "hidden_size", "wide"), {"config.json", "hidden_size"}},
        {"width negative", config("vision_config", "hidden_size", -32), {"config.json", "hidden_size"}},
        {"width absurd", config("text_config", "hidden_size", 1e12), {"config.json", "hidden_size"}},
        {"heads do not divide",
         config("vision_config", "num_attention_heads", 5),
         {"config.json", "num_attention_heads"}},
        {"no layers", config("text_config", "num_hidden_layers", 0), {"config.json", "num_hidden_layers"}},
        {"a million layers",
         config("text_config", "num_hidden_layers", 1'000'000),
         {"config.json", "num_hidden_layers"}},
        {"patch larger than picture", config("vision_config", "patch_size", 64), {"config.json", "patch_size"}},
        {"unknown activation", config("vision_config", "hidden_act", "relu7"), {"config.json", "hidden_act"}},
        {"width of another model", config("vision_config", "hidden_size", 64), {"model.safetensors"}},
        {"weights missing", [](const QString &f) { QFile::remove(f + "/model.safetensors"); }, {"model.safetensors"}},
        {"pickle instead",
         [](const QString &f) {
             QFile::remove(f + "/model.safetensors");
             writeFile(f + "/pytorch_model.bin", "\x80\x02pickle");
         },
         {"pytorch_model.bin", "pickle", "safe_serialization"}},
        {"weights empty", weights([](QByteArray &b) { b.clear(); }), {"model.safetensors"}},
        {"weights truncated", weights([](QByteArray &b) { b.truncate(b.size() / 2); }), {"model.safetensors"}},
        {"weights truncated in the header", weights([](QByteArray &b) { b.truncate(100); }), {"model.safetensors"}},
        {"weights with more behind", weights([](QByteArray &b) { b.append(1000, 'x'); }), {"model.safetensors"}},
        {"header of no length", setLength(0), {"model.safetensors"}},
        {"header longer than the file", setLength(1'000'000'000), {"model.safetensors"}},
        {"header of absurd length", setLength(~quint64(0)), {"model.safetensors"}},
        {"header not JSON", header("{\"", "!!"), {"model.safetensors"}},
        {"header lies about the type", header("\"F32\"", "\"F64\""), {"model.safetensors"}},
        {"header of unknown type", header("\"F32\"", "\"Q99\""), {"model.safetensors", "Q99"}},
        {"an array is missing", header("logit_scale", "logit_skale"), {"model.safetensors", "logit_scale"}},
        {"not a number",
         weights([](QByteArray &b) {
             for (qsizetype i = qsizetype(8 + headerLength(b)); i + 4 <= b.size(); i += 4)
                 std::memcpy(b.data() + i, "\x00\x00\xC0\x7F", 4);
         }),
         {"model.safetensors", "NaN"}},
        {"vocabulary missing",
         [](const QString &f) {
             for (const char *name : {"vocab.json", "merges.txt", "tokenizer.json"})
                 QFile::remove(f + "/" + name);
         },
         {"vocab.json"}},
        {"vocabulary not JSON",
         [](const QString &f) {
             QFile::remove(f + "/tokenizer.json");
             writeFile(f + "/vocab.json", "{");
         },
         {"vocab.json"}},
        {"preprocessing absurd",
         [](const QString &f) { writeFile(f + "/preprocessor_config.json", R"({"size": {"shortest_edge": -1}})"); },
         {"preprocessor_config.json"}},
    };
}

} // namespace

class CliModelFilesTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void damageIsNamed_data()
    {
        QTest::addColumn<int>("index");
        const std::vector<Row> all = rows();
        for (std::size_t i = 0; i < all.size(); ++i)
            QTest::newRow(all[i].name) << int(i);
    }

    void damageIsNamed()
    {
        QFETCH(int, index);
        const Row row = rows()[std::size_t(index)];
        QTemporaryDir root;
        const QString folder = root.filePath("model");
        QDir().mkpath(folder);
        for (const QFileInfo &file : QDir(kGood).entryInfoList(QDir::Files))
            QVERIFY(QFile::copy(file.filePath(), folder + "/" + file.fileName()));
        row.damage(folder);
        const Answer answer = runCli({"classify", "--model", folder, "--labels", "fox,wolf", "--json", kFox});
        QVERIFY2(answer.status == 1, "status " + QByteArray::number(answer.status) + ": " + answer.err);
        QVERIFY2(answer.out.isEmpty(), answer.out);
        for (const QString &word : row.words)
            QVERIFY2(answer.err.contains(word.toUtf8()), answer.err);
    }
};

QTEST_GUILESS_MAIN(CliModelFilesTest)
#include "cli_model_files_test.moc"
