// SPDX-License-Identifier: Apache-2.0
#include "engine/models/diffusion/clip_vocabulary.h"
#include "engine/models/diffusion/pipeline_parts.h"
#include "engine/runtime/bfloat16.h"
#include "tests/engine/files/file_support.h"
#include "tests/engine/models/diffusion/diffusion_bench.h"

#include <QtTest>

#include <filesystem>
#include <fstream>

using namespace orrery;
using namespace orrery::diffusion;
using namespace orrery::test;

namespace {

const char *const kModels[] = {"sd1", "sd2"};

/// Parts of a folder, or of a single file.
Task<PipelineParts> load(EngineScope &scope, std::string path)
{
    return std::filesystem::is_directory(path) ? loadPipelineFolder(scope, path) : loadPipelineFile(scope, path);
}

using Use = std::function<Task<int>(EngineScope &, PipelineParts &)>;

std::string withParts(const std::string &path, Use use)
{
    return runJob([path, use = std::move(use)](EngineScope &scope) -> Task<int> {
        Task<PipelineParts> loading = load(scope, path);
        PipelineParts parts = co_await std::move(loading);
        Task<int> using_ = use(scope, parts);
        co_return co_await std::move(using_);
    });
}

/// Largest difference of what every part gives from what the reference gave, by the part's name.
std::map<std::string, double> differences(const std::string &model, const std::string &path, bool unet = true)
{
    std::map<std::string, double> found;
    const auto file = Safetensors::open(kDiffusionData + model + ".expected.safetensors");
    const std::string problem = withParts(path, [&](EngineScope &scope, PipelineParts &parts) -> Task<int> {
        StepPacer pace(scope);
        Task<at::Tensor> running = parts.text->encode(pace, readArray(*file, "tokens"));
        const at::Tensor states = co_await std::move(running);
        found["text encoder"] = largest(states, readArray(*file, "states"));
        for (int i = 0; unet && i < 3; ++i) {
            const std::string name = "unet" + std::to_string(i);
            running = parts.unet->run(pace, readArray(*file, name + ".x"), readArray(*file, name + ".t").item<double>(),
                                      readArray(*file, "states"), nullptr);
            const at::Tensor y = co_await std::move(running);
            found[name] = largest(y, readArray(*file, name + ".y"));
        }
        Task<Autoencoder::Encoded> encoding = parts.autoencoder->encode(pace, readArray(*file, "pixels"));
        Autoencoder::Encoded encoded = co_await std::move(encoding);
        found["mean"] = largest(encoded.mean, readArray(*file, "mean"));
        found["deviation"] = largest(encoded.deviation, readArray(*file, "deviation"));
        running = parts.autoencoder->decode(pace, readArray(*file, "latents"));
        at::Tensor pixels = co_await std::move(running);
        found["decoder"] = largest(pixels, readArray(*file, "decoded"));
        parts.autoencoder->tile = 4;
        running = parts.autoencoder->decode(pace, readArray(*file, "latents"));
        pixels = co_await std::move(running);
        found["tiled decoder"] = largest(pixels, readArray(*file, "tiled"));
        encoding = parts.autoencoder->encode(pace, readArray(*file, "tiled_pixels"));
        encoded = co_await std::move(encoding);
        found["tiled mean"] = largest(encoded.mean, readArray(*file, "tiled_mean"));
        if (parts.preview) {
            running = parts.preview->decode(pace, readArray(*file, "latents"));
            pixels = co_await std::move(running);
            found["preview"] = largest(pixels, readArray(*file, "preview"));
        }
        co_return 0;
    });
    if (!problem.empty())
        found[problem] = INFINITY;
    return found;
}

void verifySmall(const std::map<std::string, double> &found)
{
    for (const auto &[part, difference] : found) {
        qInfo("%s: %g", part.c_str(), difference);
        QVERIFY2(difference <= 1e-4, qPrintable(QString("%1: %2").arg(part.c_str()).arg(difference)));
    }
}

} // namespace

class StableDiffusionPartsTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void partsAreThoseOfDiffusers_data();
    void partsAreThoseOfDiffusers();
    void oneFileIsReadAsTheFolderIs();
    void attentionIsPutDown();
    void fastIsNearToExact_data();
    void fastIsNearToExact();
    void olderNamesOfTheAutoencoderAreRead();
    void shorterNamesOfTheTextEncoderAreRead();
    void missingPartsAreNamed_data();
    void missingPartsAreNamed();
    void whatIsNotSupportedIsNamed_data();
    void whatIsNotSupportedIsNamed();
    void theTokenizerOfSingleFilesIsClips();
    void whatASingleFileSaysOfItselfCounts();
    void otherSingleFilesAreRefused();

private:
    std::string copyOf(const std::string &model, const std::string &name)
    {
        const std::string target = m_folder.path(name);
        std::filesystem::copy(kDiffusionData + model, target, std::filesystem::copy_options::recursive);
        return target;
    }
    /// Calls every weight of a file otherwise.
    static void rename(const std::string &path, const std::function<QString(QString)> &other)
    {
        {
            const auto file = Safetensors::open(path);
            std::vector<SafetensorsItem> items;
            for (const auto &[name, entry] : file->entries())
                items.push_back(
                    {other(QString::fromStdString(name)).toStdString(), entry.dtype, entry.shape, entry.bytes});
            writeSafetensors(path + ".new", items);
        }
        std::filesystem::rename(path + ".new", path);
    }
    TemporaryFolder m_folder;
};

void StableDiffusionPartsTest::partsAreThoseOfDiffusers_data()
{
    QTest::addColumn<QString>("name");
    for (const char *name : kModels)
        QTest::newRow(name) << QString(name);
}

void StableDiffusionPartsTest::partsAreThoseOfDiffusers()
{
    QFETCH(const QString, name);
    const auto found = differences(name.toStdString(), kDiffusionData + name.toStdString());
    QVERIFY(found.size() >= 10);
    verifySmall(found);
}

void StableDiffusionPartsTest::oneFileIsReadAsTheFolderIs()
{
    verifySmall(differences("sd1", kDiffusionData + "sd1/sd1.safetensors"));
    // How many heads a UNet has cannot be seen in a file; this one is too small for the rule of Stable Diffusion 2.
    verifySmall(differences("sd2", kDiffusionData + "sd2/sd2.safetensors", false));
}

void StableDiffusionPartsTest::fastIsNearToExact_data()
{
    QTest::addColumn<QString>("path");
    for (const char *model : kModels)
        QTest::addRow("%s", model) << QString::fromStdString(kDiffusionData + model);
    QTest::addRow("one file") << QString::fromStdString(kDiffusionData + "sd1/sd1.safetensors");
}

