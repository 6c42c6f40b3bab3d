// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/api/speech.h"

#include <QWidget>

#include <array>

class QLabel;

namespace orrery::speech {

/// Where the time goes between a sound and its unit on the screen, and how the units that were not settled fared. Each
/// number explains itself when hovered. Thread: interface.
class LiveFigures final : public QWidget
{
    Q_OBJECT

public:
    enum Figure
    {
        Device,
        Ring,
        Model,
        Paint,
        Context,
        Changed,
        Settling,
        Lost,
        Count,
    };

    explicit LiveFigures(QWidget *parent = nullptr);
    /// @param paintMs  from the entry of a unit to the frame that shows it
    void show(const StreamFeed::Update &figures, double paintMs);
    QString text(Figure figure) const;

private:
    std::array<QLabel *, Count> m_labels{};
};

} // namespace orrery::speech
