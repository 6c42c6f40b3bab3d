// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "plugins/text_to_image/view/generate_state.h"
#include "plugins/text_to_image/view/model_facts.h"
#include "widgets/inspector_panel.h"
#include "widgets/ratio_slider.h"

class QCheckBox;
class QComboBox;
class QLabel;
class QLineEdit;
class QPushButton;
class QSpinBox;
class QStackedWidget;

namespace orrery::text_to_image {

class SeedBox;

/// How it is drawn: method, how many, guidance, boldness or steps, seed, reranking; more when asked.
/// Thread: interface.
class GenerateInspector final : public InspectorPanel
{
    Q_OBJECT

public:
    GenerateInspector(PluginHost &host, GenerateState &state, ModelFacts &facts, QWidget *parent = nullptr);

    QPushButton *method(generate::Method which) const
    {
        return which == generate::Method::Tokens ? m_tokens : m_diffusion;
    }
    QSpinBox *count() const { return m_count; }
    RatioSlider *scale() const { return m_scale; }
    RatioSlider *temperature() const { return m_temperature; }
    RatioSlider *steps() const { return m_steps; }
    SeedBox *seed() const { return m_seed; }
    QCheckBox *rerank() const { return m_rerank; }
    QComboBox *guidance() const { return m_guidance; }
    QComboBox *scheduler() const { return m_scheduler; }
    /// While a page shows what only diffusion does, its controls are shown whatever is chosen, and the choice rests.
    void showDiffusionOnly(bool only);
    QCheckBox *fast() const { return m_fast; }
    QLineEdit *negative() const { return m_negative; }
    RatioSlider *strength() const { return m_strength; }

Q_SIGNALS:
    void diceClicked();

private:
    void addMethod();
    void addFirst();
    void addMore();
    void showState();
    /// A control that means nothing to the other method.
    void addFor(generate::Method method, const QString &caption, QWidget *control, const QString &help,
                std::function<void()> reset);
    void showFor(generate::Method method, bool shown);
    RatioSlider *makeSlider(const char *name, double least, double most, int decimals, const QString &undoText,
                            std::function<void(Parameters &, double)> change);

    GenerateState &m_state;
    ModelFacts &m_facts;
    QPushButton *m_tokens;
    QPushButton *m_diffusion;
    QLabel *m_how;
    QSpinBox *m_count;
    RatioSlider *m_scale = nullptr;
    QStackedWidget *m_slot;
    QLabel *m_slotCaption = nullptr;
    RatioSlider *m_temperature = nullptr;
    RatioSlider *m_steps = nullptr;
    SeedBox *m_seed;
    QCheckBox *m_rerank;
    QSpinBox *m_topK;
    QSpinBox *m_drafts;
    RatioSlider *m_topP = nullptr;
    QComboBox *m_guidance;
    QComboBox *m_scheduler;
    QLineEdit *m_negative;
    QCheckBox *m_fast;
    QHash<generate::Method, QWidgetList> m_ofMethod; ///< controls and their captions
    RatioSlider *m_strength = nullptr;
    bool m_onlyDiffusion = false;
    bool m_reading = false;
};

} // namespace orrery::text_to_image
