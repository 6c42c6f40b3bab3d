// SPDX-License-Identifier: Apache-2.0
#include "engine/training/babble/row_trainer.h"

#include <algorithm>

namespace orrery::training {

RowTrainer::RowTrainer(RowOptions options, Weights fresh, at::Device device)
    : Trainer(options, std::move(fresh), device), m_rows(options)
{}

std::int64_t RowTrainer::smallBatches() const
{
    return (m_rows.batch + m_rows.microBatch - 1) / m_rows.microBatch;
}

std::int64_t RowTrainer::begun() const
{
    return step() * smallBatches() + m_small;
}

Trainer::Pass RowTrainer::begin()
{
    const std::int64_t from = m_small++ * m_rows.microBatch;
    const Rows rows{.count = std::min(m_rows.microBatch, m_rows.batch - from), .first = step() * m_rows.batch + from};
    Pass pass = begin(rows);
    pass.share = static_cast<double>(rows.count) / static_cast<double>(m_rows.batch);
    pass.examples = rows.count;
    return pass;
}

} // namespace orrery::training
