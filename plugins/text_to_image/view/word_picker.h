// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QFrame>
#include <QStringList>

class QLineEdit;
class QListWidget;

namespace orrery::text_to_image {

/// A list of words under a chip, to be searched by typing. Closes itself. Thread: interface.
class WordPicker final : public QFrame
{
    Q_OBJECT

public:
    /// @param none     the choice of none, first in the list; empty: one has to be chosen
    /// @param colours  swatches stand before the words
    WordPicker(const QString &title, const QStringList &words, const QString &current, const QString &none,
               bool colours, QWidget *parent);

    QLineEdit *search() const { return m_search; }
    QListWidget *list() const { return m_list; }

Q_SIGNALS:
    /// Empty: none.
    void picked(const QString &word);

protected:
    bool eventFilter(QObject *object, QEvent *event) override;

private:
    void filter(const QString &text);
    void pick();

    QLineEdit *m_search;
    QListWidget *m_list;
};

/// The colour that a word names, for a swatch; invalid when none is known.
QColor colourOfWord(const QString &word);

} // namespace orrery::text_to_image
