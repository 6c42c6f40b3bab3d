// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "plugins/text_to_image/view/model_facts.h"

#include <QPushButton>

namespace orrery::text_to_image {

class GenerateState;

/// Which model draws, told honestly; opens what its card says and the others to choose from. Thread: interface.
class ModelChip final : public QPushButton
{
    Q_OBJECT

public:
    ModelChip(PluginHost &host, GenerateState &state, ModelFacts &facts, QWidget *parent = nullptr);
    /// While a page shows what only diffusion does: the model that draws then, whatever is chosen.
    void showDiffusionOnly(bool only);
    /// What stands in the popover.
    QString words() const;

private:
    QString model() const;
    void showModel();
    void open();

    PluginHost &m_host;
    GenerateState &m_state;
    ModelFacts &m_facts;
    bool m_onlyDiffusion = false;
};

} // namespace orrery::text_to_image
