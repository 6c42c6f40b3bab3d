// SPDX-License-Identifier: Apache-2.0
#include "orrery/workspace.h"

#include <QBuffer>
#include <QDir>
#include <QImageReader>
#include <QJsonDocument>
#include <QMimeData>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>
#include <QUrl>

using namespace orrery;

namespace {

Item redPicture(const QString &name = QStringLiteral("red"))
{
    QImage image(4, 3, QImage::Format_RGB32);
    image.fill(Qt::red);
    return pictureItem(image, name, {{QStringLiteral("source"), QStringLiteral("sketch")}});
}

} // namespace

class WorkspaceTest : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void addingCanBeUndoneAndDoneAgainWithTheSameId()
    {
        Workspace workspace;
        QSignalSpy added(&workspace, &Workspace::itemsAdded);
        const ItemId id = workspace.add(redPicture());
        QVERIFY(!id.isNull());
        QCOMPARE(workspace.items(), QList<ItemId>{id});
        workspace.undoStack().undo();
        QVERIFY(workspace.items().isEmpty());
        QVERIFY(workspace.item(id).isNull());
        workspace.undoStack().redo();
        QCOMPARE(workspace.item(id).name, QStringLiteral("red"));
        QCOMPARE(added.count(), 2);
    }

    void removingRestoresPlaceCollectionTrayAndSelection()
    {
        Workspace workspace;
        const QList<ItemId> ids = workspace.add(
            {redPicture(QStringLiteral("a")), redPicture(QStringLiteral("b")), redPicture(QStringLiteral("c"))});
        workspace.setCollection(QStringLiteral("Drawings"), ids);
        workspace.gather({ids[1]});
        workspace.select({ids[0], ids[1]}, ids[1]);
        workspace.remove({ids[1]});
        QCOMPARE(workspace.items(), (QList<ItemId>{ids[0], ids[2]}));
        QCOMPARE(workspace.collection(QStringLiteral("Drawings")), (QList<ItemId>{ids[0], ids[2]}));
        QVERIFY(workspace.tray().isEmpty());
        QCOMPARE(workspace.selection().items, QList<ItemId>{ids[0]});
        QCOMPARE(workspace.selection().current, ids[0]);
        workspace.undoStack().undo();
        QCOMPARE(workspace.items(), ids);
        QCOMPARE(workspace.collection(QStringLiteral("Drawings")), ids);
        QCOMPARE(workspace.tray(), QList<ItemId>{ids[1]});
        QCOMPARE(workspace.selection().items, (QList<ItemId>{ids[0], ids[1]}));
        QCOMPARE(workspace.selection().current, ids[1]);
    }

    void walkingThroughItemsIsOneStepBack()
    {
        Workspace workspace;
        const QList<ItemId> ids = workspace.add({redPicture(), redPicture(), redPicture()});
        const int before = workspace.undoStack().count();
        for (const ItemId &id : ids)
            workspace.select({id});
        QCOMPARE(workspace.undoStack().count(), before + 1);
        workspace.undoStack().undo();
        QVERIFY(workspace.selection().isEmpty());
    }

    void typingMergesOnlyWithinOneValue()
    {
        Workspace workspace;
        workspace.setValue(QStringLiteral("p/labels"), QStringList{QStringLiteral("f")}, QStringLiteral("Type"), true);
        workspace.setValue(QStringLiteral("p/labels"), QStringList{QStringLiteral("fo")}, QStringLiteral("Type"), true);
        QCOMPARE(workspace.undoStack().count(), 1);
        workspace.setValue(QStringLiteral("p/other"), 2.0, QStringLiteral("Slide"), true);
        workspace.setValue(QStringLiteral("p/labels"), QStringList{QStringLiteral("fox")}, QStringLiteral("Type"),
                           true);
        QCOMPARE(workspace.undoStack().count(), 3);
        workspace.undoStack().undo();
        QCOMPARE(workspace.value(QStringLiteral("p/labels")).toStringList(), QStringList{QStringLiteral("fo")});
        workspace.undoStack().undo();
        workspace.undoStack().undo();
        QVERIFY(!workspace.value(QStringLiteral("p/labels")).isValid());
    }

    void theSameValueAgainIsNoStep()
    {
        Workspace workspace;
        workspace.setValue(QStringLiteral("p/a"), 1);
        workspace.setValue(QStringLiteral("p/a"), 1);
        QCOMPARE(workspace.undoStack().count(), 1);
    }

    void aPictureReadLaterSurvivesUndoOfOtherChanges()
    {
        Workspace workspace;
        const ItemId id = workspace.add(fileItem(QStringLiteral("/nowhere/fox.png")));
        Item labelled = workspace.item(id);
        labelled.trueLabel = QStringLiteral("fox");
        workspace.update(labelled);
        workspace.setLoadedPicture(id, redPicture().picture);
        workspace.undoStack().undo();
        QVERIFY(workspace.item(id).trueLabel.isEmpty());
        QCOMPARE(workspace.item(id).picture.size(), QSize(4, 3));
    }

    void aForgottenItemDoesNotComeBackIntoTheSelection()
    {
        Workspace workspace;
        const QList<ItemId> ids = workspace.add({redPicture(), redPicture()});
        workspace.select({ids[0]});
        workspace.gather({ids[0]}); // ends the merging of selections
        workspace.select({ids[1]});
        workspace.forget({ids[0]});
        workspace.undoStack().undo();
        QVERIFY(!workspace.selection().contains(ids[0]));
    }

    void mimeRoundTripKeepsEverything()
    {
        Workspace workspace;
        Item sound;
        sound.kind = ItemKind::Sound;
        sound.name = QStringLiteral("beep");
        sound.sound = {0.5f, -0.25f};
        sound.sampleRateHz = 16000;
        Item array;
        array.kind = ItemKind::Array;
        array.values = {1, 2, 3, 4, 5, 6};
        array.shape = {2, 3};
        Item labelled = redPicture();
        labelled.trueLabel = QStringLiteral("apple");
        const QList<ItemId> ids = workspace.add({labelled, textItem(QStringLiteral("a red fox")), sound, array});
        const std::unique_ptr<QMimeData> mime(workspace.toMime(ids));
        QVERIFY(mime->hasImage());
        QCOMPARE(mime->text(), QStringLiteral("a red fox"));
        const Dropped dropped = readMime(*mime);
        QCOMPARE(dropped.items.size(), 4);
        QVERIFY(dropped.unreadable.isEmpty());
        for (qsizetype i = 0; i < ids.size(); ++i) {
            Item expected = workspace.item(ids[i]);
            Item found = dropped.items[i];
            if (expected.hasPicture()) { // PNG may give another pixel format back; the pixels count
                QCOMPARE(found.picture.convertToFormat(QImage::Format_RGB32), expected.picture);
                found.picture = expected.picture;
            }
            QVERIFY2(found == expected, qPrintable(expected.name));
        }
    }

    void draggingOutGivesAFileWithItsRecipe()
    {
        Workspace workspace;
        const ItemId id = workspace.add(redPicture(QStringLiteral("my/red: fox")));
        const std::unique_ptr<QMimeData> mime(workspace.toMime({id}));
        QCOMPARE(mime->urls().size(), 1);
        QImageReader reader(mime->urls().first().toLocalFile());
        const QJsonDocument recipe = QJsonDocument::fromJson(reader.text(QLatin1String(kRecipeKey)).toUtf8());
        QCOMPARE(reader.read().size(), QSize(4, 3));
        QCOMPARE(recipe.object().value(QStringLiteral("source")).toString(), QStringLiteral("sketch"));
    }

    void keptSoundsLeaveAsWavFiles()
    {
        Workspace workspace;
        QList<Item> sounds;
        for (const char *name : {"Recording 3:14 PM", "two"}) {
            Item sound;
            sound.kind = ItemKind::Sound;
            sound.name = QLatin1String(name);
            sound.sound = {0, 0.5F, -1, 2, -0.25F};
            sound.sampleRateHz = 16000;
            sounds.append(sound);
        }
        const std::unique_ptr<QMimeData> mime(workspace.toMime(workspace.add(sounds)));
        QCOMPARE(mime->urls().size(), 2);
        QCOMPARE(mime->urls().first().fileName(), QStringLiteral("Recording 3_14 PM.wav"));
        QFile file(mime->urls().first().toLocalFile());
        QVERIFY(file.open(QIODevice::ReadOnly));
        const QByteArray bytes = file.readAll();
        QCOMPARE(bytes.size(), 44 + 10);
        QCOMPARE(bytes.left(4) + bytes.mid(8, 8) + bytes.mid(36, 4), QByteArray("RIFFWAVEfmt data"));
        const auto number = [&](int at, int size) {
            quint32 value = 0;
            for (int i = size; i-- > 0;)
                value = value << 8 | quint8(bytes[at + i]);
            return value;
        };
        QCOMPARE(number(4, 4), 46U);
        QCOMPARE(number(20, 2) << 16 | number(22, 2), 0x10001U); // PCM, one channel
        QCOMPARE(number(24, 4), 16000U);
        QCOMPARE(number(28, 4), 32000U);
        QCOMPARE(number(34, 2), 16U);
        QCOMPARE(number(40, 4), 10U);
        QCOMPARE(qint16(number(46, 2)), qint16(16384));
        QCOMPARE(qint16(number(48, 2)), qint16(-32767));
        QCOMPARE(qint16(number(50, 2)), qint16(32767)); // louder than full: cut
        // Within the program they stay what they are, to the last bit.
        const Dropped dropped = readMime(*mime);
        QCOMPARE(dropped.items.size(), 2);
        QCOMPARE(dropped.items[1].sound, sounds[1].sound);
        // And from a program that has only the files they come back as sounds.
        QMimeData files;
        files.setUrls(mime->urls());
        QCOMPARE(readMime(files).items.size(), 2);
        QVERIFY(kindsOf(files) == QList<ItemKind>{ItemKind::Sound});
    }

    void aDamagedSoundIsLeftOut()
    {
        QMimeData mime;
        mime.setData(QLatin1String(kItemMimeType),
                     R"({"version":1,"items":[{"kind":"sound","samples":"AADAfw==","sampleRateHz":16000},
                         {"kind":"sound","sound":[0.5],"sampleRateHz":16000}]})"); // the first is not a number
        const Dropped dropped = readMime(mime);
        QCOMPARE(dropped.items.size(), 1);
        QCOMPARE(dropped.items.first().sound, QList<float>{0.5F});
    }

    void aLyingArrayFromAnotherProgramIsLeftOut()
    {
        QMimeData mime;
        mime.setData(QLatin1String(kItemMimeType),
                     R"({"version":1,"items":[{"kind":"array","values":[1,2],"shape":[2,9000000000]},
                         {"kind":"picture"},{"kind":"spoon"},{"kind":"text","text":"kept"}]})");
        const Dropped dropped = readMime(mime);
        QCOMPARE(dropped.items.size(), 1);
        QCOMPARE(dropped.items.first().text, QStringLiteral("kept"));
    }

    void foldersGiveTheirPicturesAndFilesThatAreNoneAreNamed()
    {
        QTemporaryDir folder;
        QVERIFY(QDir(folder.path()).mkpath(QStringLiteral("pictures/inner")));
        for (const char *name : {"pictures/b.png", "pictures/inner/a.JPG", "pictures/readme.txt", "notes.pdf"}) {
            QFile file(folder.filePath(QLatin1String(name)));
            QVERIFY(file.open(QIODevice::WriteOnly));
        }
        QMimeData mime;
        mime.setUrls({QUrl::fromLocalFile(folder.filePath(QStringLiteral("pictures"))),
                      QUrl::fromLocalFile(folder.filePath(QStringLiteral("notes.pdf"))),
                      QUrl(QStringLiteral("https://example.org/x.png"))});
        const Dropped dropped = readMime(mime);
        QCOMPARE(dropped.items.size(), 2);
        QCOMPARE(dropped.items[0].name, QStringLiteral("b.png"));
        QCOMPARE(dropped.items[1].name, QStringLiteral("a.JPG"));
        QCOMPARE(dropped.unreadable.size(), 2);
        QVERIFY(dropped.unreadable[1].startsWith(QLatin1String("notes.pdf: neither a picture")));
        QVERIFY(dropped.unreadable[0].contains(QLatin1String("not a file on this computer")));
    }

    void soundsAreTakenAsWhatTheyAre()
    {
        QTemporaryDir folder;
        QVERIFY(QDir(folder.path()).mkpath(QStringLiteral("sounds")));
        QVERIFY(QDir(folder.path()).mkpath(QStringLiteral("mixed")));
        for (const char *name : {"one.WAV", "sounds/b.flac", "sounds/a.ogg", "mixed/c.png", "mixed/stray.mp3"}) {
            QFile file(folder.filePath(QLatin1String(name)));
            QVERIFY(file.open(QIODevice::WriteOnly));
        }
        const Dropped dropped =
            readPaths({folder.filePath(QStringLiteral("one.WAV")), folder.filePath(QStringLiteral("sounds")),
                       folder.filePath(QStringLiteral("mixed"))});
        QVERIFY(dropped.unreadable.isEmpty());
        QStringList names;
        for (const Item &item : dropped.items) {
            names.append(item.name);
            QVERIFY(item.kind == (item.name == QLatin1String("c.png") ? ItemKind::Picture : ItemKind::Sound));
        }
        QCOMPARE(names, (QStringList{"one.WAV", "a.ogg", "b.flac", "c.png"}));
        QMimeData mime;
        mime.setUrls({QUrl::fromLocalFile(folder.filePath(QStringLiteral("one.WAV")))});
        QVERIFY(kindsOf(mime) == QList<ItemKind>{ItemKind::Sound});
        // Dragged out it is the file again.
        Workspace workspace;
        const QList<ItemId> ids = workspace.add(dropped.items);
        const std::unique_ptr<QMimeData> out(workspace.toMime({ids.first()}));
        QCOMPARE(out->urls(), mime.urls());
    }
};

QTEST_MAIN(WorkspaceTest)
#include "workspace_test.moc"
