// SPDX-License-Identifier: Apache-2.0
#include "app/window/chrome/timeline.h"

#include "app/host/engine_service.h"
#include "app/window/chrome/lane_chart.h"
#include "widgets/theme/theme.h"

#include <QHeaderView>
#include <QLabel>
#include <QLocale>
#include <QPushButton>
#include <QTableView>
#include <QToolButton>
#include <QVBoxLayout>

#include <algorithm>

namespace orrery {

namespace {

QString stateName(const JobRecord &record)
{
    switch (record.state) {
    case JobState::Waiting:
        return JobModel::tr("Waiting");
    case JobState::Running:
        return record.progress.fraction >= 0 ? JobModel::tr("%1 %").arg(qRound(record.progress.fraction * 100))
                                             : JobModel::tr("Running");
    case JobState::Done:
        return JobModel::tr("Done");
    case JobState::Failed:
        return JobModel::tr("Failed");
    case JobState::Cancelled:
        return JobModel::tr("Cancelled");
    case JobState::Replaced:
        return JobModel::tr("Replaced by a newer one");
    }
    return {};
}

QString duration(double ms)
{
    return ms < 10000 ? JobModel::tr("%1 ms").arg(QLocale().toString(ms, 'f', ms < 10 ? 1 : 0))
                      : JobModel::tr("%1 s").arg(QLocale().toString(ms / 1000, 'f', 1));
}

} // namespace

void JobModel::setRecords(std::vector<JobRecord> records)
{
    std::reverse(records.begin(), records.end());
    if (m_records.empty() || records.empty()) {
        beginResetModel();
        m_records = std::move(records);
        endResetModel();
        return;
    }
    // Row by row, by falling numbers, so that what is selected stays selected while other work comes and goes.
    const auto remove = [this](std::size_t row) {
        beginRemoveRows({}, int(row), int(row));
        m_records.erase(m_records.begin() + std::ptrdiff_t(row));
        endRemoveRows();
    };
    std::size_t row = 0;
    for (const JobRecord &record : records) {
        while (row < m_records.size() && m_records[row].id > record.id)
            remove(row);
        if (row == m_records.size() || m_records[row].id < record.id) {
            beginInsertRows({}, int(row), int(row));
            m_records.insert(m_records.begin() + std::ptrdiff_t(row), record);
            endInsertRows();
        }
        ++row;
    }
    while (row < m_records.size())
        remove(row);
    m_records = std::move(records);
    Q_EMIT dataChanged(index(0, 0), index(rowCount() - 1, ColumnCount - 1));
}

int JobModel::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : int(m_records.size());
}

int JobModel::columnCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : ColumnCount;
}

QVariant JobModel::data(const QModelIndex &index, int role) const
{
    if (!index.isValid())
        return {};
    const JobRecord &record = m_records[std::size_t(index.row())];
    if (role == Qt::TextAlignmentRole && index.column() >= Waited)
        return int(Qt::AlignRight | Qt::AlignVCenter);
    if (role == Qt::ToolTipRole)
        return record.error.empty() ? QString::fromStdString(record.type) : QString::fromStdString(record.error);
    if (role != Qt::DisplayRole)
        return {};
    switch (index.column()) {
    case Title:
        return QString::fromStdString(record.title.empty() ? record.type : record.title);
    case Urgency:
        return LaneChart::laneName(record.lane);
    case State:
        return stateName(record);
    case Waited:
        return duration(record.queueMs);
    case Ran:
        return duration(record.runMs);
    case Steps:
        return QLocale().toString(qulonglong(record.steps));
    case LongestStep:
        return duration(record.longestStepMs);
    case Memory:
        return record.peakBytes ? QLocale().formattedDataSize(qint64(record.peakBytes)) : QString();
    default:
        return {};
    }
}

QVariant JobModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal)
        return {};
    if (role == Qt::TextAlignmentRole)
        return int((section >= Waited ? Qt::AlignRight : Qt::AlignLeft) | Qt::AlignVCenter);
    if (role != Qt::DisplayRole)
        return {};
    static const char *const names[] = {QT_TR_NOOP("Work"),         QT_TR_NOOP("Urgency"), QT_TR_NOOP("State"),
                                        QT_TR_NOOP("Waited"),       QT_TR_NOOP("Ran"),     QT_TR_NOOP("Steps"),
                                        QT_TR_NOOP("Longest step"), QT_TR_NOOP("Memory")};
    return tr(names[section]);
}

