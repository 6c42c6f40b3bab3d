// SPDX-License-Identifier: Apache-2.0
#include "plugins/embedding_map/view/collections/collection.h"
#include "plugins/embedding_map/view/collections/digits_source.h"
#include "plugins/embedding_map/view/collections/file_source.h"
#include "plugins/embedding_map/view/collections/shape_source.h"
#include "plugins/embedding_map/view/collections/shapes.h"

#include <QCoreApplication>

namespace orrery {

namespace {

QString tr(const char *text)
{
    return QCoreApplication::translate("EmbeddingMap", text);
}

} // namespace

std::vector<std::unique_ptr<CollectionSource>> builtInSources(PluginHost &)
{
    std::vector<std::unique_ptr<CollectionSource>> sources;
    sources.push_back(std::make_unique<DigitsSource>());
    sources.push_back(std::make_unique<ShapeSource>(QStringLiteral("circle"), tr("Noisy circle"),
                                                    tr("1,500 points on a circle in ten dimensions"), noisyCircle));
    sources.push_back(std::make_unique<ShapeSource>(QStringLiteral("swiss-roll"), tr("Swiss roll"),
                                                    tr("2,000 points on a rolled-up sheet"), swissRoll));
    return sources;
}

std::unique_ptr<CollectionSource> sourceForFile(PluginHost &, const QString &path)
{
    return std::make_unique<FileSource>(path);
}

} // namespace orrery
