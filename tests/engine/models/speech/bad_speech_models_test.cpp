// SPDX-License-Identifier: Apache-2.0
#include "engine/api/speech.h"
#include "engine/files/safetensors.h"
#include "tests/engine/files/file_support.h"
#include "tests/engine/job_engine.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>

#include <functional>
#include <list>
#include <span>

using namespace orrery;
using namespace orrery::speech;
using namespace orrery::test;

/// Folders that lie: each is a copy of a good one with one thing changed. The message names file and field.
class BadSpeechModelsTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void changedFieldsAreNamed_data();
    void changedFieldsAreNamed();
    void changedWeightsAreNamed_data();
    void changedWeightsAreNamed();
    void missingFilesAreNamed();
    void aProcessorOfTransformers5IsRead();
    void codebooksOfAFolderAreChecked();

private:
    using Change = std::function<void(SafetensorsItem &)>;
    void rewrite(const Change &change) const;
    Result<DescribeResult> use() { return m_engine.run(kDescribe, {m_folder->path("model")}); }

    std::unique_ptr<TemporaryFolder> m_folder;
    JobEngine m_engine;
};

void BadSpeechModelsTest::init()
{
    m_folder = std::make_unique<TemporaryFolder>();
    m_folder->copyOf(ORRERY_SOURCE_DIR "/tests/data/speech/wav2vec2_layer", "model");
}

void BadSpeechModelsTest::changedFieldsAreNamed_data()
{
    QTest::addColumn<QString>("file");
    QTest::addColumn<QString>("field");
    QTest::addColumn<QString>("value");
    QTest::addColumn<QString>("words");
    const auto row = [](const char *field, const char *value, const char *words, const char *file = "config.json") {
        QTest::addRow("%s %s", field, value) << QString(file) << QString(field) << QString(value) << QString(words);
    };
    row("model_type", "\"bert\"", "which does not listen to sound; expected one of type hubert, wav2vec2");
    row("hidden_size", "0", "field \"hidden_size\" is 0");
    row("hidden_size", "1e30", "field \"hidden_size\"");
    row("num_attention_heads", "5", "expected a divisor of hidden_size, 32");
    row("num_hidden_layers", "4", "field \"num_hidden_layers\" is 4, but");
    row("conv_dim", "[]", "field \"conv_dim\" holds 0 numbers");
    row("conv_kernel", "[10, 3]", "field \"conv_kernel\" holds 2 numbers, expected as many as conv_dim, 7");
    row("conv_stride", "[4000, 4000, 2, 2, 2, 2, 2]", "makes a frame longer than a second");
    row("conv_stride", "[0, 2, 2, 2, 2, 2, 2]", "field \"conv_stride\"");
    row("feat_extract_norm", "\"batch\"", "is \"batch\", expected \"group\" or \"layer\"");
    row("feat_extract_activation", "\"swish\"", "is \"swish\", expected \"gelu\"");
    row("hidden_act", "\"silu\"", "field \"hidden_act\" is \"silu\"");
    row("num_conv_pos_embedding_groups", "5", "expected a divisor of hidden_size, 32");
    row("num_conv_pos_embeddings", "20", "has shape [1, 1, 19], expected [1, 1, 20]");
    row("intermediate_size", "47", "has shape [48, 32], expected [47, 32]");
    row("vocab_size", "33", "has shape [32, 32], expected [33, 32]");
    row("conv_bias", "false", "conv.bias\" of shape [20] is unexpected");
    row("add_adapter", "true", "adapters above the encoder are not supported");
    row("adapter_attn_dim", "16", "adapters of one language (MMS) are not supported");
    row("attention_left", "8", "expected both attention_left and attention_right or neither");
    row("sampling_rate", "8000", "is 8000, but sound is listened to at 16000 Hz", "preprocessor_config.json");
}

void BadSpeechModelsTest::changedFieldsAreNamed()
{
    QFETCH(const QString, file);
    QFETCH(const QString, field);
    QFETCH(const QString, value);
    QFETCH(const QString, words);
    const std::string name = "model/" + file.toStdString();
    QJsonObject json = QJsonDocument::fromJson(QByteArray::fromStdString(m_folder->read(name))).object();
    json[field] = QJsonDocument::fromJson("[" + value.toUtf8() + "]").array()[0];
    m_folder->write(name, QJsonDocument(json).toJson().toStdString());
    const QString message = messageOfFailure(use());
    QVERIFY2(message.contains(words), qPrintable(message));
    QVERIFY2(message.contains(file) || message.contains("model.safetensors"), qPrintable(message));
}

