// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QStringList>
#include <QWidget>

class QLabel;

namespace orrery {

class FlowLayout;

/// Words that the model never read, each with the nearest ones that it knows as buttons. Offers, never refuses.
/// Thread: interface.
class UnknownWordsBar final : public QWidget
{
    Q_OBJECT

public:
    explicit UnknownWordsBar(QWidget *parent = nullptr);

    /// @param nearest  for every word the known ones to offer; may be shorter than `words`. No words: hides itself.
    void setWords(const QStringList &words, const QList<QStringList> &nearest);
    QStringList words() const { return m_words; }

Q_SIGNALS:
    /// A button was pressed: put `known` where `unknown` stands.
    void replacementChosen(const QString &unknown, const QString &known);

private:
    QStringList m_words;
    QList<QStringList> m_nearest;
    FlowLayout *m_flow;
};

} // namespace orrery
