// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "widgets/ranking/ranked_list.h"

#include <QWidget>

class QLabel;

namespace orrery {

class UnknownWordsBar;

/// The answer to "which of these names?": the best name in large type, what was said about it and about the true name,
/// and all names by rank. Knows no model. Thread: interface.
class RankedPanel final : public QWidget
{
    Q_OBJECT

public:
    explicit RankedPanel(QWidget *parent = nullptr);

    const Ranking &ranking() const { return m_list->rows().ranking(); }
    void setRanking(const Ranking &ranking);
    void setUnknownWords(const QStringList &words, const QList<QStringList> &nearest);
    QString trueLabel() const { return m_list->rows().trueLabel(); }
    /// What the user says that the picture shows; empty: nothing was said. Need not be among the names.
    void setTrueLabel(const QString &label);
    /// Fades what is shown while a newer answer is on its way.
    void setStale(bool stale);
    bool isStale() const { return m_list->isStale(); }
    /// Leaves out the large answer: for rankings side by side.
    void setCompact(bool compact);

    QString answer() const;
    /// "fox · rank 1 of 101 · 93 % share among these 101".
    QString heading() const;
    RankedList *list() const { return m_list; }

Q_SIGNALS:
    void trueLabelChosen(const QString &label);
    void replacementChosen(const QString &unknown, const QString &known);

private:
    void refreshHeading();
    void restyle();

    class ColumnHeadings;
    QLabel *m_answer;
    QLabel *m_heading;
    UnknownWordsBar *m_unknown;
    ColumnHeadings *m_headings;
    RankedList *m_list;
    bool m_compact = false;
};

} // namespace orrery
