// SPDX-License-Identifier: Apache-2.0
#include "plugins/zero_shot/view/votes_view.h"

#include <QLabel>
#include <QVBoxLayout>

#include <algorithm>
#include <cmath>

namespace orrery::zero_shot {

namespace {
constexpr qsizetype kShown = 8;
}

QList<Vote> votesOf(const Answer &answer)
{
    QList<Vote> votes;
    if (answer.ranking.isEmpty())
        return votes;
    // "None of these" is no label of the list; then the best real one is followed.
    const RankedEntry *first = &answer.ranking.entries.front();
    qsizetype answerAt = answer.question.labels.indexOf(first->label);
    if (answerAt < 0 && answer.ranking.size() > 1)
        answerAt = answer.question.labels.indexOf(answer.ranking.entries[1].label);
    for (qsizetype i = 0; i < answer.perTemplate.size(); ++i) {
        const QList<double> &shares = answer.perTemplate[i];
        if (shares.isEmpty() || answerAt < 0 || answerAt >= shares.size())
            continue;
        const auto best = std::max_element(shares.begin(), shares.end());
        Vote vote;
        vote.pattern = answer.prompts.value(i);
        vote.label = answer.question.labels.value(best - shares.begin());
        vote.share = *best;
        vote.answerShare = shares[answerAt];
        vote.answerRank = 1 + static_cast<int>(std::count_if(shares.begin(), shares.end(),
                                                             [&](double share) { return share > shares[answerAt]; }));
        votes.append(vote);
    }
    return votes;
}

QString ensembleSentence(const Answer &answer, const QList<Vote> &votes)
{
    if (votes.size() < 2 || answer.ranking.isEmpty() || answer.ranking.measure == Ranking::Measure::CosineOnly)
        return {};
    const RankedEntry &together = answer.ranking.entries.front();
    const Vote &first = votes.front();
    const bool two = votes.size() == 2;
    const QString start = (two ? VotesView::tr("Both prompts together: ")
                               : VotesView::tr("All %1 prompts together: ").arg(votes.size())) +
                          VotesView::tr("%1 %2. ").arg(together.label, shareText(together.share));
    if (first.label != together.label)
        return start + VotesView::tr("The first alone says %1 (%2).").arg(first.label, shareText(first.share));
    const double points = (together.share - first.share) * 100;
    if (std::fabs(points) < 0.5)
        return start + VotesView::tr("The first alone says the same.");
    const QString change = two          ? points > 0 ? VotesView::tr("The first alone: %1, so the other adds %2 %3.")
                                                     : VotesView::tr("The first alone: %1, so the other takes %2 %3.")
                                    : points > 0 ? VotesView::tr("The first alone: %1, so the others add %2 %3.")
                                        : VotesView::tr("The first alone: %1, so the others take %2 %3.");
    return start + change.arg(shareText(first.share))
                       .arg(std::lround(std::fabs(points)))
                       .arg(std::lround(std::fabs(points)) == 1 ? VotesView::tr("point") : VotesView::tr("points"));
}

VotesView::VotesView(QWidget *parent) : QWidget(parent), m_sentence(new QLabel(this)), m_list(new QLabel(this))
{
    setObjectName(QStringLiteral("votes"));
    m_sentence->setWordWrap(true);
    m_list->setWordWrap(true);
    m_list->setTextFormat(Qt::RichText);
    m_list->setProperty("look", QStringLiteral("caption"));
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->addWidget(m_sentence);
    column->addWidget(m_list);
}

QString VotesView::sentence() const
{
    return m_sentence->text();
}

void VotesView::setAnswer(const Answer &answer)
{
    const QList<Vote> votes = votesOf(answer);
    m_sentence->setText(ensembleSentence(answer, votes));
    QString rows;
    for (qsizetype i = 0; i < std::min(votes.size(), kShown) && votes.size() > 1; ++i) {
        const Vote &vote = votes[i];
        const QString pattern = vote.pattern.isEmpty() ? tr("The model's own prompt %1").arg(i + 1) : vote.pattern;
        rows += QStringLiteral("<tr><td width='62%'>%1</td><td align='right'>%2&nbsp;%3</td></tr>")
                    .arg(pattern.toHtmlEscaped(), vote.label.toHtmlEscaped(), shareText(vote.share).toHtmlEscaped());
    }
    if (votes.size() > kShown)
        rows += QStringLiteral("<tr><td colspan='2'>%1</td></tr>").arg(tr("… and %1 more").arg(votes.size() - kShown));
    m_list->setText(rows.isEmpty() ? QString() : QStringLiteral("<table width='100%'>%1</table>").arg(rows));
    setVisible(!rows.isEmpty());
}

} // namespace orrery::zero_shot
