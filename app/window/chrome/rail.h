// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QButtonGroup>
#include <QHash>
#include <QWidget>

class QToolButton;
class QVBoxLayout;

namespace orrery {

/// 64 px at the left: one button a page, icon and word; the program's own pages at the bottom.
class Rail : public QWidget
{
    Q_OBJECT
public:
    explicit Rail(QWidget *parent = nullptr);

    /// @param iconName  an icon of ours.
    void addPage(const QString &id, const QString &word, const QString &iconName, const QString &help, bool atBottom);
    /// Its metadata says something else than before.
    void changePage(const QString &id, const QString &word, const QString &iconName, const QString &help);
    void removePage(const QString &id);
    void setCurrent(const QString &id);
    /// A dot at the icon: something on this page wants to be read.
    void setAttention(const QString &id, bool on);
    /// Ids of the upper part, in order: Ctrl+1 to Ctrl+4.
    QStringList upper() const { return m_upper; }
    QToolButton *button(const QString &id) const { return m_buttons.value(id); }

Q_SIGNALS:
    void chosen(const QString &id);

private:
    void restyle();
    void fit(); ///< words under the icons where there is room for all of them
    void resizeEvent(QResizeEvent *event) override;
    bool eventFilter(QObject *object, QEvent *event) override;

    QButtonGroup m_group;
    QVBoxLayout *m_top;
    QVBoxLayout *m_bottom;
    QHash<QString, QToolButton *> m_buttons;
    QStringList m_upper;
};

} // namespace orrery
