// SPDX-License-Identifier: Apache-2.0
#include "plugins/embedding_map/view/layer_strip.h"

#include "widgets/theme/theme.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QSignalBlocker>
#include <QSlider>
#include <QVBoxLayout>

#include <cmath>

namespace orrery::embedding_map {

namespace {
// Slow enough to follow one group of points through a layer.
constexpr int kLayerMs = 1300;
} // namespace

LayerStrip::LayerStrip(QWidget *parent)
    : QWidget(parent), m_play(new QPushButton(tr("Play"), this)), m_slider(new QSlider(Qt::Horizontal, this)),
      m_name(new QLabel(this)), m_first(new QLabel(this)), m_last(new QLabel(this))
{
    setObjectName(QStringLiteral("layerStrip"));
    m_play->setObjectName(QStringLiteral("playLayers"));
    m_play->setToolTip(tr("Walk from the pixels to the embedding (Space)"));
    m_slider->setObjectName(QStringLiteral("layerSlider"));
    m_slider->setAccessibleName(tr("Layer of the model"));
    m_slider->setPageStep(kSteps);
    m_slider->setSingleStep(kSteps / 10);
    m_slider->setTickPosition(QSlider::TicksBelow);
    m_slider->setTickInterval(kSteps);
    m_name->setProperty("look", QStringLiteral("heading"));
    m_name->setAlignment(Qt::AlignCenter);
    m_name->setWordWrap(true);
    for (QLabel *label : {m_first, m_last})
        label->setProperty("look", QStringLiteral("caption"));
    auto *row = new QHBoxLayout;
    row->addWidget(m_play);
    row->addWidget(m_first);
    row->addWidget(m_slider, 1);
    row->addWidget(m_last);
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(2);
    column->addWidget(m_name);
    column->addLayout(row);
    connect(m_play, &QPushButton::clicked, this, [this] { isPlaying() ? stop() : play(); });
    connect(m_slider, &QSlider::valueChanged, this, [this] {
        showName();
        Q_EMIT layerChanged(layer());
    });
    connect(m_slider, &QSlider::sliderPressed, this, &LayerStrip::stop);
    connect(&m_playing, &QVariantAnimation::valueChanged, this,
            [this](const QVariant &value) { m_slider->setValue(qRound(value.toDouble() * kSteps)); });
    connect(&m_playing, &QVariantAnimation::stateChanged, this, [this](QAbstractAnimation::State state) {
        m_play->setText(state == QAbstractAnimation::Running ? tr("Pause") : tr("Play"));
    });
    setLayers({}, {});
}

void LayerStrip::setLayers(const QStringList &names, const QList<bool> &ready)
{
    const bool other = names != m_names;
    if (other)
        stop();
    m_names = names;
    m_first->setText(names.value(0));
    m_last->setText(names.isEmpty() ? QString() : names.last());
    // Only as far back as there are maps; they are made from the embedding down.
    qsizetype first = names.size() - 1;
    while (first > 0 && ready.value(first - 1))
        --first;
    const QSignalBlocker quiet(m_slider);
    m_slider->setRange(int(std::max<qsizetype>(0, first)) * kSteps,
                       int(std::max<qsizetype>(0, names.size() - 1)) * kSteps);
    if (other)
        m_slider->setValue(m_slider->maximum());
    m_play->setEnabled(first < names.size() - 1);
    m_slider->setEnabled(m_play->isEnabled());
    showName();
}

double LayerStrip::layer() const
{
    return double(m_slider->value()) / kSteps;
}

void LayerStrip::setLayer(double layer)
{
    m_slider->setValue(qRound(layer * kSteps));
}

void LayerStrip::showName()
{
    const QString name = m_names.isEmpty() ? tr("Looking at each layer; then walk from pixels to embedding")
                                           : m_names.value(qRound(layer()));
    m_name->setText(name);
    m_slider->setAccessibleDescription(name);
}

void LayerStrip::play()
{
    if (!m_play->isEnabled())
        return;
    double from = layer();
    const double to = double(m_slider->maximum()) / kSteps;
    if (from >= to - 0.01)
        from = double(m_slider->minimum()) / kSteps;
    m_playing.stop();
    m_playing.setStartValue(from);
    m_playing.setEndValue(to);
    m_playing.setDuration(Theme::instance().motion() ? int(kLayerMs * (to - from)) : 0);
    m_playing.start();
}

void LayerStrip::stop()
{
    m_playing.stop();
}

} // namespace orrery::embedding_map
