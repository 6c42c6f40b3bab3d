// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/api/training.h"
#include "engine/core/engine_scope.h"
#include "engine/core/task.h"

#include <string>
#include <vector>

namespace orrery::training {

/// Body of the job `training.evaluate`: what a card states, measured through the same path that users take.
///
/// - "drawings top-1", "drawings top-5": drawings of `labels.csv` among all names of `all_labels.txt`, with the model's
///   own templates; "chance top-1", "chance top-5".
/// - "familiarity false alarms": share of those drawings below the threshold; "photographs flagged": share of the
///   photographs below it.
/// - "caption recall@1": held-out compositions, the right one among 100 captions; "chance recall@1".
///
/// Models that draw are measured by evaluateDrawing.
Task<EvaluateResult> evaluate(EngineScope &scope, EvaluateRequest request);

/// A drawing and its name.
struct LabelledDrawing
{
    std::string file;
    std::string label;
};
/// Reads `labels.csv` (a header line, then file,label; a label may stand in quotes).
/// @throws Exception{NotFound, BadInput} naming file and line.
std::vector<LabelledDrawing> readLabels(const std::string &folder);

} // namespace orrery::training
