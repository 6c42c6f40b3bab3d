// SPDX-License-Identifier: Apache-2.0
#include "plugins/embedding_map/view/collections/collection.h"
#include "plugins/embedding_map/view/collections/digits_source.h"
#include "plugins/embedding_map/view/collections/drawings_source.h"
#include "plugins/embedding_map/view/collections/file_source.h"
#include "plugins/embedding_map/view/collections/folder_source.h"
#include "plugins/embedding_map/view/collections/items_source.h"
#include "plugins/embedding_map/view/collections/prompts_source.h"
#include "plugins/embedding_map/view/collections/shape_source.h"
#include "plugins/embedding_map/view/collections/shapes.h"

#include <QCryptographicHash>
#include <QFileInfo>

namespace orrery {

namespace {

QString tr(const char *text)
{
    return QCoreApplication::translate("EmbeddingMap", text);
}

} // namespace

std::vector<std::unique_ptr<CollectionSource>> builtInSources(PluginHost &host)
{
    std::vector<std::unique_ptr<CollectionSource>> sources;
    sources.push_back(std::make_unique<DrawingsSource>(host));
    sources.push_back(std::make_unique<PromptsSource>(host));
    sources.push_back(std::make_unique<DigitsSource>());
    sources.push_back(std::make_unique<ShapeSource>(QStringLiteral("circle"), tr("Noisy circle"),
                                                    tr("Points on a circle in ten dimensions, made by formula"),
                                                    noisyCircle));
    sources.push_back(std::make_unique<ShapeSource>(QStringLiteral("swiss-roll"), tr("Swiss roll"),
                                                    tr("Points on a rolled-up sheet, made by formula"), swissRoll));
    Workspace &workspace = host.workspace();
    sources.push_back(std::make_unique<ItemsSource>(
        host, QStringLiteral("tray"), tr("Tray"), [&workspace] { return workspace.tray(); },
        tr("Pictures and texts that you gathered"),
        tr("The tray is empty; gather pictures or texts there, from any page.")));
    sources.push_back(std::make_unique<ItemsSource>(
        host, QStringLiteral("selection"), tr("Selection"), [&workspace] { return workspace.selection().items; },
        tr("What is selected, on any page"), tr("Nothing is selected; select pictures or texts on any page.")));
    return sources;
}

std::unique_ptr<CollectionSource> sourceForFile(PluginHost &host, const QString &path)
{
    if (QFileInfo(path).isDir())
        return std::make_unique<FolderSource>(host, QFileInfo(path).absoluteFilePath());
    return std::make_unique<FileSource>(QFileInfo(path).absoluteFilePath());
}

std::unique_ptr<CollectionSource> sourceForItems(PluginHost &host, const QList<ItemId> &items, const QString &title)
{
    QCryptographicHash hash(QCryptographicHash::Sha256);
    for (const ItemId &item : items)
        hash.addData(item.toRfc4122());
    return std::make_unique<ItemsSource>(
        host, QStringLiteral("items:") + QString::fromLatin1(hash.result().toHex().left(32)), title,
        [items] { return items; }, tr("%L1 items of the workspace").arg(items.size()),
        tr("There are no items to show."));
}

} // namespace orrery
