// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "plugins/text_to_image/view/sampler.h"

#include <QWidget>

#include <array>

class QLabel;
class QPushButton;

namespace orrery {
class BusyStrip;
class ErrorCard;
} // namespace orrery

namespace orrery::text_to_image {

class CellCanvas;
class GenerateState;
class ModelFacts;
class ScoreCurve;
class StepPlayer;

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
    const Drawing &lane(int lane) const { return m_lanes[std::size_t(lane)].sampler->drawing(); }
    QString costOf(int lane) const;
    QString errorText() const;
    StepPlayer *player() const { return m_player; }

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
        bool stopped = false; ///< by the user, perhaps before anything could be seen
    };
    void makeLayout();
    void restyle();
    void showLanes();
    int reached() const;
    SamplePointer sampleOf(int lane) const;

    GenerateState &m_state;
    ModelFacts &m_facts;
    std::array<LaneParts, kLanes> m_lanes;
    QLabel *m_story;
    StepPlayer *m_player;
    QLabel *m_step;
    QPushButton *m_again;
    ErrorCard *m_error;
    BusyStrip *m_busy;
    bool m_following = true; ///< the slider goes along with what is drawn
    bool m_moving = false;
};

} // namespace orrery::text_to_image
