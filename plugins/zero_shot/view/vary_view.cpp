// SPDX-License-Identifier: Apache-2.0
#include "plugins/zero_shot/view/vary_view.h"

#include "plugins/zero_shot/view/picture_panel.h"
#include "widgets/busy_strip.h"
#include "widgets/error_card.h"
#include "widgets/ranking/ranked_list.h"
#include "widgets/theme/theme.h"

#include <QGridLayout>
#include <QLabel>
#include <QPainter>
#include <QScrollArea>
#include <QVBoxLayout>

namespace orrery::zero_shot {

namespace {
constexpr int kRows = 5;
constexpr int kCardWidth = 164;
} // namespace

/// One variation: its picture and the first names, with the name that the plain picture got marked throughout.
class VaryCard final : public QFrame
{
public:
    explicit VaryCard(QWidget *parent) : QFrame(parent)
    {
        setProperty("look", QStringLiteral("card"));
        setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Expanding);
    }

    void show(const Variation &variation, const QString &plainAnswer, const Answer *answer)
    {
        m_variation = variation;
        m_plain = plainAnswer;
        m_ranking = answer ? answer->ranking : Ranking();
        m_error = answer ? answer->pictureError : QString();
        const QString said = !m_error.isEmpty()    ? m_error
                             : m_ranking.isEmpty() ? VaryView::tr("not ranked yet")
                                                   : headingText(m_ranking, 0);
        setAccessibleName(QStringLiteral("%1: %2").arg(variation.title, said));
        setToolTip(accessibleName());
        update();
    }

    QSize minimumSizeHint() const override
    {
        const Theme &theme = Theme::instance();
        return {theme.px(148), theme.px(64 + 24 + kRows * 20 + 20)};
    }
    QSize sizeHint() const override
    {
        const Theme &theme = Theme::instance();
        return {theme.px(kCardWidth), theme.px(96 + 24 + kRows * 22 + 20)};
    }

protected:
    void paintEvent(QPaintEvent *event) override
    {
        QFrame::paintEvent(event);
        const Theme &theme = Theme::instance();
        const Colours &colours = theme.colours();
        QPainter painter(this);
        painter.setRenderHints(QPainter::Antialiasing | QPainter::SmoothPixmapTransform);
        const double pad = theme.px(10);
        const double line = theme.px(20);
        const double title = theme.px(22);
        const double side = std::max(24.0, height() - 3 * pad - title - kRows * line);
        painter.setFont(theme.font(TextRole::Caption));
        painter.setPen(colours.muted);
        painter.drawText(QRectF(pad, pad / 2, width() - 2 * pad, title), Qt::AlignLeft | Qt::AlignVCenter,
                         m_variation.title);

        const QRectF place(pad, pad / 2 + title, std::min(side, width() - 2 * pad), std::min(side, width() - 2 * pad));
        painter.setPen(QPen(colours.line, 1));
        painter.setBrush(Qt::white);
        painter.drawRoundedRect(place, 4, 4);
        if (!m_variation.picture.isNull()) {
            const QSizeF size =
                QSizeF(m_variation.picture.size()).scaled(place.size() - QSizeF(6, 6), Qt::KeepAspectRatio);
            painter.drawImage(QRectF(place.center() - QPointF(size.width() / 2, size.height() / 2), size),
                              m_variation.picture);
        }
        paintVerdict(painter,
                     QRectF(place.right() + pad, place.top(), width() - place.right() - 2 * pad, place.height()));
        paintRanking(painter, QRectF(pad, height() - pad - kRows * line, width() - 2 * pad, kRows * line), line);
    }

private:
    void paintVerdict(QPainter &painter, const QRectF &area) const
    {
        const Theme &theme = Theme::instance();
        if (!m_error.isEmpty()) {
            painter.setPen(theme.colours().error);
            painter.drawText(area, Qt::AlignLeft | Qt::AlignTop | Qt::TextWordWrap, m_error);
        } else if (!m_ranking.isEmpty()) {
            const int row = m_ranking.rowOf(m_plain);
            const bool same = row == 0;
            painter.setPen(same ? theme.colours().muted : theme.colours().warning);
            const QString text = same ? VaryView::tr("still %1").arg(m_plain)
                                      : VaryView::tr("%1 falls to rank %2").arg(m_plain).arg(row + 1);
            painter.drawText(area, Qt::AlignLeft | Qt::AlignTop | Qt::TextWordWrap,
                             m_variation.id == QStringLiteral("plain") ? m_plain : text);
        }
    }

    void paintRanking(QPainter &painter, const QRectF &area, double line) const
    {
        const Theme &theme = Theme::instance();
        const Colours &colours = theme.colours();
        const bool shares = m_ranking.measure != Ranking::Measure::CosineOnly;
        for (int row = 0; row < std::min(kRows, m_ranking.size()); ++row) {
            const RankedEntry &entry = m_ranking.entries[row];
            const QRectF place(area.left(), area.top() + row * line, area.width(), line);
            const double number = theme.px(46);
            const bool marked = entry.label == m_plain;
            const QRectF bar(place.left(), place.top() + 2, (place.width() - number), line - 4);
            painter.setPen(Qt::NoPen);
            QColor fill = marked ? colours.accent : colours.muted;
            fill.setAlphaF(marked ? 0.30F : 0.16F);
            painter.setBrush(fill);
            const double share = shares ? entry.share : std::max(0.0, entry.cosine);
            painter.drawRoundedRect(QRectF(bar.left(), bar.top(), std::max(2.0, bar.width() * share), bar.height()), 3,
                                    3);
            painter.setPen(colours.text);
            QFont font = theme.font(TextRole::Caption);
            font.setWeight(marked ? QFont::DemiBold : QFont::Normal);
            painter.setFont(font);
            const QString shown =
                painter.fontMetrics().elidedText(entry.label, Qt::ElideRight, static_cast<int>(bar.width() - 8));
            painter.drawText(bar.adjusted(4, 0, 0, 0), Qt::AlignVCenter | Qt::AlignLeft, shown);
            painter.setFont(theme.font(TextRole::Caption));
            painter.setPen(colours.muted);
            drawTabular(painter, place, shares ? shareText(entry.share) : cosineText(entry.cosine));
        }
    }

