// SPDX-License-Identifier: Apache-2.0
#include "app/window/chrome/command_palette.h"

#include <QApplication>
#include <QKeyEvent>
#include <QLineEdit>
#include <QListWidget>
#include <QVBoxLayout>

#include <algorithm>

namespace orrery {

namespace {
constexpr int kWholeWords = 500; ///< scores from here on: what was typed stands there as it is
} // namespace

int matchScore(const QString &typed, const QString &text)
{
    const QString wanted = typed.simplified().toCaseFolded();
    if (wanted.isEmpty())
        return 1;
    const QString folded = text.toCaseFolded();
    if (folded.contains(wanted))
        return kWholeWords + 500 - int(std::min<qsizetype>(folded.indexOf(wanted), 500));
    int score = 0, run = 0;
    qsizetype at = 0;
    for (const QChar letter : wanted) {
        if (letter.isSpace())
            continue;
        const qsizetype found = folded.indexOf(letter, at);
        if (found < 0)
            return 0;
        run = found == at ? run + 1 : 1;
        score += run + (found == 0 || !folded[found - 1].isLetterOrNumber() ? 5 : 0);
        at = found + 1;
    }
    return score;
}

CommandPalette::CommandPalette(QWidget *window) : QFrame(window)
{
    setProperty("look", "popover");
    setAccessibleName(tr("Commands"));
    m_input = new QLineEdit(this);
    m_input->setPlaceholderText(tr("Type a command"));
    m_input->setAccessibleName(tr("Find a command"));
    m_list = new QListWidget(this);
    m_list->setAccessibleName(tr("Commands"));
    m_list->setFrameShape(QFrame::NoFrame);
    m_list->setProperty("look", "plain");
    m_list->setFocusProxy(m_input);
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(8, 8, 8, 8);
    column->setSpacing(8);
    column->addWidget(m_input);
    column->addWidget(m_list);
    connect(m_input, &QLineEdit::textChanged, this, &CommandPalette::filter);
    connect(m_list, &QListWidget::itemClicked, this, &CommandPalette::runCurrent);
    m_input->installEventFilter(this);
    hide();
}

void CommandPalette::open(std::vector<Command> commands)
{
    m_commands = std::move(commands);
    m_before = QApplication::focusWidget();
    const Theme &theme = Theme::instance();
    const QWidget *window = parentWidget();
    const int width = std::min(theme.px(560), window->width() - 48);
    const int height = std::min(theme.px(400), window->height() - 120);
    setGeometry((window->width() - width) / 2, theme.px(56), width, height);
    m_input->clear();
    filter();
    show();
    raise();
    m_input->setFocus(Qt::ShortcutFocusReason);
}

void CommandPalette::filter()
{
    std::vector<std::pair<int, std::size_t>> found;
    for (std::size_t i = 0; i < m_commands.size(); ++i)
        if (const int score = matchScore(m_input->text(), m_commands[i].text); score > 0)
            found.emplace_back(-score, i);
    std::stable_sort(found.begin(), found.end(), [](const auto &a, const auto &b) { return a.first < b.first; });
    // Where whole words match, scattered letters only confuse.
    if (!found.empty() && -found.front().first >= kWholeWords)
        std::erase_if(found, [](const auto &entry) { return -entry.first < kWholeWords; });
    m_list->clear();
    for (const auto &[score, i] : found) {
        const Command &command = m_commands[i];
        const QString keys = command.shortcut.toString(QKeySequence::NativeText);
        auto *item =
            new QListWidgetItem(keys.isEmpty() ? command.text : command.text + QStringLiteral("    ") + keys, m_list);
        item->setData(Qt::UserRole, qulonglong(i));
        if (command.enabled && !command.enabled())
            item->setFlags(Qt::NoItemFlags);
    }
    if (m_list->count() == 0) {
        auto *none = new QListWidgetItem(tr("No command has these letters"), m_list);
        none->setFlags(Qt::NoItemFlags);
    }
    m_list->setCurrentRow(0);
    // As tall as what was found.
    const Theme &theme = Theme::instance();
    const int rows = std::max(1, m_list->count()) * std::max(1, m_list->sizeHintForRow(0)) + 4;
    const int most = std::min(theme.px(400), parentWidget()->height() - 120);
    resize(width(), std::min(most, rows + m_input->sizeHint().height() + 26));
}

void CommandPalette::runCurrent()
{
    const QListWidgetItem *item = m_list->currentItem();
    if (!item || !(item->flags() & Qt::ItemIsEnabled))
        return;
    const auto run = m_commands[std::size_t(item->data(Qt::UserRole).toULongLong())].run;
    hide();
    if (m_before)
        m_before->setFocus(Qt::OtherFocusReason);
    if (run)
        run();
}

bool CommandPalette::eventFilter(QObject *object, QEvent *event)
{
    if (event->type() == QEvent::KeyPress) {
        const auto *key = static_cast<QKeyEvent *>(event);
        switch (key->key()) {
        case Qt::Key_Escape:
            hide();
            if (m_before)
                m_before->setFocus(Qt::OtherFocusReason);
            return true;
        case Qt::Key_Return:
        case Qt::Key_Enter:
            runCurrent();
            return true;
        case Qt::Key_Up:
        case Qt::Key_Down:
        case Qt::Key_PageUp:
        case Qt::Key_PageDown:
            QApplication::sendEvent(m_list, event);
            return true;
        default:
            break;
        }
    } else if (event->type() == QEvent::FocusOut && isVisible() && QApplication::focusWidget() != m_list) {
        hide();
    }
    return QFrame::eventFilter(object, event);
}

} // namespace orrery
