// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "plugins/speech/view/words/word_book.h"

#include <QStringList>
#include <QWidget>

class QLabel;
class QToolButton;

namespace orrery::speech {

class UnitStrip;

/// Distances of a sound to words, nearest first, as bars, with the line beyond which it is none of them.
/// Thread: interface.
class DistanceBars final : public QWidget
{
    Q_OBJECT

public:
    static constexpr int kMost = 3;

    explicit DistanceBars(QWidget *parent = nullptr);
    void setAnswer(const WordAnswer &answer, const QStringList &words);
    QSize sizeHint() const override;
    QSize minimumSizeHint() const override { return {80, sizeHint().height()}; }

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    WordAnswer m_answer;
    QStringList m_words;
};

/// What one ear says a word was, how near it is, what was next, and how often that was right.
class AnswerCard final : public QWidget
{
    Q_OBJECT

public:
    explicit AnswerCard(QWidget *parent = nullptr);

    void setTitle(const QString &title, const QString &hint);
    void showAnswer(const WordAnswer &answer, const QStringList &words, const std::vector<int> &units);
    void showError(const QString &error);
    /// Nothing was heard yet.
    void clear(const QString &text);
    void setVerdict(std::optional<bool> verdict, int right, int judged);

    QString answer() const;
    QString sentence() const;
    QString tally() const;
    QToolButton *rightButton() const { return m_right; }
    QToolButton *wrongButton() const { return m_wrong; }

Q_SIGNALS:
    void judged(bool right);

protected:
    void paintEvent(QPaintEvent *event) override;
    void resizeEvent(QResizeEvent *event) override;

private:
    void makeLayout();
    void restyle();
    void setAnswer(const QString &answer);
    void fitAnswer();

    QString m_said; ///< in full, where the label has no room for it
    QLabel *m_title, *m_answer, *m_sentence, *m_tally;
    UnitStrip *m_strip;
    DistanceBars *m_bars;
    QToolButton *m_right, *m_wrong;
};

} // namespace orrery::speech