    Variation m_variation;
    QString m_plain;
    Ranking m_ranking;
    QString m_error;
};

VaryView::VaryView(PluginHost &host, QWidget *parent)
    : QWidget(parent), m_host(host), m_grid(new QWidget), m_layout(new QGridLayout(m_grid)),
      m_summary(new QLabel(this)), m_error(new ErrorCard(this)), m_busy(new BusyStrip(tr("Ranking…"), this))
{
    m_summary->setProperty("look", QStringLiteral("heading"));
    m_summary->setWordWrap(true);
    m_summary->setObjectName(QStringLiteral("varySummary"));
    m_layout->setContentsMargins(0, 0, 0, 0);
    m_layout->setSpacing(8);
    auto *scroll = new QScrollArea(this);
    scroll->setWidgetResizable(true);
    scroll->setWidget(m_grid);
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(8);
    column->addWidget(m_summary);
    column->addWidget(m_error);
    column->addWidget(scroll, 1);
    column->addWidget(m_busy);
    connect(m_busy, &BusyStrip::cancelClicked, this, &VaryView::cancel);
    m_summary->setText(tr("Select a picture to see it mirrored, grey, sketched, turned and half covered."));
}

void VaryView::ask(const Question &question)
{
    m_error->clear();
    if (question.item.picture.isNull() || question.labels.isEmpty())
        return;
    m_variations = variations(question.item.picture);
    while (m_cards.size() < m_variations.size())
        m_cards.append(new VaryCard(m_grid));
    arrange();
    std::vector<PictureSource> pictures;
    for (qsizetype i = 0; i < m_variations.size(); ++i) {
        m_cards[i]->show(m_variations[i], {}, nullptr);
        PictureSource source;
        source.path = m_variations[i].title.toStdString();
        source.pixels = toPicture(m_variations[i].picture);
        pictures.push_back(std::move(source));
    }
    const quint64 number = ++m_asked;
    JobOptions options;
    options.title = tr("Rank variations of %1").arg(question.item.name).toStdString();
    options.channel = "zero_shot.vary";
    m_busy->setBusy(true);
    m_running = m_host.submit(
        this, clip::kClassify, toRequest(m_host.currentModel(), question, std::move(pictures), false),
        std::move(options),
        [this, number, question](Result<clip::ClassifyResult> result) {
            if (number != m_asked)
                return;
            m_busy->setBusy(false);
            if (!result) {
                if (result.error().code != ErrorCode::Cancelled)
                    m_error->showError(result.error());
                return;
            }
            m_answers.clear();
            for (qsizetype i = 0; i < m_variations.size(); ++i)
                m_answers.append(toAnswer(question, *result, static_cast<std::size_t>(i)));
            const QString plain = m_answers[0].ranking.isEmpty() ? QString() : m_answers[0].ranking.entries[0].label;
            for (qsizetype i = 0; i < m_variations.size(); ++i)
                m_cards[i]->show(m_variations[i], plain, &m_answers[i]);
            m_summary->setText(summary());
        },
        [this, number](const Progress &progress) {
            if (number == m_asked)
                m_busy->setProgress(progress.fraction, QString::fromStdString(progress.message));
        });
}

bool VaryView::cancel()
{
    const bool running = m_running.valid() && !m_running.finished();
    if (running)
        m_running.cancel();
    m_busy->setBusy(false);
    return running;
}

QString VaryView::summary() const
{
    if (m_answers.isEmpty() || m_answers[0].ranking.isEmpty())
        return {};
    const QString plain = m_answers[0].ranking.entries[0].label;
    int same = 0;
    QStringList changed;
    for (qsizetype i = 1; i < m_answers.size(); ++i) {
        if (m_answers[i].ranking.isEmpty())
            continue;
        const QString label = m_answers[i].ranking.entries[0].label;
        if (label == plain)
            ++same;
        else
            changed.append(tr("%1 it becomes %2").arg(m_variations[i].title.toLower(), label));
    }
    const QString start = tr("Still “%1” in %2 of %3 variations").arg(plain).arg(same).arg(m_answers.size() - 1);
    return changed.isEmpty() ? start + u'.' : start + QStringLiteral("; ") + changed.join(QStringLiteral(", ")) + u'.';
}

void VaryView::resizeEvent(QResizeEvent *event)
{
    QWidget::resizeEvent(event);
    arrange();
}

void VaryView::arrange()
{
    const int columns = std::max(1, std::min(3, width() / Theme::instance().px(kCardWidth)));
    if (columns == m_columns && m_layout->count() == m_cards.size())
        return;
    m_columns = columns;
    for (qsizetype i = 0; i < m_cards.size(); ++i)
        m_layout->addWidget(m_cards[i], static_cast<int>(i) / columns, static_cast<int>(i) % columns);
}

} // namespace orrery::zero_shot
