// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "orrery/plugin_host.h"
#include "widgets/inspector_panel.h"
#include "widgets/plain_editor.h"

class QComboBox;
class QLabel;
class QLineEdit;
class QSlider;

namespace orrery::zero_shot {

struct Answer;
class ClassifyState;
class VotesView;

/// Prompts, what the numbers mean, temperature, true name. Thread: interface.
class ClassifyInspector final : public InspectorPanel
{
    Q_OBJECT

public:
    ClassifyInspector(PluginHost &host, ClassifyState &state, QWidget *parent = nullptr);

    void setAnswer(const Answer &answer);
    void setTrueLabel(const QString &label);
    QComboBox *scoring() const { return m_scoring; }
    QSlider *temperature() const { return m_temperature; }
    PlainEditor *templates() const { return m_templates; }
    VotesView *votes() const { return m_votes; }

    /// Slider positions and temperatures, 0.001 to 10 in even ratios.
    static constexpr int kSteps = 80;
    static double temperatureAt(int position);
    static int positionOf(double temperature);

Q_SIGNALS:
    void trueLabelChosen(const QString &label);

private:
    void showState();
    void showTemperature();
    QWidget *makeTemplates();

    PluginHost &m_host;
    ClassifyState &m_state;
    QComboBox *m_scoring;
    QSlider *m_temperature;
    QLabel *m_temperatureText;
    QComboBox *m_templateSets;
    PlainEditor *m_templates;
    QLabel *m_templateError;
    QLineEdit *m_truth;
    VotesView *m_votes;
    double m_ownTemperature = 0; ///< of the model; 0 while it is not known
    bool m_reading = false;
};

} // namespace orrery::zero_shot
