// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QImage>
#include <QList>
#include <QString>
#include <QWidget>

namespace orrery {

/// One thing that goes wrong, told and ready to be shown.
struct FailureCard
{
    QString id;
    QString title;
    QString why;    ///< what to look at, and why it happens
    QImage picture; ///< beside the words; null: none
};

/// "Where it fails": a card for each, and a button that shows it. Thread: interface.
class FailureCards final : public QWidget
{
    Q_OBJECT

public:
    /// @param intro  a sentence above the cards
    FailureCards(const QString &intro, const QList<FailureCard> &cards, QWidget *parent = nullptr);

Q_SIGNALS:
    /// @param index  of the card whose button was pressed
    void chosen(int index);
};

} // namespace orrery
