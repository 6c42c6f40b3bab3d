// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QImage>
#include <QJsonObject>
#include <QList>
#include <QString>
#include <QStringList>
#include <QUuid>

namespace orrery {

/// Stable for the life of the item, through undo, dragging and (later) sessions.
using ItemId = QUuid;

enum class ItemKind
{
    Picture, ///< `picture`, or a file at `path`
    Text,    ///< `text`
    Sound,   ///< `sound` at `sampleRateHz`, mono
    Units,   ///< `units`, a sequence of codebook indices
    Array,   ///< `values` of `shape`, row-major; or a table in a file at `path`, not read yet
    Sample,  ///< a picture that a model made; `recipe` says how
};

/// "picture", "text", …: as the drag format spells it.
QString toString(ItemKind kind);
/// @return false when no kind has that name; `kind` is then untouched.
bool fromString(const QString &name, ItemKind *kind);

/// One thing of the workspace. A value: copies share their data.
struct Item
{
    ItemId id; ///< null: the workspace gives it one
    ItemKind kind = ItemKind::Picture;
    QString name;       ///< for the user: "fox", "IMG_0231.jpg"
    QString path;       ///< absolute path of the file it came from; empty when it was made here
    QImage picture;     ///< pixels (Picture, Sample); null while only `path` is known
    QString text;       ///< (Text)
    QList<float> sound; ///< (Sound) in [-1, 1]
    int sampleRateHz = 0;
    QList<int> units;    ///< (Units)
    QList<float> values; ///< (Array)
    QList<qint64> shape; ///< (Array) its product is the number of values
    QString trueLabel;   ///< what the user says it is; empty: not said
    QJsonObject recipe;  ///< provenance: {"source": "file" | "sketch" | "clipboard" | "made", …}

    bool isNull() const { return id.isNull(); }
    bool hasPicture() const { return kind == ItemKind::Picture || kind == ItemKind::Sample; }
    bool operator==(const Item &other) const;
};

/// A picture of pixels at hand.
Item pictureItem(const QImage &picture, const QString &name, const QJsonObject &recipe = {});
/// A picture that lies in a file; nothing is read yet.
Item fileItem(const QString &path);
Item textItem(const QString &text);
/// A table of numbers that lies in a file; nothing is read yet.
Item tableItem(const QString &path);

/// What is selected, in the order of selecting. One for all pages.
struct Selection
{
    QList<ItemId> items;
    ItemId current; ///< the one the keyboard is on; one of `items`, or null when they are empty

    bool isEmpty() const { return items.isEmpty(); }
    bool contains(const ItemId &id) const { return items.contains(id); }
    bool operator==(const Selection &) const = default;
};

} // namespace orrery
