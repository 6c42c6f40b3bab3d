// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/core/job.h"

#include <QAbstractTableModel>
#include <QWidget>

#include <vector>

class QPushButton;
class QTableView;

namespace orrery {

class EngineService;
class LaneChart;

/// Jobs as rows, newest first.
class JobModel : public QAbstractTableModel
{
    Q_OBJECT
public:
    enum Column
    {
        Title,
        Urgency,
        State,
        Waited,
        Ran,
        Steps,
        LongestStep,
        Memory,
        ColumnCount,
    };
    using QAbstractTableModel::QAbstractTableModel;
    void setRecords(std::vector<JobRecord> records);
    const std::vector<JobRecord> &records() const { return m_records; }

    int rowCount(const QModelIndex &parent = {}) const override;
    int columnCount(const QModelIndex &parent = {}) const override;
    QVariant data(const QModelIndex &index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    std::vector<JobRecord> m_records;
};

/// Above the running-work bar: every job of this session, when it ran and how long, and Cancel.
class Timeline : public QWidget
{
    Q_OBJECT
public:
    explicit Timeline(EngineService &engine, QWidget *parent = nullptr);

Q_SIGNALS:
    void closeRequested();

private:
    void refresh();
    void showEvent(QShowEvent *event) override;

    EngineService &m_engine;
    JobModel *m_model;
    QTableView *m_table;
    LaneChart *m_chart;
    QPushButton *m_cancel;
};

} // namespace orrery