void StableDiffusionPartsTest::fastIsNearToExact()
{
    QFETCH(QString, path);
    if (!cpuMultipliesBfloat16())
        QSKIP("This processor does not multiply bfloat16");
    std::map<std::string, double> cosines;
    const std::string problem = runJob([&, from = path.toStdString()](EngineScope &scope) -> Task<int> {
        const bool folder = std::filesystem::is_directory(from);
        const std::string model = from.find("sd2") != std::string::npos ? "sd2" : "sd1";
        const auto file = Safetensors::open(kDiffusionData + model + ".expected.safetensors");
        StepPacer pace(scope);
        std::map<std::string, at::Tensor> exact;
        for (const Precision precision : {Precision::Exact, Precision::Fast}) {
            Task<PipelineParts> loading =
                folder ? loadPipelineFolder(scope, from, precision) : loadPipelineFile(scope, from, precision);
            const PipelineParts parts = co_await std::move(loading);
            std::map<std::string, at::Tensor> found;
            Task<at::Tensor> running = parts.text->encode(pace, readArray(*file, "tokens"));
            found["text encoder"] = co_await std::move(running);
            for (int i = 0; i < 3; ++i) {
                const std::string name = "unet" + std::to_string(i);
                running =
                    parts.unet->run(pace, readArray(*file, name + ".x"), readArray(*file, name + ".t").item<double>(),
                                    readArray(*file, "states"), nullptr);
                found[name] = co_await std::move(running);
            }
            Task<Autoencoder::Encoded> encoding = parts.autoencoder->encode(pace, readArray(*file, "pixels"));
            const Autoencoder::Encoded encoded = co_await std::move(encoding);
            found["mean"] = encoded.mean;
            running = parts.autoencoder->decode(pace, readArray(*file, "latents"));
            found["decoder"] = co_await std::move(running);
            if (precision == Precision::Exact)
                exact = found;
            else
                for (const auto &[name, y] : found)
                    cosines[name] =
                        at::cosine_similarity(y.flatten().to(at::kDouble), exact[name].flatten().to(at::kDouble), 0)
                            .item<double>();
        }
        co_return 0;
    });
    QVERIFY2(problem.empty(), problem.c_str());
    QCOMPARE(cosines.size(), std::size_t(6));
    for (const auto &[part, cosine] : cosines) {
        qInfo("%s: %.7f", part.c_str(), cosine);
        QVERIFY2(cosine >= 0.999 && cosine < 1, qPrintable(QString("%1: %2").arg(part.c_str()).arg(cosine, 0, 'g', 9)));
    }
}

void StableDiffusionPartsTest::attentionIsPutDown()
{
    const auto file = Safetensors::open(kDiffusionData + "sd2.expected.safetensors");
    AttentionWatch watch{8, 12, {}, 0};
    double difference = INFINITY;
    const std::string problem =
        withParts(kDiffusionData + "sd2", [&](EngineScope &scope, PipelineParts &parts) -> Task<int> {
            StepPacer pace(scope);
            Task<at::Tensor> running =
                parts.unet->run(pace, readArray(*file, "unet1.x"), readArray(*file, "unet1.t").item<double>(),
                                readArray(*file, "states"), &watch);
            const at::Tensor y = co_await std::move(running);
            difference = largest(y, readArray(*file, "unet1.y"));
            co_return 0;
        });
    QCOMPARE(problem, std::string());
    QVERIFY2(difference <= 1e-4, qPrintable(QString::number(difference))); // watched or not
    // Two stages look at words on the way down and up, with 1 and 2 blocks; and the middle.
    QVERIFY(watch.count > 5);
    const at::Tensor shares = watch.sum / double(watch.count);
    QCOMPARE(shares.sizes().vec(), (std::vector<std::int64_t>{16, 8, 12}));
    QVERIFY(shares.min().item<double>() >= 0);
    QVERIFY(largest(shares.sum(0), at::ones({8, 12})) < 1e-4); // every cell looks at all words once
}

void StableDiffusionPartsTest::olderNamesOfTheAutoencoderAreRead()
{
    const std::string folder = copyOf("sd2", "older");
    rename(folder + "/vae/diffusion_pytorch_model.safetensors", [](QString name) {
        name.replace(".to_q.", ".query.").replace(".to_k.", ".key.").replace(".to_v.", ".value.");
        return name.replace(".to_out.0.", ".proj_attn.");
    });
    verifySmall(differences("sd2", folder));
}

void StableDiffusionPartsTest::shorterNamesOfTheTextEncoderAreRead()
{
    // As transformers 5 writes a CLIPTextModel.
    const std::string folder = copyOf("sd2", "shorter");
    rename(folder + "/text_encoder/model.safetensors", [](QString name) { return name.remove("text_model."); });
    verifySmall(differences("sd2", folder));
}