Timeline::Timeline(EngineService &engine, QWidget *parent) : QWidget(parent), m_engine(engine)
{
    setObjectName(QStringLiteral("timeline"));
    setAttribute(Qt::WA_StyledBackground);
    auto *title = new QLabel(tr("Work"), this);
    title->setProperty("look", "heading");
    m_cancel = new QPushButton(tr("Cancel selected"), this);
    m_cancel->setAccessibleName(tr("Cancel the selected work"));
    auto *close = new QToolButton(this);
    close->setIcon(Theme::instance().icon(QStringLiteral("close")));
    close->setAccessibleName(tr("Close the timeline"));
    close->setToolTip(tr("Close (Esc)"));
    close->setFocusPolicy(Qt::StrongFocus);
    auto *bar = new QHBoxLayout;
    bar->addWidget(title);
    bar->addStretch();
    bar->addWidget(m_cancel);
    bar->addWidget(close);

    m_chart = new LaneChart(this);
    m_model = new JobModel(this);
    m_table = new QTableView(this);
    // Before the table hears of it, which would choose the neighbour: Cancel would meet work that nobody chose.
    connect(m_model, &QAbstractItemModel::rowsAboutToBeRemoved, this, [this](const QModelIndex &, int first, int last) {
        if (const int row = m_table->currentIndex().row(); row >= first && row <= last)
            m_table->selectionModel()->clear();
    });
    m_table->setModel(m_model);
    m_table->setAccessibleName(tr("All work of this session"));
    m_table->setSelectionBehavior(QAbstractItemView::SelectRows);
    m_table->setSelectionMode(QAbstractItemView::SingleSelection);
    m_table->setShowGrid(false);
    m_table->setTabKeyNavigation(false);
    m_table->verticalHeader()->hide();
    m_table->verticalHeader()->setDefaultSectionSize(Theme::instance().px(28));
    m_table->horizontalHeader()->setSectionResizeMode(QHeaderView::ResizeToContents);
    m_table->horizontalHeader()->setSectionResizeMode(JobModel::Title, QHeaderView::Stretch);
    m_table->horizontalHeader()->setHighlightSections(false);
    m_table->horizontalHeader()->setFocusPolicy(Qt::NoFocus);

    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(16, 8, 16, 8);
    column->setSpacing(8);
    column->addLayout(bar);
    column->addWidget(m_chart);
    column->addWidget(m_table, 1);
    setFixedHeight(Theme::instance().px(280));

    const auto enableCancel = [this] {
        const int row = m_table->currentIndex().row();
        const auto &records = m_model->records();
        m_cancel->setEnabled(row >= 0 && row < int(records.size()) &&
                             (records[std::size_t(row)].state == JobState::Running ||
                              records[std::size_t(row)].state == JobState::Waiting));
    };
    connect(m_table->selectionModel(), &QItemSelectionModel::currentRowChanged, this, enableCancel);
    connect(m_model, &QAbstractItemModel::dataChanged, this, enableCancel);
    connect(m_model, &QAbstractItemModel::modelReset, this, enableCancel);
    enableCancel();
    connect(m_cancel, &QPushButton::clicked, this, [this] {
        if (const int row = m_table->currentIndex().row(); row >= 0)
            m_engine.cancel(m_model->records()[std::size_t(row)].id);
    });
    connect(close, &QToolButton::clicked, this, &Timeline::closeRequested);
    connect(&engine, &EngineService::recordsChanged, this, &Timeline::refresh);
}

void Timeline::refresh()
{
    if (!isVisible())
        return;
    std::vector<JobRecord> records = m_engine.records();
    m_chart->setRecords(records);
    m_model->setRecords(std::move(records));
}

void Timeline::showEvent(QShowEvent *event)
{
    QWidget::showEvent(event);
    refresh();
}

} // namespace orrery
