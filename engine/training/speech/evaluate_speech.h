// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/api/training.h"
#include "engine/core/engine_scope.h"
#include "engine/core/task.h"

#include <string>

namespace orrery::training {

/// Whether a model of this type listens, and is measured by evaluateSpeech.
bool isListeningType(const std::string &type);

/// Body of `training.evaluate` for models whose frames become units, beside units of mel-frequency cepstra, which
/// papers compare with; both through the job that everybody's units come from.
///
/// - "phone purity", "cluster purity", "PNMI" of a hundred units, "PNMI 50", "PNMI 200" where there are such codebooks,
///   and "cepstra PNMI", "cepstra phone purity": on utterances of `data` by voices that training left out.
/// - With a CTC head that reads phones, "phone error": edits per phone said that its greedy reading needs.
/// - With a quantizer, of its codes, all groups' together being one unit: "code PNMI", "code phone purity", "codes in
///   use" (how many different ones were met) and "code perplexity" of one group, the mean over groups. There are many
///   more codes than units, and both figures rise with their number.
/// - "digits", "cepstra digits": share of the recordings DIGIT_SPEAKER_TAKE of `digits` whose nearest recording by
///   another speaker, by edit distance of units, is the same digit. Chance is one in ten.
Task<EvaluateResult> evaluateSpeech(EngineScope &scope, EvaluateRequest request);

} // namespace orrery::training
