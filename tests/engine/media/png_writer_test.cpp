// SPDX-License-Identifier: Apache-2.0
#include "engine/api/media.h"
#include "engine/core/error.h"
#include "tests/engine/media/picture_files.h"

#include <QTest>

#include <dlfcn.h>
#include <memory>

using namespace orrery;
using namespace orrery::test;

/// Goes through what the library exports, as the engine does.
class PngWriterTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        void *library = ::dlopen(ORRERY_BINARY_DIR "/lib/liborrery_media.so", RTLD_NOW | RTLD_LOCAL);
        QVERIFY2(library, library ? "" : ::dlerror());
        const auto create = reinterpret_cast<CreateMedia>(::dlsym(library, "orreryCreateMedia"));
        QVERIFY(create);
        m_media.reset(create());
    }

    void whatIsWrittenIsReadBack()
    {
        const Picture picture = quarters(30, 20);
        const FileBytes file = m_media->pictures().encodePng(picture);
        const Picture back = m_media->pictures().decode(file, "x");
        QCOMPARE(back.width, 30);
        QCOMPARE(back.height, 20);
        QVERIFY(back.rgb == picture.rgb);
    }

    void textsTravelInThePicture()
    {
        const std::string recipe = R"({"prompt":"Füchse 🦊"})";
        const FileBytes file = m_media->pictures().encodePng(quarters(2, 2), {{"orrery", recipe}, {"Title", "fox"}});
        const QByteArray bytes(reinterpret_cast<const char *>(file.data()), qsizetype(file.size()));
        // iTXt: keyword, 0, compression flag, method, language, 0, translated keyword, 0, text (PNG 1.2, 11.3.4.5).
        const QByteArray chunk = QByteArray("iTXtorrery") + QByteArray(5, '\0') + QByteArray::fromStdString(recipe);
        const qsizetype at = bytes.indexOf(chunk);
        QVERIFY(at > 0);
        QVERIFY(at < bytes.indexOf("IDAT"));
        QVERIFY(bytes.contains("iTXtTitle"));
        QVERIFY(m_media->pictures().decode(file, "x").rgb == quarters(2, 2).rgb);
    }

    void refusesPicturesThatLie()
    {
        QVERIFY_EXCEPTION_THROWN(m_media->pictures().encodePng(Picture{2, 2, {1, 2, 3}}), Exception);
        QVERIFY_EXCEPTION_THROWN(m_media->pictures().encodePng(Picture{}), Exception);
        QVERIFY_EXCEPTION_THROWN(m_media->pictures().encodePng(quarters(2, 2), {{"", "text"}}), Exception);
        QVERIFY_EXCEPTION_THROWN(m_media->pictures().encodePng(quarters(2, 2), {{std::string(80, 'k'), "text"}}),
                                 Exception);
    }

private:
    std::unique_ptr<MediaServices> m_media;
};

QTEST_GUILESS_MAIN(PngWriterTest)
#include "png_writer_test.moc"
