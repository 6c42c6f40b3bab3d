// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "plugins/embedding_map/view/collections/kept_source.h"

namespace orrery {

/// "digits": 0 to 9 in the fonts of this computer.
class DigitsSource final : public KeptSource
{
    Q_OBJECT
public:
    DigitsSource();
    QString summary() const override;

protected:
    void begin() override;
};

} // namespace orrery
