// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QString>

namespace orrery::speech {

/// A model's short name on screen: "HuBERT"; of a folder its last part.
QString modelTitle(const QString &model);

} // namespace orrery::speech
