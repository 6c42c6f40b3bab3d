// SPDX-License-Identifier: Apache-2.0
#include "plugins/text_to_image/view/takes_strip.h"

#include "orrery/picture_source.h"

#include <QHBoxLayout>
#include <QToolButton>

namespace orrery::text_to_image {

Take takeOf(const Drawing &drawing, const SamplePointer &sample)
{
    Take take;
    take.sample = sample;
    take.parameters = drawing.parameters;
    take.parameters.count = 1;
    take.parameters.seed = sample->seed;
    take.request = toRequest(take.parameters);
    take.title = TakesStrip::tr("Seed %1").arg(sample->seed);
    take.steps = drawing.steps;
    take.stopped = drawing.stopped && !sample->finished;
    return take;
}

TakesStrip::TakesStrip(QWidget *parent) : QWidget(parent), m_row(new QHBoxLayout(this))
{
    setObjectName(QStringLiteral("takes"));
    m_row->setContentsMargins(0, 0, 0, 0);
    m_row->setSpacing(6);
    m_row->addStretch();
    hide();
    connect(&Theme::instance(), &Theme::changed, this, &TakesStrip::restyle);
    restyle();
}

void TakesStrip::restyle()
{
    // The one on screen stands out more than a pressed button does elsewhere.
    setStyleSheet(QStringLiteral("QToolButton:checked { border: 2px solid %1; padding: 3px; }")
                      .arg(Theme::instance().colours().text.name()));
}

void TakesStrip::setTakes(const QList<Take> &takes, int current)
{
    while (m_buttons.size() > takes.size())
        delete m_buttons.takeLast();
    const int side = Theme::instance().px(44);
    for (int i = 0; i < takes.size(); ++i) {
        if (i == m_buttons.size()) {
            auto *button = new QToolButton(this);
            button->setCheckable(true);
            button->setAutoExclusive(true);
            button->setFocusPolicy(Qt::StrongFocus);
            connect(button, &QToolButton::clicked, this, [this, i] { Q_EMIT chosen(i); });
            m_row->insertWidget(i, button);
            m_buttons.append(button);
        }
        QToolButton *button = m_buttons[i];
        const Take &take = takes[i];
        button->setAccessibleName(take.title);
        button->setToolTip(take.title);
        button->setIconSize({side, side});
        if (take.sample && !take.sample->picture.empty())
            button->setIcon(QPixmap::fromImage(
                toImage(take.sample->picture).scaled(side, side, Qt::KeepAspectRatio, Qt::FastTransformation)));
        button->setChecked(i == current);
    }
    setVisible(takes.size() > 1);
}

} // namespace orrery::text_to_image
