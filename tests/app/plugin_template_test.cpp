// SPDX-License-Identifier: Apache-2.0
#include "app/host/plugin_build.h"
#include "app/host/plugin_template.h"

#include <QDir>
#include <QFile>
#include <QJsonDocument>
#include <QJsonObject>
#include <QTemporaryDir>
#include <QTest>

using namespace orrery;

class PluginTemplateTest : public QObject
{
    Q_OBJECT
    QTemporaryDir m_folder;

    static QByteArray contents(const QString &path)
    {
        QFile file(path);
        return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
    }

private Q_SLOTS:
    void namesAreDerived_data()
    {
        QTest::addColumn<QString>("name");
        QTest::addColumn<QString>("target");
        QTest::addColumn<QString>("className");
        QTest::addColumn<QString>("word");
        QTest::newRow("one word") << "Brightness"
                                  << "brightness"
                                  << "BrightnessPage"
                                  << "Brightness";
        QTest::newRow("two words") << " Edge  finder "
                                   << "edge_finder"
                                   << "EdgeFinderPage"
                                   << "Edge";
        QTest::newRow("fits the rail") << "My page"
                                       << "my_page"
                                       << "MyPagePage"
                                       << "My page";
        QTest::newRow("marks") << QStringLiteral("Färben 2") << "farben_2"
                               << "Farben2Page" << QStringLiteral("Färben 2");
        QTest::newRow("keyword") << "int"
                                 << "int"
                                 << "IntPage"
                                 << "int";
        QTest::newRow("long word") << "Chromatography"
                                   << "chromatography"
                                   << "ChromatographyPage" << QStringLiteral("Chromatog…");
    }
    void namesAreDerived()
    {
        QFETCH(QString, name);
        const Result<PluginNames> names = pluginNames(name);
        QVERIFY(names);
        QTEST(names->target, "target");
        QTEST(names->className, "className");
        QTEST(names->word, "word");
        QCOMPARE(names->name, name.simplified());
    }

    void badNamesAreRefusedInOneSentence_data()
    {
        QTest::addColumn<QString>("name");
        QTest::newRow("empty") << "";
        QTest::newRow("blank") << "  ";
        QTest::newRow("digit first") << "3D";
        QTest::newRow("path") << "../evil";
        QTest::newRow("quote") << "a\"b";
        QTest::newRow("cmake") << "a${b}";
        QTest::newRow("at") << "a@TARGET@";
        QTest::newRow("other script") << QStringLiteral("色");
        QTest::newRow("too long") << QString(41, u'a');
    }
    void badNamesAreRefusedInOneSentence()
    {
        QFETCH(QString, name);
        const Result<PluginNames> names = pluginNames(name);
        QVERIFY(!names);
        const QString sentence = QString::fromStdString(names.error().message);
        QVERIFY(sentence.endsWith(u'.'));
        QCOMPARE(sentence.count(u'.'), 1);
        QVERIFY(!createPlugin(name, m_folder.filePath(QStringLiteral("never"))));
        QVERIFY(!QDir(m_folder.filePath(QStringLiteral("never"))).exists());
    }

    void everyPlaceholderIsFilled()
    {
        const Result<QString> folder =
            createPlugin(QStringLiteral("Edge finder"), m_folder.filePath(QStringLiteral("deep/er/edges")));
        QVERIFY2(folder, folder ? "" : folder.error().message.c_str());
        const QStringList files = QDir(*folder).entryList(QDir::Files | QDir::Hidden, QDir::Name);
        for (const char *file : {"CMakeLists.txt", "edge_finder.json", "edge_finder_page.h", "edge_finder_page.cpp"})
            QVERIFY2(files.contains(QLatin1String(file)), qPrintable(files.join(u' ')));
        for (const QString &file : files)
            QVERIFY2(!contents(*folder + u'/' + file).contains('@'), qPrintable(file));
        const QJsonObject json =
            QJsonDocument::fromJson(contents(*folder + QStringLiteral("/edge_finder.json"))).object();
        QCOMPARE(json.value(QStringLiteral("id")).toString(), QStringLiteral("own.edge_finder"));
        QCOMPARE(json.value(QStringLiteral("name")).toString(), QStringLiteral("Edge finder"));
        // No draft is left beside it.
        QCOMPARE(QDir(m_folder.filePath(QStringLiteral("deep/er")))
                     .entryList(QDir::AllEntries | QDir::Hidden | QDir::NoDotAndDotDot),
                 QStringList{QStringLiteral("edges")});
    }

