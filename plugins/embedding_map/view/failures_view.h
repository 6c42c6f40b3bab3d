// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "plugins/embedding_map/view/collection_shelf.h"
#include "plugins/embedding_map/view/map_run.h"

namespace orrery::embedding_map {

/// Something maps get wrong, ready to be looked at.
/// Source: Wattenberg, Viégas, Johnson 2016, How to Use t-SNE Effectively, doi:10.23915/distill.00002.
struct PreparedFailure
{
    QString id;    ///< "start"
    QString title; ///< "Another start, another picture"
    QString why;   ///< what to look at, and why it happens
    QString collection;
    MapParameters left, right; ///< two maps, side by side
};

QList<PreparedFailure> preparedFailures();

/// Points that the program makes up for them: groups whose sizes and distances are known, and noise.
Sources madeUpSources();

/// "Where it fails": three cards, each shows its failure with one click. Thread: interface.
class FailuresView final : public QWidget
{
    Q_OBJECT

public:
    explicit FailuresView(QWidget *parent = nullptr);

Q_SIGNALS:
    void chosen(const orrery::embedding_map::PreparedFailure &failure);
};

} // namespace orrery::embedding_map
