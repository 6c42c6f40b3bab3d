// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QStringList>
#include <QVariantAnimation>
#include <QWidget>

class QLabel;
class QPushButton;
class QSlider;

namespace orrery::embedding_map {

/// "Pixels … Embedding": a slider over the layers, with play. Thread: interface.
class LayerStrip final : public QWidget
{
    Q_OBJECT

public:
    explicit LayerStrip(QWidget *parent = nullptr);

    /// @param names  empty: they are not there yet
    /// @param ready  which of them have a map
    void setLayers(const QStringList &names, const QList<bool> &ready);
    double layer() const;
    void setLayer(double layer);
    bool isPlaying() const { return m_playing.state() == QAbstractAnimation::Running; }
    /// From pixels to embedding, from the first again when it stands at the last.
    void play();
    void stop();
    QSlider *slider() const { return m_slider; }

    static constexpr int kSteps = 100; ///< of the slider, between two layers

Q_SIGNALS:
    void layerChanged(double layer);

private:
    void showName();

    QPushButton *m_play;
    QSlider *m_slider;
    QLabel *m_name;
    QLabel *m_first;
    QLabel *m_last;
    QStringList m_names;
    QVariantAnimation m_playing;
};

} // namespace orrery::embedding_map
