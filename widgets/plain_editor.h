// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QPlainTextEdit>
#include <QRegularExpression>
#include <QStringList>
#include <QSyntaxHighlighter>

namespace orrery {

/// A text box whose undo is the program's: Ctrl+Z is left to the window. Thread: interface.
class PlainEditor : public QPlainTextEdit
{
    Q_OBJECT

public:
    explicit PlainEditor(QWidget *parent = nullptr);
    /// Replaces the text without losing the place of the cursor, and without `textChanged` reaching the listener.
    void showText(const QString &text);

protected:
    bool event(QEvent *event) override;
};

/// Dotted lines under words that a model never read. Thread: interface.
class UnknownWordMarks final : public QSyntaxHighlighter
{
    Q_OBJECT

public:
    using QSyntaxHighlighter::QSyntaxHighlighter;
    void setWords(const QStringList &words);

protected:
    void highlightBlock(const QString &text) override;

private:
    QStringList m_words;
    QRegularExpression m_pattern;
};

/// Matches a word as a whole, whatever its case.
QRegularExpression wholeWord(const QString &word);

} // namespace orrery
