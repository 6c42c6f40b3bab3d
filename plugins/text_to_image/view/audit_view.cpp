// SPDX-License-Identifier: Apache-2.0
#include "plugins/text_to_image/view/audit_view.h"

#include "orrery/picture_source.h"
#include "plugins/text_to_image/view/generate_state.h"
#include "plugins/text_to_image/view/order_chart.h"
#include "widgets/busy_strip.h"
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
      m_working(new QWidget(this)), m_some(new QWidget(this)), m_story(new QLabel(m_some)),
      m_chart(new OrderChart(m_some)), m_compare(new QPushButton(m_some)), m_sortFirst(new QLabel(m_some)),
      m_verdict(new QLabel(m_some)), m_busy(new BusyStrip(tr("Drawing…"), m_working)), m_error(new ErrorCard(this))
{
    setObjectName(QStringLiteral("audit"));
    m_none->addButton(tr("Draw and score eight"), [this] {
        m_state.edit(tr("Draw and score eight"), [](Parameters &p) {
            p.rerank = true;
            p.count = std::max(p.count, kOffered);
        });
        Q_EMIT drawWanted(); // after a Cancel the state says so already, and nothing in it changes
    });
    auto *soon =
        new QLabel(tr("The pictures are drawn, and CLIP scores them. When all are there it is your turn."), m_working);
    soon->setAlignment(Qt::AlignCenter);
    soon->setWordWrap(true);
    soon->setProperty("look", QStringLiteral("muted"));
    auto *working = new QVBoxLayout(m_working);
    working->setContentsMargins(24, 24, 24, 24);
    working->setSpacing(16);
    working->addStretch();
    working->addWidget(soon);
    working->addWidget(m_busy);
    working->addStretch();
    connect(m_busy, &BusyStrip::cancelClicked, this, &AuditView::cancelClicked);
    m_story->setWordWrap(true);
    m_story->setProperty("look", QStringLiteral("caption"));
    m_story->setText(tr("CLIP's scores are covered, so that they do not sway you. Drag the pictures, or move them with "
                        "Shift and the arrows: what fits the prompt best comes first."));
    m_compare->setObjectName(QStringLiteral("compare"));
    m_verdict->setObjectName(QStringLiteral("verdict"));
    m_verdict->setProperty("look", QStringLiteral("heading"));
    auto *foot = new QHBoxLayout;
    foot->setSpacing(12);
    m_sortFirst->setObjectName(QStringLiteral("sortFirst"));
    m_sortFirst->setText(tr("Sort the pictures first."));
    m_sortFirst->setProperty("look", QStringLiteral("caption"));
    foot->addWidget(m_compare);
    foot->addWidget(m_sortFirst);
    foot->addWidget(m_verdict, 1);
    auto *column = new QVBoxLayout(m_some);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(8);
    column->addWidget(m_story);
    column->addWidget(m_chart, 1);
    column->addLayout(foot);
    m_stack->addWidget(m_none);
    m_stack->addWidget(m_working);
    m_stack->addWidget(m_some);
    auto *whole = new QVBoxLayout(this);
    whole->setContentsMargins(0, 0, 0, 0);
    whole->setSpacing(8);
    whole->addWidget(m_error);
    whole->addWidget(m_stack, 1);
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
    m_scored = scored;
    showWhat();
    if (!scored || (drawing.key == m_drawing.key && m_drawing.complete))
        return;
    m_drawing = drawing;
    m_chart->setRevealed(false);
    showPictures();
}

void AuditView::setBusy(bool busy)
{
    m_isBusy = busy;
    m_busy->setBusy(busy);
    showWhat();
}

void AuditView::setProgress(double fraction, const QString &message)
{
    m_busy->setProgress(fraction, message);
}

void AuditView::showWhat()
{
    // Pictures that nobody scores cannot be sorted when they are there: then what is offered stays on offer.
    const Parameters p = m_state.parameters();
    const bool working = m_isBusy && p.rerank && p.count >= kEnough;
    m_stack->setCurrentWidget(m_scored ? m_some : working ? m_working : static_cast<QWidget *>(m_none));
}

bool AuditView::isSorted() const
{
    const QList<int> sorted = m_state.ownOrder(m_drawing.key);
    return !sorted.isEmpty() && sorted == m_chart->own();
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
    m_chart->setPictures(pictures, own, m_drawing.byClip(), scores);
    showOrders();
}

void AuditView::reveal(bool on)
{
    m_chart->setRevealed(on && isSorted());
    showOrders();
}

Agreement AuditView::agreement() const
{
    return agreementOf(m_chart->own(), m_drawing.byClip());
}

QString AuditView::verdict() const
{
    return m_verdict->text();
}

void AuditView::showOrders()
{
    // Pictures that nobody has sorted stand as they were drawn: how far CLIP agrees with that says nothing.
    const bool sorted = isSorted();
    if (!sorted && m_chart->isRevealed()) // undone
        m_chart->setRevealed(false);
    const bool shown = m_chart->isRevealed();
    m_compare->setEnabled(sorted);
    m_compare->setToolTip(sorted ? QString() : tr("Sort the pictures first: then see whether CLIP agrees."));
    m_sortFirst->setVisible(!sorted);
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
    m_verdict->setText(
        tr("You and CLIP agree on %1 of %2 pairs · Kendall's tau %3").arg(found.agreed).arg(pairs).arg(tau));
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
