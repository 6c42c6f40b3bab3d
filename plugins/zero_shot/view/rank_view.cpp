// SPDX-License-Identifier: Apache-2.0
#include "plugins/zero_shot/view/rank_view.h"

#include "widgets/busy_strip.h"
#include "widgets/error_card.h"
#include "widgets/ranking/ranked_panel.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QStackedWidget>
#include <QToolButton>
#include <QVBoxLayout>

namespace orrery::zero_shot {

namespace {
// An answer that comes within this time is not preceded by a flicker.
constexpr int kDimAfterMs = 150;
} // namespace

RankView::RankView(QWidget *parent)
    : QWidget(parent), m_story(new QFrame(this)), m_storyTitle(new QLabel(m_story)), m_storyWhy(new QLabel(m_story)),
      m_error(new ErrorCard(this)), m_familiar(new ErrorCard(this)), m_stack(new QStackedWidget(this)),
      m_panel(new RankedPanel(this)), m_busy(new BusyStrip(tr("Ranking…"), this))
{
    m_story->setProperty("look", QStringLiteral("card"));
    m_storyTitle->setProperty("look", QStringLiteral("heading"));
    m_storyTitle->setWordWrap(true);
    m_storyWhy->setWordWrap(true);
    auto *close = new QToolButton(m_story);
    close->setText(QStringLiteral("✕"));
    close->setAccessibleName(tr("Close the explanation"));
    connect(close, &QToolButton::clicked, m_story, &QWidget::hide);
    auto *texts = new QVBoxLayout;
    texts->addWidget(m_storyTitle);
    texts->addWidget(m_storyWhy);
    auto *storyRow = new QHBoxLayout(m_story);
    storyRow->setContentsMargins(12, 8, 8, 8);
    storyRow->addLayout(texts, 1);
    storyRow->addWidget(close, 0, Qt::AlignTop);
    m_story->setObjectName(QStringLiteral("story"));
    m_story->hide();
    m_familiar->setObjectName(QStringLiteral("unfamiliar"));

    m_noPicture = new EmptyState(tr("Nothing is selected to be ranked."), this);
    m_noPicture->addButton(tr("Show me a fox"), [this] { Q_EMIT foxWanted(); });
    m_noDrawing = new EmptyState(tr("Draw something: the ranks follow every stroke."), this);
    m_noDrawing->addButton(tr("Show me a fox instead"), [this] { Q_EMIT foxWanted(); });
    m_noLabels = new EmptyState(tr("Type at least one name to choose among."), this);
    m_noLabels->addButton(tr("Use the everyday names"), [this] { Q_EMIT everydayNamesWanted(); });
    m_soon = new EmptyState(tr("The ranking comes in a moment."), this);
    m_stopped = new EmptyState(tr("The ranking was stopped."), this);
    m_stopped->addButton(tr("Rank again"), [this] { Q_EMIT rankWanted(); });
    m_stack->addWidget(m_panel);
    for (EmptyState *page : {m_noPicture, m_noDrawing, m_noLabels, m_soon, m_stopped})
        m_stack->addWidget(page);

    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(8);
    column->addWidget(m_story);
    column->addWidget(m_error);
    column->addWidget(m_familiar);
    column->addWidget(m_stack, 1);
    column->addWidget(m_busy);
    m_stack->setCurrentWidget(m_noPicture);

    m_dim.setSingleShot(true);
    m_dim.setInterval(kDimAfterMs);
    connect(&m_dim, &QTimer::timeout, this, [this] { m_panel->setStale(true); });
}

void RankView::showAnswer(const Answer &answer)
{
    m_error->clear();
    if (!answer.pictureError.isEmpty()) {
        m_error->showError(answer.pictureError);
        m_panel->setStale(true);
    } else {
        m_panel->setStale(m_pending && m_panel->isStale());
        m_panel->setRanking(answer.ranking);
        m_stack->setCurrentWidget(m_panel);
    }
    m_panel->setUnknownWords(answer.unknownWords, answer.nearestKnown);
    const bool unfamiliar = answer.pictureError.isEmpty() && answer.unfamiliar();
    if (unfamiliar != m_unfamiliar) {
        m_unfamiliar = unfamiliar;
        if (unfamiliar) {
            m_familiar->showWarning(tr("Unlike anything this model learned from; treat the ranking as a guess."));
            m_familiar->setRemedy(tr("Models that know photos"), [this] { Q_EMIT otherModelsWanted(); });
        } else {
            m_familiar->clear();
        }
    }
}

void RankView::showNothing(Nothing what)
{
    m_error->clear();
    m_familiar->clear();
    m_unfamiliar = false;
    m_panel->setRanking({});
    m_panel->setUnknownWords({}, {});
    m_stack->setCurrentWidget(what == Nothing::Picture   ? m_noPicture
                              : what == Nothing::Drawing ? m_noDrawing
                                                         : m_noLabels);
}

void RankView::showError(const Error &error, const QString &remedy, std::function<void()> run)
{
    m_error->showError(error);
    m_error->setRemedy(remedy, std::move(run));
    m_stack->setCurrentWidget(m_panel);
    m_panel->setStale(true); // what stands there answers an earlier question
}

QString RankView::errorText() const
{
    return m_error->isHidden() ? QString() : m_error->message();
}

void RankView::setPending(bool pending)
{
    m_pending = pending;
    m_busy->setBusy(pending);
    // At the first start the engine takes a while; what is asked for is no lack of anything.
    if (pending && m_stack->currentWidget() != m_panel)
        m_stack->setCurrentWidget(m_soon);
    else if (!pending && m_stack->currentWidget() == m_soon)
        m_stack->setCurrentWidget(m_stopped);
    if (pending) {
        if (!m_dim.isActive())
            m_dim.start();
    } else {
        m_dim.stop();
        if (m_error->isHidden())
            m_panel->setStale(false);
    }
}

void RankView::setTrueLabel(const QString &label)
{
    m_panel->setTrueLabel(label);
}

void RankView::setStory(const QString &title, const QString &why)
{
    m_storyTitle->setText(title);
    m_storyWhy->setText(why);
    m_story->setAccessibleName(title + QStringLiteral(". ") + why);
    m_story->setVisible(!title.isEmpty());
}

} // namespace orrery::zero_shot
