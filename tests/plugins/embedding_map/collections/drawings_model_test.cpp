// SPDX-License-Identifier: Apache-2.0
// The drawings with the real engine and the built-in model: each is nearest to its own name far more often than chance.
#include "engine/api/clip.h"
#include "engine/core/engine_thread.h"
#include "orrery/picture_source.h"
#include "plugins/embedding_map/view/collections/emoji_pictures.h"
#include "tests/engine/files/file_support.h"

#include <QApplication>
#include <QElapsedTimer>
#include <QFileInfo>
#include <QFontDatabase>
#include <QTest>

#include <algorithm>

using namespace orrery;
using namespace orrery::test;

class DrawingsModelTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void drawingsAreNearTheirNames();
    void quickBitsDoNotDependOnTheCompany();

private:
    EngineThread m_engine;
};

void DrawingsModelTest::initTestCase()
{
    if (!QFileInfo::exists(QStringLiteral(ORRERY_SOURCE_DIR "/resources/models/picture-clip/model.safetensors")))
        QSKIP("the built-in model picture-clip is not there");
    if (!QFontDatabase::families().contains(QLatin1String(kEmojiFont)))
        QSKIP("the font Noto Color Emoji is not installed");
    m_engine.start({});
    const auto ready = m_engine.waitUntilReady();
    QVERIFY2(ready.has_value(), ready ? "" : ready.error().message.c_str());
}

void DrawingsModelTest::drawingsAreNearTheirNames()
{
    const QList<EmojiName> names =
        readEmojiNames(QStringLiteral(ORRERY_SOURCE_DIR "/resources/labels/drawings.tsv"), {});
    clip::EncodeRequest pictures, texts;
    pictures.quick = true;
    constexpr qsizetype kEvery = 3;
    QElapsedTimer timer;
    timer.start();
    for (qsizetype i = 0; i < names.size(); i += kEvery) {
        pictures.pictures.push_back({"", toPicture(emojiOnWhite(names[i].text, kEmojiSide))});
        texts.texts.push_back(names[i].name.toStdString());
    }
    const qint64 drawn = timer.restart();
    const auto seen = m_engine.submit(clip::kEncode, std::move(pictures)).wait();
    const qint64 encoded = timer.elapsed();
    const auto read = m_engine.submit(clip::kEncode, std::move(texts)).wait();
    QVERIFY(seen.has_value() && read.has_value());
    const std::size_t count = seen->embeddings.size();
    std::size_t right = 0;
    for (std::size_t i = 0; i < count; ++i) {
        std::size_t best = 0;
        double highest = -2;
        for (std::size_t j = 0; j < count; ++j) {
            double cosine = 0;
            for (std::size_t d = 0; d < seen->embeddings[i].size(); ++d)
                cosine += double(seen->embeddings[i][d]) * double(read->embeddings[j][d]);
            if (cosine > highest)
                highest = cosine, best = j;
        }
        right += best == i ? 1 : 0;
    }
    qInfo("%zu of %zu; drawn in %lld ms, encoded in %lld ms", right, count, drawn, encoded);
    QVERIFY2(right * 10 >= count * 8, qPrintable(QStringLiteral("%1 of %2").arg(right).arg(count)));
}

void DrawingsModelTest::quickBitsDoNotDependOnTheCompany()
{
    const QList<EmojiName> names =
        readEmojiNames(QStringLiteral(ORRERY_SOURCE_DIR "/resources/labels/drawings.tsv"), {});
    std::vector<PictureSource> pictures;
    for (qsizetype i = 0; i < 11; ++i) // one batch and a part of one
        pictures.push_back({"", toPicture(emojiOnWhite(names[100 * i].text, kEmojiSide))});
    clip::EncodeRequest request;
    request.pictures = pictures;
    request.quick = true;
    const auto forward = m_engine.submit(clip::kEncode, request).wait();
    // A copy of the model, so that nothing comes from a cache.
    const TemporaryFolder folder;
    request.model = folder.copyOf(ORRERY_SOURCE_DIR "/resources/models/picture-clip", "copy");
    std::reverse(request.pictures.begin(), request.pictures.end());
    const auto backward = m_engine.submit(clip::kEncode, request).wait();
    request.pictures = {pictures[4]};
    request.model = folder.copyOf(ORRERY_SOURCE_DIR "/resources/models/picture-clip", "another");
    const auto alone = m_engine.submit(clip::kEncode, request).wait();
    request.quick = false;
    const auto inFull = m_engine.submit(clip::kEncode, request).wait();
    QVERIFY(forward.has_value() && backward.has_value() && alone.has_value() && inFull.has_value());
    for (std::size_t i = 0; i < pictures.size(); ++i)
        QVERIFY2(forward->embeddings[i] == backward->embeddings[pictures.size() - 1 - i],
                 qPrintable(QString::number(i)));
    QVERIFY(alone->embeddings[0] == forward->embeddings[4]);
    double cosine = 0;
    for (std::size_t d = 0; d < inFull->embeddings[0].size(); ++d)
        cosine += double(inFull->embeddings[0][d]) * double(alone->embeddings[0][d]);
    QVERIFY2(cosine > 0.9 && cosine < 0.999999,
             qPrintable(QString::number(cosine))); // one view is nearly, not quite, all
}

QTEST_MAIN(DrawingsModelTest)
#include "drawings_model_test.moc"
