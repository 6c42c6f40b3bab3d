// SPDX-License-Identifier: Apache-2.0
#include "plugins/text_to_image/view/word_picker.h"

#include "widgets/theme/theme.h"

#include <QKeyEvent>
#include <QLineEdit>
#include <QListWidget>
#include <QPainter>
#include <QVBoxLayout>

#include <algorithm>

namespace orrery::text_to_image {

namespace {

constexpr int kSearchFrom = 12; // a short list is seen at a glance

QIcon swatch(const QColor &colour)
{
    QPixmap pixmap(28, 28);
    pixmap.fill(Qt::transparent);
    QPainter painter(&pixmap);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(QPen(Theme::instance().colours().line, 2));
    painter.setBrush(colour);
    painter.drawEllipse(2, 2, 24, 24);
    painter.end();
    QIcon icon(pixmap);
    icon.addPixmap(pixmap, QIcon::Selected);
    return icon;
}

} // namespace

QColor colourOfWord(const QString &word)
{
    static const QHash<QString, QColor> colours{
        {QStringLiteral("red"), QColor(222, 31, 31)},     {QStringLiteral("orange"), QColor(247, 140, 20)},
        {QStringLiteral("yellow"), QColor(250, 219, 38)}, {QStringLiteral("green"), QColor(38, 166, 56)},
        {QStringLiteral("blue"), QColor(36, 92, 224)},    {QStringLiteral("purple"), QColor(133, 46, 184)},
        {QStringLiteral("pink"), QColor(250, 133, 184)},  {QStringLiteral("brown"), QColor(128, 74, 33)},
        {QStringLiteral("grey"), QColor(140, 140, 140)},  {QStringLiteral("black"), QColor(15, 15, 15)},
        {QStringLiteral("white"), QColor(255, 255, 255)},
    };
    return colours.value(word);
}

WordPicker::WordPicker(const QString &title, const QStringList &words, const QString &current, const QString &none,
                       bool colours, QWidget *parent)
    : QFrame(parent, Qt::Popup), m_search(new QLineEdit(this)), m_list(new QListWidget(this))
{
    setAttribute(Qt::WA_DeleteOnClose);
    setProperty("look", QStringLiteral("popover"));
    setAccessibleName(title);
    const Theme &theme = Theme::instance();
    m_search->setPlaceholderText(tr("Search"));
    m_search->setAccessibleName(tr("Search: %1").arg(title));
    m_search->setVisible(words.size() > kSearchFrom);
    m_list->setAccessibleName(title);
    m_list->setProperty("look", QStringLiteral("plain"));
    m_list->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    if (!none.isEmpty()) {
        auto *item = new QListWidgetItem(none, m_list);
        item->setData(Qt::UserRole, QString());
    }
    for (const QString &word : words) {
        auto *item = new QListWidgetItem(word, m_list);
        item->setData(Qt::UserRole, word);
        if (colours)
            if (const QColor colour = colourOfWord(word); colour.isValid())
                item->setIcon(swatch(colour));
        if (word == current)
            m_list->setCurrentItem(item);
    }
    if (!m_list->currentItem() && m_list->count() > 0)
        m_list->setCurrentRow(0);
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(8, 8, 8, 8);
    column->setSpacing(4);
    column->addWidget(m_search);
    column->addWidget(m_list);
    const int row = std::max(m_list->sizeHintForRow(0), theme.px(28));
    setFixedWidth(std::max(theme.px(168), m_list->sizeHintForColumn(0) + theme.px(64)));
    m_list->setFixedHeight(std::min(m_list->count(), 11) * row + 8);
    if (m_list->currentItem())
        m_list->scrollToItem(m_list->currentItem(), QAbstractItemView::PositionAtCenter);

    m_search->installEventFilter(this);
    m_list->installEventFilter(this);
    connect(m_search, &QLineEdit::textChanged, this, &WordPicker::filter);
    connect(m_search, &QLineEdit::returnPressed, this, &WordPicker::pick);
    connect(m_list, &QListWidget::itemClicked, this, &WordPicker::pick);
    (m_search->isVisibleTo(this) ? static_cast<QWidget *>(m_search) : m_list)->setFocus();
}

void WordPicker::filter(const QString &text)
{
    const QString wanted = text.simplified().toLower();
    int first = -1;
    for (int i = 0; i < m_list->count(); ++i) {
        const QString word = m_list->item(i)->text();
        const bool hidden = !wanted.isEmpty() && !word.contains(wanted);
        m_list->item(i)->setHidden(hidden);
        if (!hidden && (first < 0 || (word.startsWith(wanted) && !m_list->item(first)->text().startsWith(wanted))))
            first = i;
    }
    if (first >= 0)
        m_list->setCurrentRow(first);
}

bool WordPicker::eventFilter(QObject *object, QEvent *event)
{
    if (event->type() == QEvent::KeyPress) {
        auto *key = static_cast<QKeyEvent *>(event);
        if (object == m_list &&
            (key->key() == Qt::Key_Return || key->key() == Qt::Key_Enter || key->key() == Qt::Key_Space)) {
            pick();
            return true;
        }
        if (object == m_search && (key->key() == Qt::Key_Down || key->key() == Qt::Key_Up)) {
            const int step = key->key() == Qt::Key_Down ? 1 : -1;
            for (int row = m_list->currentRow() + step; row >= 0 && row < m_list->count(); row += step)
                if (!m_list->item(row)->isHidden()) {
                    m_list->setCurrentRow(row);
                    break;
                }
            return true;
        }
    }
    return QFrame::eventFilter(object, event);
}

void WordPicker::pick()
{
    const QListWidgetItem *item = m_list->currentItem();
    if (!item || item->isHidden())
        return;
    Q_EMIT picked(item->data(Qt::UserRole).toString());
    close();
}

} // namespace orrery::text_to_image
