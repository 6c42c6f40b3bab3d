// SPDX-License-Identifier: Apache-2.0
#include "plugins/zero_shot/view/failures_view.h"

#include "widgets/failure_cards.h"

#include <QVBoxLayout>

namespace orrery::zero_shot {

QList<Failure> preparedFailures()
{
    return {
        {QStringLiteral("photograph"),
         FailuresView::tr("A photograph"),
         FailuresView::tr(
             "A mountain lake, as a camera sees it. The model learned from flat drawings and never saw a "
             "photograph, and none of these names fits. It cannot say so: shares always add up to 100 %, so "
             "some name has to win. “None of these”, at the right, gives it a way out."),
         QStringLiteral("examples/failures/photograph.jpg"),
         QStringLiteral("mountain lake"),
         {},
         {QStringLiteral("mountain")}},
        {QStringLiteral("unread-word"),
         FailuresView::tr("A word it never read"),
         FailuresView::tr(
             "“Dwelling” is as right as “house”, but stood in no caption of its training. To the model it is a few "
             "letters without a meaning: what it gets is left to chance."),
         QStringLiteral("examples/house.png"),
         QStringLiteral("dwelling"),
         {QStringLiteral("house"), QStringLiteral("dwelling"), QStringLiteral("school"), QStringLiteral("castle"),
          QStringLiteral("cat")},
         {}},
        {QStringLiteral("not"),
         FailuresView::tr("The word “not”"),
         FailuresView::tr(
             "This is a cat, and yet “not a cat” gets a good part of the shares: the words “a cat” pull the "
             "prompt towards the picture, and “not” hardly pushes it away."),
         QStringLiteral("examples/cat.png"),
         QStringLiteral("a cat"),
         {QStringLiteral("a cat"), QStringLiteral("not a cat"), QStringLiteral("a dog"), QStringLiteral("a house"),
          QStringLiteral("a key")},
         {}},
    };
}

QStringList labelsOf(const Failure &failure, const QStringList &everyday)
{
    QStringList labels = failure.labels.isEmpty() ? everyday : failure.labels;
    for (const QString &label : failure.without)
        labels.removeAll(label);
    return labels;
}

FailuresView::FailuresView(const QString &resourceFolder, QWidget *parent) : QWidget(parent)
{
    QList<FailureCard> cards;
    const auto failures = preparedFailures();
    for (const auto &failure : failures)
        cards.append({failure.id, failure.title, failure.why, QImage(resourceFolder + u'/' + failure.picture)});
    auto *view = new FailureCards(
        tr("Three things this model gets wrong, and why. Knowing them is worth more than its scores."), cards, this);
    connect(view, &FailureCards::chosen, this, [this, failures](int index) { Q_EMIT chosen(failures[index]); });
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->addWidget(view);
}

} // namespace orrery::zero_shot
