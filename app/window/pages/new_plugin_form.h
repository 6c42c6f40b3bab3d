// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QFrame>

class QLabel;
class QLineEdit;
class QPushButton;

namespace orrery {

class ErrorCard;
class Host;

/// Name and folder of a plugin to be; says what is wrong with them while they are typed.
class NewPluginForm : public QFrame
{
    Q_OBJECT
public:
    explicit NewPluginForm(Host &host, QWidget *parent = nullptr);

    /// Empty, with the keyboard in the name.
    void start();

Q_SIGNALS:
    /// The folder was made and waits to be built.
    void created(const QString &folder);
    void closed();

private:
    void nameEdited();
    void choose();
    void create();

    Host &m_host;
    QLineEdit *m_name;
    QLineEdit *m_folder;
    QLabel *m_hint;
    ErrorCard *m_error;
    ErrorCard *m_missing;
    QPushButton *m_create;
    bool m_folderChosen = false; ///< by hand; the name does not change it any more
};

} // namespace orrery
