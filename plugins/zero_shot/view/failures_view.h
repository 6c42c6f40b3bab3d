// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QList>
#include <QStringList>
#include <QWidget>

namespace orrery::zero_shot {

/// A prepared failure of the built-in model, with why it happens.
struct Failure
{
    QString id;          ///< "photograph"
    QString title;       ///< "A photograph"
    QString why;         ///< what to look at, and why it happens
    QString picture;     ///< file below `resources`
    QString trueLabel;   ///< what the picture really shows; empty: none of the names fits
    QStringList labels;  ///< empty: the everyday names
    QStringList without; ///< taken out of them
};

/// The three that come with the program; tests check that each really fails.
QList<Failure> preparedFailures();

/// The names that a failure is shown with.
QStringList labelsOf(const Failure &failure, const QStringList &everyday);

/// "Where it fails": three cards, each shows its failure with one click. Thread: interface.
class FailuresView final : public QWidget
{
    Q_OBJECT

public:
    explicit FailuresView(const QString &resourceFolder, QWidget *parent = nullptr);

Q_SIGNALS:
    void chosen(const orrery::zero_shot::Failure &failure);
};

} // namespace orrery::zero_shot
