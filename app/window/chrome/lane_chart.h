// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/core/job.h"

#include <QWidget>

#include <vector>

namespace orrery {

/// The last minute of work: one row an urgency, a bar a job, pale while it waited.
class LaneChart : public QWidget
{
    Q_OBJECT
public:
    explicit LaneChart(QWidget *parent = nullptr);
    void setRecords(std::vector<JobRecord> records);

    static QString laneName(Lane lane);

private:
    void paintEvent(QPaintEvent *event) override;
    bool event(QEvent *event) override;
    struct Bar
    {
        QRectF waited, ran;
        std::size_t record;
    };
    std::vector<Bar> bars() const;
    double now() const;

    std::vector<JobRecord> m_records;
};

} // namespace orrery
