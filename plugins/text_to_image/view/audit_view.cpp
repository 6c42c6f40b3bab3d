// SPDX-License-Identifier: Apache-2.0
#include "plugins/text_to_image/view/audit_view.h"

#include "orrery/picture_source.h"
#include "plugins/text_to_image/view/generate_state.h"
#include "plugins/text_to_image/view/order_chart.h"
#include "widgets/error_card.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QLocale>
#include <QPushButton>
#include <QStackedWidget>
#include <QVBoxLayout>

#include <algorithm>

namespace orrery::text_to_image {

namespace {
constexpr int kEnough = 4; // fewer say nothing about an order
constexpr int kOffered = 8;
} // namespace

double Agreement::tau() const
{
    const int pairs = agreed + disagreed;
    return pairs > 0 ? double(agreed - disagreed) / pairs : 0;
}

Agreement agreementOf(const QList<int> &a, const QList<int> &b)
{
    Agreement agreement;
    for (qsizetype i = 0; i < a.size(); ++i)
        for (qsizetype k = i + 1; k < a.size(); ++k) {
            const qsizetype first = b.indexOf(a[i]), second = b.indexOf(a[k]);
            if (first >= 0 && second >= 0)
                ++(first < second ? agreement.agreed : agreement.disagreed);
        }
    return agreement;
}

AuditView::AuditView(GenerateState &state, QWidget *parent)
    : QWidget(parent), m_state(state), m_stack(new QStackedWidget(this)),
      m_none(new EmptyState(tr("Let CLIP score eight pictures, sort them yourself, and see whether you two agree."),
                            this)),
      m_some(new QWidget(this)), m_story(new QLabel(m_some)), m_chart(new OrderChart(m_some)),
      m_compare(new QPushButton(m_some)), m_verdict(new QLabel(m_some))
{
    setObjectName(QStringLiteral("audit"));
    m_none->addButton(tr("Draw and score eight"), [this] {
        m_state.edit(tr("Draw and score eight"), [](Parameters &p) {
            p.rerank = true;
            p.count = std::max(p.count, kOffered);
        });
    });
    m_story->setWordWrap(true);
    m_story->setProperty("look", QStringLiteral("caption"));
    m_story->setText(tr("CLIP's scores are covered, so that they do not sway you. Drag the pictures, or move them with "
                        "Shift and the arrows: what fits the prompt best goes to the left."));
    m_compare->setObjectName(QStringLiteral("compare"));
    m_verdict->setObjectName(QStringLiteral("verdict"));
    m_verdict->setProperty("look", QStringLiteral("heading"));
    auto *foot = new QHBoxLayout;
    foot->setSpacing(12);
    foot->addWidget(m_compare);
    foot->addWidget(m_verdict, 1);
    auto *column = new QVBoxLayout(m_some);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(8);
    column->addWidget(m_story);
    column->addWidget(m_chart, 1);
    column->addLayout(foot);
    m_stack->addWidget(m_none);
    m_stack->addWidget(m_some);
    auto *whole = new QVBoxLayout(this);
    whole->setContentsMargins(0, 0, 0, 0);
    whole->addWidget(m_stack);
    connect(m_compare, &QPushButton::clicked, this, [this] { reveal(!m_chart->isRevealed()); });
    connect(m_chart, &OrderChart::reordered, this,
            [this](const QList<int> &own) { m_state.setOwnOrder(m_drawing.key, own); });
    connect(&m_state, &GenerateState::ownOrderChanged, this, &AuditView::showPictures);
    showOrders();
}

void AuditView::setDrawing(const Drawing &drawing)
{
    const bool scored = drawing.complete && drawing.samples.size() >= kEnough &&
                        std::all_of(drawing.samples.begin(), drawing.samples.end(),
                                    [](const SamplePointer &sample) { return sample->clipScore.has_value(); });
    m_stack->setCurrentWidget(scored ? m_some : static_cast<QWidget *>(m_none));
    if (!scored || (drawing.key == m_drawing.key && m_drawing.complete))
        return;
    m_drawing = drawing;
    m_chart->setRevealed(false);
    showPictures();
}

void AuditView::showPictures()
{
    QHash<int, QImage> pictures;
    QHash<int, double> scores;
    QList<int> own;
    for (const SamplePointer &sample : m_drawing.samples) {
        pictures.insert(sample->index, toImage(sample->picture));
        scores.insert(sample->index, sample->clipScore.value_or(0));
        own.append(sample->index);
    }
    const QList<int> sorted = m_state.ownOrder(m_drawing.key);
    if (sorted.size() == own.size() &&
        std::all_of(own.begin(), own.end(), [&](int index) { return sorted.contains(index); }))
        own = sorted;
    m_chart->setPictures(pictures, own, m_drawing.byScore(), scores);
    showOrders();
}

void AuditView::reveal(bool on)
{
    m_chart->setRevealed(on);
    showOrders();
}

Agreement AuditView::agreement() const
{
    return agreementOf(m_chart->own(), m_drawing.byScore());
}

QString AuditView::verdict() const
{
    return m_verdict->text();
}

void AuditView::showOrders()
{
    const bool shown = m_chart->isRevealed();
    m_compare->setText(shown ? tr("Cover CLIP's order") : tr("Compare with CLIP"));
    m_compare->setAccessibleName(m_compare->text());
    if (!shown) {
        m_verdict->clear();
        m_verdict->setToolTip({});
        return;
    }
    const Agreement found = agreement();
    const int pairs = found.agreed + found.disagreed;
    const QString tau = QLocale().toString(found.tau(), 'f', 2).replace(u'-', QChar(0x2212));
    m_verdict->setText(tr("Kendall's tau %1 · you agree on %2 of %3 pairs").arg(tau).arg(found.agreed).arg(pairs));
    m_verdict->setToolTip(tr("Take any two pictures: do you and CLIP put them in the same order? Of %1 pairs you agree "
                             "on %2 and disagree "
                             "on %3, so tau is (%2 − %3) / %1 = %4. 1 is the same order, 0 is what chance gives, −1 is "
                             "the reverse. Lines "
                             "that cross are pairs on which you disagree.")
                              .arg(pairs)
                              .arg(found.agreed)
                              .arg(found.disagreed)
                              .arg(tau));
    m_verdict->setAccessibleDescription(m_verdict->toolTip());
}

} // namespace orrery::text_to_image
