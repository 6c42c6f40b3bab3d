// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/api/models.h"
#include "engine/files/model_catalogue.h"

#include <QObject>

#include <functional>
#include <vector>

namespace orrery {

/// The models of this computer, read from their cards on a thread of Qt's pool.
/// Thread: interface.
class ModelList : public QObject
{
    Q_OBJECT
public:
    explicit ModelList(ModelCatalogue catalogue = ModelCatalogue(), QObject *parent = nullptr);

    const std::vector<ModelCard> &cards() const { return m_cards; }
    bool loaded() const { return m_loaded; }
    /// @return null when there is none of that id.
    const ModelCard *find(const QString &id) const;
    /// First usable model of a task; empty when there is none.
    QString firstOf(const QString &task) const;
    const ModelCatalogue &catalogue() const { return m_catalogue; }

    /// Reads the cards again; changed() follows.
    void refresh();
    /// Compares the weights with the card's checksum on the pool; `done` runs here.
    void verify(const QString &id, QObject *owner, std::function<void(const ModelCatalogue::Verification &)> done);

Q_SIGNALS:
    void changed();

private:
    ModelCatalogue m_catalogue;
    std::vector<ModelCard> m_cards;
    bool m_loaded = false;
};

} // namespace orrery