void BadSpeechModelsTest::rewrite(const Change &change) const
{
    const std::string path = m_folder->path("model/model.safetensors");
    const auto file = Safetensors::open(path);
    std::list<std::vector<std::byte>> held;
    std::vector<SafetensorsItem> items;
    for (const auto &[name, entry] : file->entries()) {
        held.emplace_back(entry.bytes.begin(), entry.bytes.end());
        SafetensorsItem item{name, entry.dtype, entry.shape, held.back()};
        change(item);
        if (!item.name.empty())
            items.push_back(item);
    }
    writeSafetensors(path, items);
}

void BadSpeechModelsTest::changedWeightsAreNamed_data()
{
    QTest::addColumn<QString>("from");
    QTest::addColumn<QString>("to");
    QTest::addColumn<QString>("words");
    QTest::newRow("missing") << "wav2vec2.encoder.layer_norm.weight"
                             << ""
                             << "\"wav2vec2.encoder.layer_norm.weight\" is missing, expected one of shape [32]";
    QTest::newRow("extra") << "wav2vec2.masked_spec_embed"
                           << "wav2vec2.encoder.extra"
                           << "\"wav2vec2.encoder.extra\" of shape [32] is unexpected";
    QTest::newRow("fewer layers") << "wav2vec2.encoder.layers.2"
                                  << "other.layers.2"
                                  << "holds 2 layers";
}

void BadSpeechModelsTest::changedWeightsAreNamed()
{
    QFETCH(const QString, from);
    QFETCH(const QString, to);
    QFETCH(const QString, words);
    int changed = 0;
    rewrite([&](SafetensorsItem &item) {
        const QString name = QString::fromStdString(item.name);
        if (!name.startsWith(from))
            return;
        item.name = to.isEmpty() ? std::string() : (to + name.mid(from.size())).toStdString();
        ++changed;
    });
    QVERIFY(changed > 0);
    const QString message = messageOfFailure(use());
    QVERIFY2(message.contains(words), qPrintable(message));
}

void BadSpeechModelsTest::missingFilesAreNamed()
{
    QVERIFY(use());
    QFile::remove(QString::fromStdString(m_folder->path("model/vocab.json")));
    m_folder->copyOf(m_folder->path("model"), "without_letters");
    const QString letters = messageOfFailure(m_engine.run(kDescribe, {m_folder->path("without_letters")}));
    QVERIFY2(letters.contains("vocab.json"), qPrintable(letters));
    QFile::remove(QString::fromStdString(m_folder->path("without_letters/model.safetensors")));
    m_folder->write("without_letters/pytorch_model.bin", "pickle");
    const QString pickle = messageOfFailure(m_engine.run(kDescribe, {m_folder->path("without_letters")}));
    QVERIFY2(pickle.contains("is a pickle"), qPrintable(pickle));
    QVERIFY(messageOfFailure(m_engine.run(kDescribe, {m_folder->path("nowhere")})).contains("nowhere"));
}

void BadSpeechModelsTest::aProcessorOfTransformers5IsRead()
{
    // Wav2Vec2Processor.save_pretrained writes no preprocessor_config.json any more.
    QFile::remove(QString::fromStdString(m_folder->path("model/preprocessor_config.json")));
    m_folder->write("model/processor_config.json",
                    R"({"feature_extractor": {"do_normalize": false, "sampling_rate": 16000}})");
    QVERIFY(use());
    m_folder->copyOf(m_folder->path("model"), "telephone"); // a folder once opened is kept
    m_folder->write("telephone/processor_config.json",
                    R"({"feature_extractor": {"do_normalize": false, "sampling_rate": 8000}})");
    const QString message = messageOfFailure(m_engine.run(kDescribe, {m_folder->path("telephone")}));
    QVERIFY2(message.contains("processor_config.json") && message.contains("is 8000"), qPrintable(message));
}

void BadSpeechModelsTest::codebooksOfAFolderAreChecked()
{
    const std::vector<float> centres(2 * 31, 0.5F);
    writeSafetensors(m_folder->path("model/codebook_2.safetensors"),
                     {{"centres", Dtype::F32, {2, 31}, std::as_bytes(std::span(centres))}}, {{"layer", "1"}});
    const QString message = messageOfFailure(use());
    QVERIFY2(message.contains("codebook_2.safetensors was made for frames of 31 numbers, but this model's have 32"),
             qPrintable(message));
}

QTEST_GUILESS_MAIN(BadSpeechModelsTest)
#include "bad_speech_models_test.moc"
