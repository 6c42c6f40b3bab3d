// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "plugins/embedding_map/view/collections/collection.h"

#include <QElapsedTimer>
#include <QTest>

#include <optional>

namespace orrery::test {

/// Loads a source and keeps all that it says.
class Loader
{
public:
    explicit Loader(CollectionSource &source) : m_source(source)
    {
        QObject::connect(&source, &CollectionSource::loaded, &m_context,
                         [this](const MapCollection &part, bool complete) {
                             parts.push_back(part);
                             m_ended = m_ended || complete;
                         });
        QObject::connect(&source, &CollectionSource::layersLoaded, &m_context, [this](const QList<RowLayer> &all) {
            layers = all;
            m_ended = true;
        });
        QObject::connect(&source, &CollectionSource::failed, &m_context, [this](const Error &problem) {
            error = problem;
            m_ended = true;
        });
    }
    /// @return the whole collection; a failed test when there is none
    MapCollection load()
    {
        begin();
        m_source.load();
        end();
        if (error || parts.empty())
            QTest::qFail(error ? error->message.c_str() : "nothing was loaded", __FILE__, __LINE__);
        return parts.empty() ? MapCollection() : parts.back();
    }
    QString errorOfLoad()
    {
        begin();
        m_source.load();
        end();
        return error ? QString::fromStdString(error->message) : QStringLiteral("nothing failed");
    }
    void begin()
    {
        m_ended = false;
        error.reset();
        parts.clear();
    }
    void end()
    {
        QVERIFY2(QTest::qWaitFor([this] { return m_ended; }, 300000), "neither loaded nor failed came");
    }

    std::vector<MapCollection> parts;
    QList<RowLayer> layers;
    std::optional<Error> error;

private:
    CollectionSource &m_source;
    QObject m_context;
    bool m_ended = false;
};

} // namespace orrery::test
