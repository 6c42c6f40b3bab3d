// SPDX-License-Identifier: Apache-2.0
#include "plugins/zero_shot/view/failures_view.h"

#include "plugins/zero_shot/view/picture_panel.h"
#include "widgets/theme/theme.h"

#include <QFrame>
#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QScrollArea>
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
             "“Vixen” is as right as “fox”, but stood in no caption of its training. To the model it is a few "
             "letters without a meaning: what it gets is left to chance."),
         QStringLiteral("examples/fox.png"),
         QStringLiteral("vixen"),
         {QStringLiteral("fox"), QStringLiteral("vixen"), QStringLiteral("wolf"), QStringLiteral("cat"),
          QStringLiteral("house")},
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
    auto *list = new QWidget;
    auto *cards = new QVBoxLayout(list);
    cards->setContentsMargins(0, 0, 0, 0);
    cards->setSpacing(8);
    auto *intro = new QLabel(
        tr("Three things this model gets wrong, and why. Knowing them is worth more than its scores."), list);
    intro->setWordWrap(true);
    intro->setProperty("look", QStringLiteral("muted"));
    cards->addWidget(intro);
    for (const Failure &failure : preparedFailures()) {
        auto *card = new QFrame(list);
        card->setProperty("look", QStringLiteral("card"));
        auto *picture = new PictureView(card);
        picture->setPicture(QImage(resourceFolder + u'/' + failure.picture), failure.title);
        picture->setFixedSize(Theme::instance().px(112), Theme::instance().px(112));
        auto *title = new QLabel(failure.title, card);
        title->setProperty("look", QStringLiteral("heading"));
        auto *why = new QLabel(failure.why, card);
        why->setWordWrap(true);
        why->setTextFormat(Qt::PlainText);
        auto *show = new QPushButton(tr("Show it"), card);
        show->setObjectName(QStringLiteral("failure-") + failure.id);
        show->setAccessibleName(tr("Show it: %1").arg(failure.title));
        connect(show, &QPushButton::clicked, this, [this, failure] { Q_EMIT chosen(failure); });
        auto *texts = new QVBoxLayout;
        texts->addWidget(title);
        texts->addWidget(why, 1);
        texts->addWidget(show, 0, Qt::AlignLeft);
        auto *row = new QHBoxLayout(card);
        row->setContentsMargins(12, 12, 12, 12);
        row->setSpacing(16);
        row->addWidget(picture, 0, Qt::AlignTop);
        row->addLayout(texts, 1);
        cards->addWidget(card);
    }
    cards->addStretch();
    auto *scroll = new QScrollArea(this);
    scroll->setWidgetResizable(true);
    scroll->setWidget(list);
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->addWidget(scroll);
}

} // namespace orrery::zero_shot
