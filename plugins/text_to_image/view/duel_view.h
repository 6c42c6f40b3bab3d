// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "plugins/text_to_image/view/sampler.h"

#include <QTimer>
#include <QWidget>

#include <array>

class QLabel;
class QPushButton;
class QSlider;
class QToolButton;

namespace orrery {
class BusyStrip;
class ErrorCard;
} // namespace orrery

namespace orrery::text_to_image {

class CellCanvas;
class GenerateState;
class ModelFacts;
class ScoreCurve;

/// The same noise taken away three times, in lockstep: without guidance, classifier-free, and by CLIP's gradient; what
/// CLIP thinks of it at each step, and what it cost. Thread: interface.
class DuelView final : public QWidget
{
    Q_OBJECT

public:
    static constexpr int kLanes = 3;

    DuelView(PluginHost &host, GenerateState &state, ModelFacts &facts, QWidget *parent = nullptr);

    /// Begins, unless these three are there or under way.
    void start();
    bool cancel();
    bool isBusy() const;
    /// The step that all lanes show: the last that every one of them has reached, or where the slider is.
    int shownStep() const;
    void setStep(int step);
    void play(bool on);
    bool isPlaying() const { return m_timer.isActive(); }
    const Drawing &lane(int lane) const { return m_lanes[std::size_t(lane)].sampler->drawing(); }
    QString costOf(int lane) const;
    QString errorText() const;
    QSlider *slider() const { return m_slider; }

protected:
    bool eventFilter(QObject *object, QEvent *event) override;

private:
    struct LaneParts
    {
        generate::Guidance guidance = generate::Guidance::None;
        Sampler *sampler = nullptr;
        CellCanvas *canvas = nullptr;
        ScoreCurve *curve = nullptr;
        QLabel *cost = nullptr;
        double fraction = 0;
        bool possible = true;
    };
    void makeLayout();
    void showLanes();
    void restyle();
    int reached() const;
    SamplePointer sampleOf(int lane) const;

    GenerateState &m_state;
    ModelFacts &m_facts;
    std::array<LaneParts, kLanes> m_lanes;
    QLabel *m_story;
    QSlider *m_slider;
    QToolButton *m_play;
    QLabel *m_step;
    QPushButton *m_again;
    ErrorCard *m_error;
    BusyStrip *m_busy;
    QTimer m_timer;
    bool m_following = true; ///< the slider goes along with what is drawn
    bool m_moving = false;
};

} // namespace orrery::text_to_image
