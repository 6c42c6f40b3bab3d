// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QList>
#include <QObject>
#include <QString>

namespace orrery {

class Workspace;

/// Rows of numbers that one page computes just now and another one shows as they come: the frames of what is spoken, on
/// a map. They are no items: nothing is kept, nothing can be undone. There is one of these in a workspace; whoever has
/// rows begins, whoever shows them answers, and neither knows the other. Thread: interface.
class LiveRows final : public QObject
{
    Q_OBJECT

public:
    /// Where rows come from. An item is of the same kind when its recipe says the same "model" and "layer".
    struct Kind
    {
        QString model;  ///< id
        QString name;   ///< of the model, for the user: "HuBERT"
        int layer = -1; ///< −1: not known yet

        bool fits(const QString &itsModel, int itsLayer) const
        {
            return model == itsModel && (layer < 0 || layer == itsLayer);
        }
        bool operator==(const Kind &) const = default;
    };
    struct Row
    {
        QList<float> values;
        QString label;      ///< for the user: "unit 37"
        double seconds = 0; ///< of the sound, where it begins
    };

    static LiveRows &of(Workspace &workspace);

    // Who has rows ---------------------------------------------------------------------------------------------------
    /// Rows will come, until end(). Whoever shows them answers at once.
    void begin(const Kind &kind);
    /// New rows, the oldest first. Rows of another kind than those before may come: another model was chosen.
    void put(const Kind &kind, const QList<Row> &rows);
    /// Nothing more comes. Who shows may say so, too: then nobody follows any more.
    void end();
    bool isOn() const { return m_on; }
    const Kind &kind() const { return m_kind; }

    // Who shows them --------------------------------------------------------------------------------------------------
    /// @param refusal  one sentence why rows of this kind cannot be shown; empty: they are, or soon will be
    void answer(const QString &refusal);
    QString refusal() const { return m_refusal; }

Q_SIGNALS:
    void begun();
    void kindChanged();
    void came(const QList<orrery::LiveRows::Row> &rows);
    void answered();
    void ended();

private:
    explicit LiveRows(Workspace &workspace);

    Kind m_kind;
    QString m_refusal;
    bool m_on = false;
};

} // namespace orrery