void StableDiffusionPartsTest::missingPartsAreNamed_data()
{
    QTest::addColumn<QString>("gone");
    QTest::addColumn<QString>("expected");
    QTest::newRow("no UNet") << "unet"
                             << "the part \"unet\" is missing";
    QTest::newRow("no text encoder") << "text_encoder"
                                     << "the part \"text_encoder\" is missing";
    QTest::newRow("no tokenizer") << "tokenizer"
                                  << "the part \"tokenizer\" is missing";
    QTest::newRow("no autoencoder") << "vae"
                                    << "the part \"vae\" is missing";
    QTest::newRow("no scheduler") << "scheduler/scheduler_config.json"
                                  << "holds no scheduler_config.json";
    QTest::newRow("no configuration") << "unet/config.json"
                                      << "holds no config.json";
    QTest::newRow("no weights") << "vae/diffusion_pytorch_model.safetensors"
                                << "vae: holds no diffusion_pytorch_model.safetensors";
}

void StableDiffusionPartsTest::missingPartsAreNamed()
{
    QFETCH(const QString, gone);
    QFETCH(const QString, expected);
    const std::string folder = copyOf("sd2", QTest::currentDataTag());
    std::filesystem::remove_all(folder + "/" + gone.toStdString());
    const std::string problem = withParts(folder, [](EngineScope &, PipelineParts &) -> Task<int> { co_return 0; });
    QVERIFY2(QString::fromStdString(problem).contains(expected), problem.c_str());
}

void StableDiffusionPartsTest::whatIsNotSupportedIsNamed_data()
{
    QTest::addColumn<QString>("file");
    QTest::addColumn<QString>("from");
    QTest::addColumn<QString>("to");
    QTest::addColumn<QString>("expected");
    const QString unet = "unet/config.json", vae = "vae/config.json", text = "text_encoder/config.json";
    QTest::newRow("class") << unet << "\"UNet2DConditionModel\""
                           << "\"UNet3D\""
                           << "\"_class_name\" is \"UNet3D\"";
    QTest::newRow("embedding") << unet << "\"addition_embed_type\": null"
                               << "\"addition_embed_type\": \"text_time\""
                               << "\"addition_embed_type\" is set";
    QTest::newRow("switch") << unet << "\"dual_cross_attention\": false"
                            << "\"dual_cross_attention\": true"
                            << "\"dual_cross_attention\" is true";
    QTest::newRow("block") << unet << "\"DownBlock2D\""
                           << "\"AttnDownBlock2D\""
                           << "\"AttnDownBlock2D\"";
    QTest::newRow("inpainting UNet") << unet << "\"in_channels\": 4"
                                     << "\"in_channels\": 9"
                                     << "has shape [8, 4, 3, 3], expected [8, 9, 3, 3]";
    QTest::newRow("other width") << unet << "\"cross_attention_dim\": 12"
                                 << "\"cross_attention_dim\": 13"
                                 << "has shape [8, 12], expected [8, 13]";
    QTest::newRow("autoencoder") << vae << "\"AutoencoderKL\""
                                 << "\"AutoencoderDC\""
                                 << "\"AutoencoderDC\"";
    QTest::newRow("activation") << text << "\"gelu\""
                                << "\"tanh\""
                                << "\"hidden_act\" is \"tanh\"";
}

void StableDiffusionPartsTest::whatIsNotSupportedIsNamed()
{
    QFETCH(const QString, file);
    QFETCH(const QString, from);
    QFETCH(const QString, to);
    QFETCH(const QString, expected);
    const std::string folder = copyOf("sd2", std::string("other ") + QTest::currentDataTag());
    QFile config(QString::fromStdString(folder) + "/" + file);
    QVERIFY(config.open(QIODevice::ReadOnly));
    QString text = QString::fromUtf8(config.readAll());
    config.close();
    QVERIFY(text.contains(from));
    QVERIFY(config.open(QIODevice::WriteOnly));
    config.write(text.replace(from, to).toUtf8());
    config.close();
    const std::string problem = withParts(folder, [](EngineScope &, PipelineParts &) -> Task<int> { co_return 0; });
    QVERIFY2(QString::fromStdString(problem).contains(expected), problem.c_str());
}

