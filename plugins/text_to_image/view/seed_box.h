// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QWidget>

class QLineEdit;
class QToolButton;

namespace orrery::text_to_image {

/// A seed with its lock and a dice. Up and Down count it. Thread: interface.
class SeedBox final : public QWidget
{
    Q_OBJECT

public:
    explicit SeedBox(QWidget *parent = nullptr);

    void setSeed(quint64 seed);
    void setLocked(bool locked);
    QLineEdit *number() const { return m_number; }
    QToolButton *lock() const { return m_lock; }
    QToolButton *dice() const { return m_dice; }

Q_SIGNALS:
    void seedEdited(quint64 seed);
    void lockToggled(bool locked);
    void diceClicked();

protected:
    bool eventFilter(QObject *object, QEvent *event) override;

private:
    void restyle();
    void commit();

    QLineEdit *m_number;
    QToolButton *m_lock;
    QToolButton *m_dice;
    quint64 m_seed = 1;
};

} // namespace orrery::text_to_image
