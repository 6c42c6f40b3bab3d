// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QListView>
#include <QWidget>

class QLabel;
class QStackedLayout;

namespace orrery {

class Workspace;
class TrayModel;

/// 104 px at the foot: what the user gathered, as thumbnails, for all pages. Its selection is the workspace's.
class Tray : public QWidget
{
    Q_OBJECT
public:
    explicit Tray(Workspace &workspace, QWidget *parent = nullptr);
    QListView *list() const { return m_list; }

private:
    void trayChanged();
    void showSelection();
    void select();
    void restyle();
    bool eventFilter(QObject *object, QEvent *event) override;

    Workspace &m_workspace;
    TrayModel *m_model;
    QListView *m_list;
    QLabel *m_empty;
    QStackedLayout *m_stack;
    bool m_showing = false; ///< the workspace's selection is being shown, not made
};

} // namespace orrery