void StableDiffusionPartsTest::theTokenizerOfSingleFilesIsClips()
{
    // Merges alone give the numbers that vocab.json states, for they are numbered through.
    const std::string folder = kDiffusionData + "sd1/tokenizer";
    const auto whole = ClipTokenizer::fromFolder(folder);
    const auto merged = tokenizerFromMerges(folder + "/merges.txt", "<|endoftext|>");
    QCOMPARE(merged->vocabularySize(), whole->vocabularySize());
    for (const char *text : {"a photo of a cat", "Two FOXES, 1 bell!", "naïve 猫 🦊", ""})
        QCOMPARE(merged->encode(text, 20), whole->encode(text, 20));
    QCOMPARE(tokenizerFromMerges(folder + "/merges.txt", "!")->encode("", 4).back(), std::int64_t(0));

    // Alone, and with no model that would bring CLIP's, a file cannot be read to.
    const std::string place = m_folder.path("alone");
    std::filesystem::create_directories(place);
    std::filesystem::copy_file(kDiffusionData + "sd1/sd1.safetensors", place + "/alone.safetensors");
    const std::string problem =
        withParts(place + "/alone.safetensors", [](EngineScope &, PipelineParts &) -> Task<int> { co_return 0; });
    QVERIFY2(QString::fromStdString(problem).contains("holds no tokenizer"), problem.c_str());
}

void StableDiffusionPartsTest::whatASingleFileSaysOfItselfCounts()
{
    const auto described = [&](const std::string &model, const std::string &name,
                               const std::map<std::string, std::string> &metadata) {
        const auto file = Safetensors::open(kDiffusionData + model + "/" + model + ".safetensors");
        std::vector<SafetensorsItem> items;
        for (const auto &[key, entry] : file->entries())
            items.push_back({key, entry.dtype, entry.shape, entry.bytes});
        const std::string folder = m_folder.path("says " + model + name);
        std::filesystem::create_directories(folder);
        std::filesystem::copy(kDiffusionData + model + "/tokenizer", folder + "/tokenizer");
        writeSafetensors(folder + "/" + name, items, metadata);
        std::string found;
        const std::string problem =
            withParts(folder + "/" + name, [&](EngineScope &, PipelineParts &parts) -> Task<int> {
                found = parts.scheduler.text("_class_name") + " " + parts.scheduler.text("prediction_type") + " " +
                        parts.scheduler.text("timestep_spacing") + " " +
                        std::to_string(parts.unet->config().sampleSize) + " " + parts.licence;
                co_return 0;
            });
        return QString::fromStdString(problem + found);
    };
    QCOMPARE(described("sd1", "a.safetensors", {}), QString("PNDMScheduler epsilon leading 64 "));
    QCOMPARE(described("sd2", "a.safetensors", {}), QString("DDIMScheduler v_prediction leading 96 "));
    QCOMPARE(
        described("sd2", "b.safetensors", {{"modelspec.prediction_type", "epsilon"}, {"modelspec.license", "MIT"}}),
        QString("PNDMScheduler epsilon leading 64 MIT"));
    QCOMPARE(described("sd2", "SD_Turbo.safetensors", {{"modelspec.prediction_type", "epsilon"}}),
             QString("EulerDiscreteScheduler epsilon trailing 64 "));
}

void StableDiffusionPartsTest::otherSingleFilesAreRefused()
{
    const Use nothing = [](EngineScope &, PipelineParts &) -> Task<int> { co_return 0; };
    const QString unet =
        QString::fromStdString(withParts(kDiffusionData + "sd2/unet/diffusion_pytorch_model.safetensors", nothing));
    QVERIFY2(unet.contains("is no Stable Diffusion") && unet.contains("input_blocks.0.0.weight"), qPrintable(unet));

    const std::string pickle = m_folder.path("old.ckpt");
    std::ofstream(pickle, std::ios::binary) << std::string("\x80\x02}q\x00.", 6);
    const QString old = QString::fromStdString(withParts(pickle, nothing));
    QVERIFY2(old.contains("is a pickle"), qPrintable(old));
}

QTEST_APPLESS_MAIN(StableDiffusionPartsTest)
#include "stable_diffusion_parts_test.moc"
