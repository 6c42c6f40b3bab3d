// SPDX-License-Identifier: Apache-2.0
#include "plugins/text_to_image/view/step_player.h"

#include "widgets/theme/theme.h"

#include <QHBoxLayout>
#include <QKeyEvent>

#include <algorithm>

namespace orrery::text_to_image {

namespace {
constexpr int kShortestMs = 30; // of a step; the eye follows no faster
} // namespace

StepPlayer::StepPlayer(const QString &name, int wholeMs, QWidget *parent)
    : QWidget(parent), m_slider(new QSlider(Qt::Horizontal, this)), m_button(new QToolButton(this)), m_wholeMs(wholeMs)
{
    m_slider->setRange(0, 0);
    m_slider->setAccessibleName(name);
    m_slider->setAccessibleDescription(tr("Arrows walk through the steps, Space plays them"));
    m_slider->installEventFilter(this);
    m_button->setFocusPolicy(Qt::StrongFocus);
    auto *row = new QHBoxLayout(this);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(8);
    row->addWidget(m_button);
    row->addWidget(m_slider, 1);

    connect(m_slider, &QSlider::valueChanged, this, &StepPlayer::stepChanged);
    connect(m_button, &QToolButton::clicked, this, [this] { play(!isPlaying()); });
    connect(&m_timer, &QTimer::timeout, this, [this] {
        if (step() >= last())
            play(false);
        else
            setStep(step() + 1);
    });
    connect(&Theme::instance(), &Theme::changed, this, &StepPlayer::restyle);
    restyle();
}

void StepPlayer::play(bool on)
{
    if (on && step() >= last())
        setStep(0);
    if (on)
        m_timer.start(std::max(kShortestMs, m_wholeMs / std::max(1, last())));
    else
        m_timer.stop();
    restyle();
}

void StepPlayer::restyle()
{
    const QString name = isPlaying() ? tr("Pause") : tr("Play");
    m_button->setIcon(Theme::instance().icon(isPlaying() ? QStringLiteral("pause") : QStringLiteral("play")));
    m_button->setAccessibleName(name);
    m_button->setToolTip(tr("%1 (Space)").arg(name));
}

bool StepPlayer::eventFilter(QObject *object, QEvent *event)
{
    if (object == m_slider && event->type() == QEvent::KeyPress &&
        static_cast<QKeyEvent *>(event)->key() == Qt::Key_Space) {
        play(!isPlaying());
        return true;
    }
    return QWidget::eventFilter(object, event);
}

} // namespace orrery::text_to_image
