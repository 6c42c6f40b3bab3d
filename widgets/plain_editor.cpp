// SPDX-License-Identifier: Apache-2.0
#include "widgets/plain_editor.h"

#include "widgets/theme/theme.h"

#include <QKeyEvent>
#include <QScrollBar>
#include <QTextDocument>

namespace orrery {

namespace {
constexpr auto kWordOptions =
    QRegularExpression::CaseInsensitiveOption | QRegularExpression::UseUnicodePropertiesOption;
} // namespace

PlainEditor::PlainEditor(QWidget *parent) : QPlainTextEdit(parent)
{
    setUndoRedoEnabled(false);
    setTabChangesFocus(true);
    setLineWrapMode(QPlainTextEdit::NoWrap);
}

void PlainEditor::showText(const QString &text)
{
    if (text == toPlainText())
        return;
    const int position = textCursor().position();
    const int scroll = verticalScrollBar()->value();
    const QSignalBlocker quiet(this);
    setPlainText(text);
    QTextCursor cursor = textCursor();
    cursor.setPosition(std::min(position, static_cast<int>(text.size())));
    setTextCursor(cursor);
    verticalScrollBar()->setValue(scroll);
}

bool PlainEditor::event(QEvent *event)
{
    if (event->type() == QEvent::ShortcutOverride) {
        const auto *key = static_cast<QKeyEvent *>(event);
        if (key->matches(QKeySequence::Undo) || key->matches(QKeySequence::Redo)) {
            event->ignore();
            return false;
        }
    }
    return QPlainTextEdit::event(event);
}

void UnknownWordMarks::setWords(const QStringList &words)
{
    if (words == m_words)
        return;
    m_words = words;
    QStringList escaped;
    for (const QString &word : words)
        escaped.append(QRegularExpression::escape(word));
    m_pattern = words.isEmpty()
                    ? QRegularExpression()
                    : QRegularExpression(QStringLiteral("(?<!\\w)(?:%1)(?!\\w)").arg(escaped.join(u'|')), kWordOptions);
    rehighlight();
}

void UnknownWordMarks::highlightBlock(const QString &text)
{
    if (m_words.isEmpty())
        return;
    QTextCharFormat format;
    format.setUnderlineStyle(QTextCharFormat::DotLine);
    format.setUnderlineColor(Theme::instance().colours().warning);
    format.setToolTip(tr("A word this model never read"));
    for (auto match = m_pattern.globalMatch(text); match.hasNext();) {
        const QRegularExpressionMatch word = match.next();
        setFormat(static_cast<int>(word.capturedStart()), static_cast<int>(word.capturedLength()), format);
    }
}

QRegularExpression wholeWord(const QString &word)
{
    return QRegularExpression(QStringLiteral("(?<!\\w)%1(?!\\w)").arg(QRegularExpression::escape(word)), kWordOptions);
}

} // namespace orrery
