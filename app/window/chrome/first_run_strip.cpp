// SPDX-License-Identifier: Apache-2.0
#include "app/window/chrome/first_run_strip.h"

#include "widgets/theme/theme.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QToolButton>

namespace orrery {

FirstRunStrip::FirstRunStrip(QWidget *parent) : QWidget(parent)
{
    setObjectName(QStringLiteral("strip"));
    setAttribute(Qt::WA_StyledBackground);
    auto *words = new QLabel(tr("Draw, drop or type."), this);
    words->setProperty("look", "heading");
    auto *explore = new QPushButton(tr("Explore"), this);
    explore->setProperty("look", "link");
    explore->setAccessibleName(tr("Explore: go to the sketch pad"));
    explore->setToolTip(tr("Go to the sketch pad and draw"));
    auto *teach = new QPushButton(tr("Teach"), this);
    teach->setProperty("look", "link");
    teach->setAccessibleName(tr("Teach: go to the lessons"));
    teach->setToolTip(tr("Lessons for a class, ready offline"));
    auto *build = new QPushButton(tr("Build a plugin"), this);
    build->setProperty("look", "link");
    build->setAccessibleName(tr("Build a plugin: go to the page of plugins"));
    build->setToolTip(tr("Where a plugin starts: a page and a job in two small files"));
    auto *close = new QToolButton(this);
    close->setIcon(Theme::instance().icon(QStringLiteral("close")));
    close->setAccessibleName(tr("Dismiss this line"));
    close->setToolTip(tr("Dismiss"));
    close->setFocusPolicy(Qt::StrongFocus);
    auto *row = new QHBoxLayout(this);
    row->setContentsMargins(16, 2, 12, 2);
    row->setSpacing(8);
    row->addWidget(words);
    row->addWidget(explore);
    row->addWidget(teach);
    row->addWidget(build);
    row->addStretch();
    row->addWidget(close);
    connect(explore, &QPushButton::clicked, this, &FirstRunStrip::exploreRequested);
    connect(teach, &QPushButton::clicked, this, &FirstRunStrip::teachRequested);
    connect(build, &QPushButton::clicked, this, &FirstRunStrip::buildRequested);
    connect(close, &QToolButton::clicked, this, &FirstRunStrip::dismissed);
}

} // namespace orrery
