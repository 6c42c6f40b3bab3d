// SPDX-License-Identifier: Apache-2.0
#include "plugins/speech/view/continue/branch_picture.h"

#include "widgets/theme/theme.h"
#include "widgets/timeline/unit_colours.h"

#include <QHelpEvent>
#include <QKeyEvent>
#include <QLocale>
#include <QMouseEvent>
#include <QPainter>
#include <QPainterPath>
#include <QToolTip>

#include <algorithm>
#include <cmath>

namespace orrery::speech {

namespace {
constexpr double kPromptSeconds = 0.8, kLeastSeconds = 2, kLeastHigh = 0.25;
} // namespace

BranchPicture::BranchPicture(QWidget *parent) : QWidget(parent)
{
    setObjectName(QStringLiteral("branches"));
    setAccessibleName(tr("Continuations"));
    setFocusPolicy(Qt::StrongFocus);
}

void BranchPicture::setTree(const BranchTree &tree, double hopMs)
{
    m_tree = tree;
    m_hopMs = hopMs;
    if (m_twig >= m_tree.size())
        m_twig = -1;
    updateGeometry();
    choose(m_twig, m_step);
}

double BranchPicture::rowHeight() const
{
    return Theme::instance().px(44);
}

QSize BranchPicture::sizeHint() const
{
    return {Theme::instance().px(320), int(rowHeight() * std::max(1, m_tree.size())) + 8};
}

double BranchPicture::xAt(double seconds) const
{
    const double all = kPromptSeconds + std::max(kLeastSeconds, m_tree.longest(m_hopMs));
    return (seconds + kPromptSeconds) / all * (width() - 4) + 2;
}

QRectF BranchPicture::stepRect(int twig, int step) const
{
    const ContinueStep &one = m_tree.twig(twig).branch.steps[std::size_t(step)];
    const double begin = m_tree.beginOf(twig, step, m_hopMs), end = begin + one.frames * m_hopMs / 1000;
    const double high = (rowHeight() - 8) * (kLeastHigh + (1 - kLeastHigh) * std::clamp(one.share, 0.0, 1.0));
    const double bottom = (twig + 1) * rowHeight() - 2;
    return {xAt(begin), bottom - high, std::max(3.0, xAt(end) - xAt(begin)) - 1, high};
}

void BranchPicture::choose(int twig, int step)
{
    m_twig = twig >= 0 && twig < m_tree.size() && !m_tree.twig(twig).branch.steps.empty() ? twig : -1;
    m_step = m_twig < 0 ? 0 : std::clamp(step, 0, int(m_tree.twig(m_twig).branch.steps.size()) - 1);
    setAccessibleDescription(m_twig < 0 ? tr("%1 branches").arg(m_tree.size()) : words(m_twig, m_step));
    update();
}

QString BranchPicture::words(int twig, int step) const
{
    const ContinueStep &one = m_tree.twig(twig).branch.steps[std::size_t(step)];
    const QLocale locale = this->locale();
    const QString share = locale.toString(100 * one.share, 'f', 0);
    if (one.unit == kSentenceEnd)
        return tr("The utterance ends here: %1 %").arg(share);
    return tr("Unit %1 for %2 ms: %3 % of what could follow; %4 bits undecided")
        .arg(one.unit)
        .arg(std::lround(one.frames * m_hopMs))
        .arg(share, locale.toString(one.entropy, 'f', 1));
}

bool BranchPicture::find(const QPointF &at, int *twig, int *step) const
{
    *twig = int(at.y() / rowHeight());
    if (*twig < 0 || *twig >= m_tree.size())
        return false;
    const BranchTree::Twig &one = m_tree.twig(*twig);
    for (*step = one.parent < 0 ? 0 : one.fork; *step < int(one.branch.steps.size()); ++*step) {
        const QRectF rect = stepRect(*twig, *step);
        if (at.x() >= rect.left() && at.x() <= rect.right() + 1)
            return true;
    }
    return false;
}

void BranchPicture::paintEvent(QPaintEvent *)
{
    const Theme &theme = Theme::instance();
    const Colours &colours = theme.colours();
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setFont(theme.font(TextRole::Caption));
    const double row = rowHeight();
    const auto block = [&](const QRectF &rect, int unit, double opacity) {
        QColor colour = unit == kSentenceEnd ? colours.muted : unitColour(unit);
        painter.setOpacity(opacity);
        painter.fillRect(rect, colour);
        painter.setOpacity(1);
        const QString text = unit == kSentenceEnd ? QStringLiteral("|") : QString::number(unit);
        if (rect.width() > painter.fontMetrics().horizontalAdvance(text) + 4 &&
            rect.height() > painter.fontMetrics().height() - 4) {
            painter.setPen(opacity < 1 ? colours.muted : textOn(colour));
            painter.drawText(rect, Qt::AlignCenter, text);
        }
    };
    // The prompt ends where the branches begin.
    double right = xAt(0);
    for (auto it = m_tree.prompt().rbegin(); it != m_tree.prompt().rend() && right > 0; ++it) {
        const double wide = xAt(it->frames * m_hopMs / 1000) - xAt(0);
        block({right - wide, row * 0.25, wide - 1, row * 0.6}, it->unit, 0.45);
        right -= wide;
    }
    painter.setPen(QPen(colours.text, 1.5));
    painter.drawLine(QPointF(xAt(0), 2), QPointF(xAt(0), row * std::max(1, m_tree.size()) - 2));
    for (int i = 0; i < m_tree.size(); ++i) {
        const BranchTree::Twig &twig = m_tree.twig(i);
        const int from = twig.parent < 0 ? 0 : twig.fork;
        if (twig.parent >= 0) {
            const double x = xAt(m_tree.beginOf(i, from, m_hopMs));
            QPainterPath line(QPointF(x, (twig.parent + 1) * row - 2));
            line.lineTo(x, (i + 1) * row - 4);
            painter.setBrush(Qt::NoBrush);
            painter.setPen(QPen(colours.muted, 1.5, Qt::DotLine));
            painter.drawPath(line);
        }
        for (int step = from; step < int(twig.branch.steps.size()); ++step) {
            const QRectF rect = stepRect(i, step);
            block(rect, twig.branch.steps[std::size_t(step)].unit, 1);
            if (i == m_twig && step == m_step) {
                painter.setBrush(Qt::NoBrush);
                painter.setPen(QPen(hasFocus() ? colours.accent : colours.text, 2));
                painter.drawRect(rect.adjusted(0, 0, -1, -1));
            }
        }
    }
}

void BranchPicture::mousePressEvent(QMouseEvent *event)
{
    int twig, step;
    if (event->button() != Qt::LeftButton || !find(event->position(), &twig, &step))
        return;
    choose(twig, step);
    Q_EMIT chosen(twig, step);
}

void BranchPicture::mouseDoubleClickEvent(QMouseEvent *event)
{
    int twig, step;
    if (find(event->position(), &twig, &step))
        Q_EMIT activated(twig, step);
}

void BranchPicture::keyPressEvent(QKeyEvent *event)
{
    const bool none = m_twig < 0;
    int twig = none ? 0 : m_twig, step = none ? 0 : m_step;
    switch (event->key()) {
    case Qt::Key_Left:
        step -= !none;
        break;
    case Qt::Key_Right:
        step += !none;
        break;
    case Qt::Key_Up:
        twig -= !none;
        break;
    case Qt::Key_Down:
        twig += !none;
        break;
    case Qt::Key_Return:
    case Qt::Key_Enter:
        if (!none)
            Q_EMIT activated(m_twig, m_step);
        return;
    default:
        QWidget::keyPressEvent(event);
        return;
    }
    if (m_tree.size() == 0)
        return;
    choose(std::clamp(twig, 0, m_tree.size() - 1), step);
    Q_EMIT chosen(m_twig, m_step);
}

bool BranchPicture::event(QEvent *event)
{
    if (event->type() == QEvent::ToolTip) {
        auto *help = static_cast<QHelpEvent *>(event);
        int twig, step;
        if (find(help->pos(), &twig, &step))
            QToolTip::showText(help->globalPos(), words(twig, step), this);
        else
            QToolTip::hideText();
        return true;
    }
    if (event->type() == QEvent::FocusIn || event->type() == QEvent::FocusOut)
        update();
    return QWidget::event(event);
}

} // namespace orrery::speech