    void aFolderThatHoldsSomethingStaysAsItIs()
    {
        const QString folder = m_folder.filePath(QStringLiteral("mine"));
        QVERIFY(QDir().mkpath(folder));
        QFile file(folder + QStringLiteral("/.secret"));
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write("precious");
        file.close();
        const Result<QString> made = createPlugin(QStringLiteral("Mine"), folder);
        QVERIFY(!made);
        QVERIFY(QString::fromStdString(made.error().message).contains(QLatin1String("stays as it is")));
        QCOMPARE(QDir(folder).entryList(QDir::AllEntries | QDir::Hidden | QDir::NoDotAndDotDot),
                 QStringList{QStringLiteral(".secret")});
        QCOMPARE(contents(file.fileName()), QByteArray("precious"));
    }

    void aFolderThatCannotBeMadeIsSaid()
    {
        const QString file = m_folder.filePath(QStringLiteral("a-file"));
        QVERIFY(QFile(file).open(QIODevice::WriteOnly));
        const Result<QString> made = createPlugin(QStringLiteral("Mine"), file + QStringLiteral("/below"));
        QVERIFY(!made);
        QVERIFY(QString::fromStdString(made.error().message).contains(QLatin1String("choose another folder")));
    }

    void theFirstErrorIsFound_data()
    {
        QTest::addColumn<QString>("log");
        QTest::addColumn<QString>("first");
        QTest::newRow("compiler") << "[1/6] Building\n/p/x_page.h:3:1: warning: unused\n"
                                     "/p/x_page.cpp:12:5: error: 'foo' was not declared in this scope\n"
                                     "/p/x_page.cpp:13:5: error: second\n"
                                  << "x_page.cpp, line 12: 'foo' was not declared in this scope.";
        QTest::newRow("missing header") << "/p/a/b.cpp:1:10: fatal error: nix.h: No such file or directory\n"
                                        << "a/b.cpp, line 1: nix.h: No such file or directory.";
        QTest::newRow("elsewhere") << "/usr/include/v.h:9:2: error: static assertion failed\n"
                                   << "v.h, line 9: static assertion failed.";
        QTest::newRow("linker") << "mold: error: undefined symbol: foo()\n>>> referenced by x\n"
                                << "undefined symbol: foo().";
        QTest::newRow("cmake")
            << "-- ok\nCMake Error at CMakeLists.txt:8 (add_foo):\n  Unknown CMake command \"add_foo\".\n\n\n"
               "-- Configuring incomplete\n"
            << "CMakeLists.txt, line 8: Unknown CMake command \"add_foo\".";
        QTest::newRow("package")
            << "CMake Error at CMakeLists.txt:6 (find_package):\n  Found package configuration file:\n\n"
               "    /o/OrreryConfig.cmake\n\n  but it set Orrery_FOUND to FALSE so package \"Orrery\" is "
               "considered to be NOT\n  FOUND.  Reason given by package:\n\n  Qt's headers were not "
               "found; install them with 'sudo apt-get install\n  qt6-base-dev'.\n\n\n"
            << "Qt's headers were not found; install them with 'sudo apt-get install qt6-base-dev'.";
        QTest::newRow("nothing") << "[6/6] Linking\n"
                                 << "";
    }
    void theFirstErrorIsFound()
    {
        QFETCH(QString, log);
        QTEST(PluginBuild::firstError(log, QStringLiteral("/p")), "first");
    }

    void whatIsMissingIsSaidWithTheRemedy()
    {
        const QByteArray path = qgetenv("PATH");
        qputenv("PATH", m_folder.path().toLocal8Bit());
        const QByteArray compiler = qgetenv("CXX");
        qunsetenv("CXX");
        const QString sentence = PluginBuild::missingTool();
        PluginBuild build(m_folder.path(), m_folder.path());
        build.start();
        qputenv("PATH", path);
        if (!compiler.isEmpty())
            qputenv("CXX", compiler);
        for (const char *word : {"CMake", "compiler", "install", "apt-get"})
            QVERIFY2(sentence.contains(QLatin1String(word)), qPrintable(sentence));
        QCOMPARE(build.state(), PluginBuild::State::Failed);
        QCOMPARE(build.error(), sentence);
    }
};

QTEST_MAIN(PluginTemplateTest)
#include "plugin_template_test.moc"
