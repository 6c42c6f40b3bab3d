// SPDX-License-Identifier: Apache-2.0
#include "widgets/ranking/ranked_panel.h"

#include "widgets/ranking/unknown_words_bar.h"
#include "widgets/theme/theme.h"

#include <QGraphicsOpacityEffect>
#include <QLabel>
#include <QPainter>
#include <QStyle>
#include <QVBoxLayout>

namespace orrery {

/// Captions over the columns of the list, placed by the list itself.
class RankedPanel::ColumnHeadings final : public QWidget
{
public:
    ColumnHeadings(RankedList *list, QWidget *parent) : QWidget(parent), m_list(list)
    {
        setToolTip(RankedPanel::tr("Share: part of one whole, depends on the other names. Cosine: does not."));
    }
    QSize sizeHint() const override { return {100, Theme::instance().px(20)}; }
    QSize minimumSizeHint() const override { return sizeHint(); }

protected:
    void paintEvent(QPaintEvent *) override
    {
        const Ranking &ranking = m_list->rows().ranking();
        if (ranking.isEmpty())
            return;
        const Theme &theme = Theme::instance();
        QPainter painter(this);
        painter.setFont(theme.font(TextRole::Caption));
        painter.setPen(theme.colours().muted);
        const RankedList::Columns c = m_list->columns(0, m_list->viewport()->width());
        const auto draw = [&](double left, double right, Qt::Alignment side, const QString &text) {
            const QString shown =
                painter.fontMetrics().elidedText(text, Qt::ElideRight, static_cast<int>(right - left));
            painter.drawText(QRectF(left, 0, right - left, height()), side | Qt::AlignVCenter, shown);
        };
        draw(c.tick.left(), c.label.left(), Qt::AlignLeft, RankedPanel::tr("true"));
        if (ranking.measure == Ranking::Measure::Share)
            draw(c.shareBar.left(), c.shareNumber.right(), Qt::AlignRight,
                 RankedPanel::tr("share among these %1").arg(ranking.size()));
        else if (ranking.measure == Ranking::Measure::Independent)
            draw(c.shareBar.left(), c.shareNumber.right(), Qt::AlignRight, RankedPanel::tr("each on its own"));
        draw(c.cosineBar.left(), c.cosineNumber.right(), Qt::AlignRight, RankedPanel::tr("cosine"));
    }

private:
    RankedList *m_list;
};

RankedPanel::RankedPanel(QWidget *parent)
    : QWidget(parent), m_answer(new QLabel(this)), m_heading(new QLabel(this)), m_unknown(new UnknownWordsBar(this)),
      m_headings(nullptr), m_list(new RankedList(this))
{
    m_headings = new ColumnHeadings(m_list, this);
    m_answer->setObjectName(QStringLiteral("answer"));
    m_answer->setTextFormat(Qt::PlainText);
    m_answer->setWordWrap(true);
    m_answer->setTextInteractionFlags(Qt::TextSelectableByMouse);
    m_heading->setObjectName(QStringLiteral("rankHeading"));
    m_heading->setTextFormat(Qt::PlainText);
    m_heading->setWordWrap(true);
    m_heading->setTextInteractionFlags(Qt::TextSelectableByMouse);

    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(4);
    column->addWidget(m_answer);
    column->addWidget(m_heading);
    column->addSpacing(4);
    column->addWidget(m_unknown);
    column->addWidget(m_headings);
    column->addWidget(m_list, 1);

    connect(m_list, &RankedList::trueLabelChosen, this, &RankedPanel::trueLabelChosen);
    connect(m_unknown, &UnknownWordsBar::replacementChosen, this, &RankedPanel::replacementChosen);
    connect(&Theme::instance(), &Theme::changed, this, &RankedPanel::restyle);
    restyle();
    refreshHeading();
}

void RankedPanel::setRanking(const Ranking &ranking)
{
    m_list->setRanking(ranking);
    refreshHeading();
}

void RankedPanel::setUnknownWords(const QStringList &words, const QList<QStringList> &nearest)
{
    m_unknown->setWords(words, nearest);
}

void RankedPanel::setTrueLabel(const QString &label)
{
    m_list->setTrueLabel(label);
    refreshHeading();
}

void RankedPanel::setStale(bool stale)
{
    if (stale == isStale())
        return;
    m_list->setStale(stale);
    restyle();
}

void RankedPanel::setCompact(bool compact)
{
    m_compact = compact;
    restyle();
}

QString RankedPanel::answer() const
{
    return ranking().isEmpty() ? QString() : ranking().entries.front().label;
}

QString RankedPanel::heading() const
{
    return m_heading->text();
}

void RankedPanel::refreshHeading()
{
    m_answer->setText(answer());
    m_answer->setAccessibleName(tr("Best name: %1").arg(answer()));
    const QString truth = trueLabel();
    QString text;
    if (!ranking().isEmpty() && truth.isEmpty()) {
        text = headingText(ranking(), 0);
    } else if (!ranking().isEmpty()) {
        const int row = ranking().rowOf(truth);
        text = row >= 0 ? QStringLiteral("✓ ") + headingText(ranking(), row)
                        : tr("✓ %1 · not among these %2 names").arg(truth).arg(ranking().size());
    }
    m_heading->setText(text);
    m_heading->setAccessibleName(text);
    m_headings->update();
}

void RankedPanel::restyle()
{
    const auto look = [](QLabel *label, const char *name) {
        label->setProperty("look", QString::fromLatin1(name));
        label->style()->unpolish(label);
        label->style()->polish(label);
    };
    look(m_answer, m_compact ? "title" : "answer");
    look(m_heading, m_compact ? "caption" : "muted");
    for (QLabel *label : {m_answer, m_heading}) {
        auto *effect = new QGraphicsOpacityEffect(label);
        effect->setOpacity(0.45);
        label->setGraphicsEffect(isStale() ? effect : nullptr); // deletes the one before
        if (!isStale())
            delete effect;
    }
    m_list->doItemsLayout();
    m_headings->updateGeometry();
    m_headings->update();
}

} // namespace orrery
