// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "plugins/speech/view/words/word_book.h"

#include <QWidget>

#include <array>

class QLabel;
class QLineEdit;
class QToolButton;

namespace orrery::speech {

class UnitStrip;

/// One word of the board: its name, its two takes, and a frame that lights up when it was heard. Thread: interface.
class WordCard final : public QWidget
{
    Q_OBJECT

public:
    explicit WordCard(QWidget *parent = nullptr);

    /// @param frames  that the width of a strip stands for
    void setWord(const WordBook::Word &word, int frames, bool removable);
    /// The take that is said next, or −1.
    void setAwaited(int take);
    /// Lights up, with how far the word was from its nearest example.
    void light(double distance);
    void goOut();
    bool isLit() const { return m_lit; }

    QLineEdit *name() const { return m_name; }
    QToolButton *again(int take) const { return m_takes[std::size_t(take)].again; }
    QToolButton *play(int take) const { return m_takes[std::size_t(take)].play; }
    UnitStrip *strip(int take) const { return m_takes[std::size_t(take)].strip; }
    QToolButton *removeButton() const { return m_remove; }

Q_SIGNALS:
    void renamed(const QString &name);
    void removeClicked();
    void playClicked(int take);
    void againClicked(int take);

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    struct TakeRow
    {
        QLabel *number = nullptr;
        UnitStrip *strip = nullptr;
        QToolButton *play = nullptr, *again = nullptr;
    };
    void makeLayout();
    void nameParts();
    void restyle();

    QLineEdit *m_name;
    QLabel *m_distance;
    QToolButton *m_remove;
    std::array<TakeRow, kTakes> m_takes;
    std::array<bool, kTakes> m_there{};
    int m_awaited = -1;
    bool m_lit = false;
};

} // namespace orrery::speech
