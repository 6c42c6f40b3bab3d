// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "orrery/plugin_host.h"

#include <QList>
#include <QStringList>

namespace orrery::zero_shot {

/// A list of names under a name of its own.
struct LabelList
{
    QString title; ///< "Everyday names"
    QStringList labels;
    bool own = false; ///< saved by the user, who may delete it
};

/// Label lists to choose from: everyday names, everything that the model can name, and the user's own.
/// Thread: interface.
class LabelLists final : public QObject
{
    Q_OBJECT

public:
    explicit LabelLists(PluginHost &host, QObject *parent = nullptr);

    QList<LabelList> all() const;
    /// The 101 that a new user meets; chosen by how often the word is written, never by score.
    QStringList everyday() const { return m_everyday; }
    /// Everything that the current model was taught to name; empty when its folder lists nothing.
    QStringList allNames() const;
    /// The prompts that the current model brings along; empty when it brings none.
    QStringList ownTemplates() const;
    /// The list that holds exactly these labels; "" when none does.
    QString titleOf(const QStringList &labels) const;

    void save(const QString &title, const QStringList &labels);
    void remove(const QString &title);

Q_SIGNALS:
    void changed();

private:
    PluginHost &m_host;
    QStringList m_everyday;
    mutable QString m_namesFolder; ///< of which m_names were read
    mutable QStringList m_names;
};

/// Lines of a text file, without empty ones.
QStringList readLines(const QString &path);

/// The card of the model that is chosen for pictures and words; one with an error when there is none.
ModelCard currentCard(const PluginHost &host);

} // namespace orrery::zero_shot
