// SPDX-License-Identifier: Apache-2.0
#include "app/window/pages/page_frame.h"

#include <QLabel>
#include <QScrollArea>
#include <QVBoxLayout>

namespace orrery {

QLabel *makeLabel(const QString &text, const char *look, QWidget *parent)
{
    auto *label = new QLabel(text, parent);
    label->setProperty("look", look);
    label->setWordWrap(true);
    return label;
}

QVBoxLayout *makeScrollingColumn(QWidget *page, const QString &title, QLabel **subtitle)
{
    auto *scroll = new QScrollArea(page);
    scroll->setWidgetResizable(true);
    scroll->setFrameShape(QFrame::NoFrame);
    scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    scroll->setFocusPolicy(Qt::NoFocus);
    auto *content = new QWidget(scroll);
    auto *row = new QHBoxLayout(content);
    row->setContentsMargins(24, 24, 24, 24);
    auto *body = new QWidget(content);
    body->setMaximumWidth(760);
    auto *column = new QVBoxLayout(body);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(16);
    row->addWidget(body, 1);
    row->addStretch(0);
    auto *heading = new QVBoxLayout;
    heading->setSpacing(4);
    heading->addWidget(makeLabel(title, "title", body));
    if (subtitle) {
        *subtitle = makeLabel({}, "muted", body);
        heading->addWidget(*subtitle);
    }
    column->addLayout(heading);
    scroll->setWidget(content);
    auto *outer = new QVBoxLayout(page);
    outer->setContentsMargins(0, 0, 0, 0);
    outer->addWidget(scroll);
    return column;
}

QVBoxLayout *makeCard(QFrame **card, QWidget *parent)
{
    *card = new QFrame(parent);
    (*card)->setProperty("look", "card");
    auto *column = new QVBoxLayout(*card);
    column->setContentsMargins(16, 16, 16, 16);
    column->setSpacing(8);
    return column;
}

} // namespace orrery
