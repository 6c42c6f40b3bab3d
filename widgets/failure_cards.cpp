// SPDX-License-Identifier: Apache-2.0
#include "widgets/failure_cards.h"

#include "widgets/theme/theme.h"

#include <QFrame>
#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QScrollArea>
#include <QVBoxLayout>

namespace orrery {

FailureCards::FailureCards(const QString &intro, const QList<FailureCard> &cards, QWidget *parent) : QWidget(parent)
{
    auto *list = new QWidget;
    auto *rows = new QVBoxLayout(list);
    rows->setContentsMargins(0, 0, 0, 0);
    rows->setSpacing(8);
    auto *words = new QLabel(intro, list);
    words->setWordWrap(true);
    words->setProperty("look", QStringLiteral("muted"));
    rows->addWidget(words);
    for (int i = 0; i < cards.size(); ++i) {
        const FailureCard &failure = cards[i];
        auto *card = new QFrame(list);
        card->setProperty("look", QStringLiteral("card"));
        auto *row = new QHBoxLayout(card);
        row->setContentsMargins(12, 12, 12, 12);
        row->setSpacing(16);
        if (!failure.picture.isNull()) {
            const int side = Theme::instance().px(96);
            auto *picture = new QLabel(card);
            picture->setPixmap(QPixmap::fromImage(failure.picture.scaled(
                side, side, Qt::KeepAspectRatio,
                failure.picture.width() < 65 ? Qt::FastTransformation : Qt::SmoothTransformation)));
            picture->setAccessibleName(failure.title);
            row->addWidget(picture, 0, Qt::AlignTop);
        }
        auto *title = new QLabel(failure.title, card);
        title->setProperty("look", QStringLiteral("heading"));
        auto *why = new QLabel(failure.why, card);
        why->setWordWrap(true);
        why->setTextFormat(Qt::PlainText);
        why->setMinimumHeight(1); // as high as its width asks for: its own hint is that of a narrow column
        auto *show = new QPushButton(tr("Show it"), card);
        show->setObjectName(QStringLiteral("failure-") + failure.id);
        show->setAccessibleName(tr("Show it: %1").arg(failure.title));
        connect(show, &QPushButton::clicked, this, [this, i] { Q_EMIT chosen(i); });
        auto *texts = new QVBoxLayout;
        texts->addWidget(title);
        texts->addWidget(why, 1);
        texts->addWidget(show, 0, Qt::AlignLeft);
        row->addLayout(texts, 1);
        rows->addWidget(card);
    }
    rows->addStretch();
    auto *scroll = new QScrollArea(this);
    scroll->setWidgetResizable(true);
    scroll->setWidget(list);
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->addWidget(scroll);
}

} // namespace orrery
