// SPDX-License-Identifier: Apache-2.0
// What comes in from outside: too large, too many, or not what it says.
#include "orrery/workspace.h"

#include <QDir>
#include <QFile>
#include <QMimeData>
#include <QTemporaryDir>
#include <QTest>

using namespace orrery;

class DropsTest : public QObject
{
    Q_OBJECT

private:
    QTemporaryDir m_folder;

    /// @return the folder
    QString makeFiles(const QString &name, const QString &pattern, int count)
    {
        const QString folder = m_folder.filePath(name);
        QDir().mkpath(folder);
        for (int i = 0; i < count; ++i)
            if (QFile file(folder + u'/' + pattern.arg(i)); !file.open(QIODevice::WriteOnly))
                QTest::qFail(qPrintable(file.errorString()), __FILE__, __LINE__);
        return folder;
    }

private Q_SLOTS:
    void aShapeThatWrapsAroundIsLeftOut()
    {
        QMimeData mime;
        // 4 · (2^62 + 1) is 4 in 64 bits.
        mime.setData(QLatin1String(kItemMimeType),
                     R"({"version":1,"items":[{"kind":"array","values":[1,2,3,4],"shape":[4,4611686018427387905]},
                         {"kind":"array","values":[1,2,3,4],"shape":[4611686018427387905,4]},
                         {"kind":"array","values":[1,2,3,4],"shape":[-2,-2]},
                         {"kind":"array","values":[1,2,3,4],"shape":[2,2]}]})");
        const Dropped dropped = readMime(mime);
        QCOMPARE(dropped.items.size(), 1);
        QCOMPARE(dropped.items.first().shape, (QList<qint64>{2, 2}));
    }

    void undoOfAChangeDoesNotBringAForgottenItemBack()
    {
        Workspace workspace;
        const ItemId id = workspace.add(textItem(QStringLiteral("fox")));
        Item changed = workspace.item(id);
        changed.trueLabel = QStringLiteral("animal");
        workspace.update(changed);
        workspace.forget({id});
        workspace.undoStack().undo();
        QVERIFY(!workspace.contains(id));
        QVERIFY(workspace.items().isEmpty());
        workspace.undoStack().redo();
        QVERIFY(!workspace.contains(id));
    }

    void whatIsCutIsSaid()
    {
        const QString sounds = makeFiles(QStringLiteral("sounds"), QStringLiteral("%1.wav"), kMostFiles + 1);
        Dropped dropped = readPaths({sounds});
        QCOMPARE(dropped.items.size(), kMostFiles);
        QVERIFY(dropped.items.first().kind == ItemKind::Sound);
        QCOMPARE(dropped.unreadable, QStringList{QStringLiteral("sounds: only the first 2000 sounds were taken")});
        // All of them is not cut.
        QVERIFY(QFile::remove(sounds + QStringLiteral("/0.wav")));
        dropped = readPaths({sounds});
        QCOMPARE(dropped.items.size(), kMostFiles);
        QVERIFY(dropped.unreadable.isEmpty());
        dropped = readPaths({makeFiles(QStringLiteral("pictures"), QStringLiteral("%1.png"), kMostFiles + 1)});
        QCOMPARE(dropped.items.size(), kMostFiles);
        QCOMPARE(dropped.unreadable, QStringList{QStringLiteral("pictures: only the first 2000 pictures were taken")});
    }

    void aFolderNamedLikeAPictureIsNone()
    {
        makeFiles(QStringLiteral("named/holiday.png"), QStringLiteral("%1.png"), 2);
        const Dropped dropped = readPaths({m_folder.filePath(QStringLiteral("named"))});
        QCOMPARE(dropped.items.size(), 2);
        QVERIFY(dropped.unreadable.isEmpty());
    }

    void notAllOfADiskIsLookedThrough()
    {
        const Dropped dropped = readPaths({makeFiles(QStringLiteral("disk"), QStringLiteral("%1.log"), 50'001)});
        QVERIFY(dropped.items.isEmpty());
        QCOMPARE(dropped.unreadable.size(), 1);
        QVERIFY2(dropped.unreadable.first().contains(QStringLiteral("files and folders in it were looked at")),
                 qPrintable(dropped.unreadable.first()));
    }
};

QTEST_MAIN(DropsTest)
#include "drops_test.moc"
