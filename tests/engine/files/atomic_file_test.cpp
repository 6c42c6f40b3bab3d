// SPDX-License-Identifier: Apache-2.0
#include "engine/files/atomic_file.h"
#include "tests/engine/files/file_support.h"

#include <fcntl.h>
#include <filesystem>
#include <sys/stat.h>
#include <unistd.h>

using namespace orrery;
using namespace orrery::test;
namespace fs = std::filesystem;

class AtomicFileTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void aFileAppearsWholeOrNotAtAll();
    void aPipeIsWrittenToAndStays();
    void aLinkStaysALink();
    void aFolderIsNoPlaceForAFile();

private:
    void write(const std::string &path, const std::string &text) const
    {
        AtomicFile file(path);
        file.write(text);
        file.commit();
    }
    TemporaryFolder m_folder;
};

void AtomicFileTest::aFileAppearsWholeOrNotAtAll()
{
    write(m_folder.path("a"), "old");
    AtomicFile(m_folder.path("a")).write("half");
    QCOMPARE(m_folder.read("a"), std::string("old"));
    write(m_folder.path("a"), "new");
    QCOMPARE(m_folder.read("a"), std::string("new"));
}

void AtomicFileTest::aPipeIsWrittenToAndStays()
{
    const std::string path = m_folder.path("pipe");
    QCOMPARE(::mkfifo(path.c_str(), 0600), 0);
    const int reader = ::open(path.c_str(), O_RDONLY | O_NONBLOCK);
    QVERIFY(reader >= 0);
    write(path, "numbers");
    char bytes[16] = {};
    QCOMPARE(::read(reader, bytes, sizeof bytes), ssize_t(7));
    ::close(reader);
    QCOMPARE(std::string(bytes), std::string("numbers"));
    QVERIFY(fs::is_fifo(path));
}

void AtomicFileTest::aLinkStaysALink()
{
    m_folder.makeFolder("elsewhere");
    m_folder.write("elsewhere/there", "old");
    const std::string link = m_folder.path("link");
    fs::create_symlink(m_folder.path("elsewhere/there"), link);
    write(link, "new");
    QVERIFY(fs::is_symlink(link));
    QCOMPARE(m_folder.read("elsewhere/there"), std::string("new"));
}

void AtomicFileTest::aFolderIsNoPlaceForAFile()
{
    m_folder.makeFolder("folder");
    const QString message = messageOf<ErrorCode::ModelFile>([&] { const AtomicFile file(m_folder.path("folder")); });
    QVERIFY2(message.contains("Is a directory"), qPrintable(message));
}

QTEST_GUILESS_MAIN(AtomicFileTest)
#include "atomic_file_test.moc"
