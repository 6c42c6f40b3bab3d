// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "plugins/embedding_map/view/collections/encoded_source.h"

namespace orrery {

/// "prompts": sentences such as "a red fox", as the model reads them.
class PromptsSource final : public EncodedSource
{
    Q_OBJECT
public:
    explicit PromptsSource(PluginHost &host);
    QString summary() const override;

protected:
    void begin() override;
    MapCollection describe(const std::vector<std::size_t> &inputs) const override;

private:
    struct Prompt
    {
        QString text, noun, colour, group;
    };
    QList<Prompt> m_prompts;
};

} // namespace orrery
