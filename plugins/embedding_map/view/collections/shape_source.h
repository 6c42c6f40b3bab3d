// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "plugins/embedding_map/view/collections/kept_source.h"

namespace orrery {

/// Points that a formula makes, in a moment.
class ShapeSource final : public KeptSource
{
    Q_OBJECT
public:
    ShapeSource(const QString &id, const QString &title, const QString &summary, MapCollection (*make)())
        : KeptSource(id, title), m_summary(summary), m_make(make)
    {}
    QString summary() const override { return m_summary; }

protected:
    void begin() override;

private:
    QString m_summary;
    MapCollection (*m_make)();
};

} // namespace orrery
