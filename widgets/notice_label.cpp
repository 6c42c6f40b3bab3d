// SPDX-License-Identifier: Apache-2.0
#include "widgets/notice_label.h"

#include "widgets/theme/theme.h"

#include <QPainter>
#include <QStyle>

namespace orrery {

NoticeLabel::NoticeLabel(Kind kind, QWidget *parent, QString plain)
    : QLabel(parent), m_kind(kind), m_plain(std::move(plain))
{
    setTextFormat(Qt::PlainText);
    setWordWrap(true);
    fit();
    connect(&Theme::instance(), &Theme::changed, this, &NoticeLabel::fit);
}

void NoticeLabel::setKind(Kind kind)
{
    if (m_kind == kind)
        return;
    m_kind = kind;
    fit();
}

int NoticeLabel::side() const
{
    return Theme::instance().px(16);
}

void NoticeLabel::fit()
{
    const bool warning = m_kind == Kind::Warning;
    setContentsMargins(warning ? side() + Theme::instance().px(6) : 0, 0, 0, 0);
    if (const QString look = warning ? QStringLiteral("warning") : m_plain; property("look").toString() != look) {
        setProperty("look", look);
        style()->unpolish(this);
        style()->polish(this);
    }
    update();
}

void NoticeLabel::paintEvent(QPaintEvent *event)
{
    QLabel::paintEvent(event);
    if (m_kind != Kind::Warning || text().isEmpty())
        return;
    // Beside the first line, wherever the label's alignment has put it.
    const QRect room = contentsRect();
    const int wanted = wordWrap() ? heightForWidth(width()) : sizeHint().height();
    const int spare = std::max(0, height() - wanted);
    const int above = alignment() & Qt::AlignTop ? 0 : alignment() & Qt::AlignBottom ? spare : spare / 2;
    const int line = fontMetrics().height();
    const Theme &theme = Theme::instance();
    QPainter painter(this);
    theme.icon(QStringLiteral("warning"), theme.colours().warning)
        .paint(&painter, QRect(0, room.top() + above + (line - side()) / 2, side(), side()));
}

} // namespace orrery
