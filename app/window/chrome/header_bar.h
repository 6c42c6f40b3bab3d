// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QPointer>
#include <QWidget>

class QLabel;
class QMenu;
class QPushButton;
class QToolButton;

namespace orrery {

class Host;

/// 44 px at the top: menu · page title, model chip · Present.
class HeaderBar : public QWidget
{
    Q_OBJECT
public:
    explicit HeaderBar(Host &host, QWidget *parent = nullptr);

    void setTitle(const QString &title);
    /// Stands in for the window's own chip, while its page is on screen; null: the window's own.
    void setPageChip(QWidget *chip);
    QMenu *menu() const { return m_menu; }
    QPushButton *modelChip() const { return m_chip; }

Q_SIGNALS:
    void presentRequested();

private:
    void refreshChip();
    void openModels();
    void restyle();

    Host &m_host;
    QMenu *m_menu;
    QToolButton *m_menuButton;
    QLabel *m_title;
    QPushButton *m_chip;
    QPointer<QWidget> m_pageChip;
    QPushButton *m_present;
};

} // namespace orrery
