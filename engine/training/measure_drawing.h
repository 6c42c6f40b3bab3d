// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/core/task.h"
#include "engine/models/step_pacer.h"
#include "engine/training/picture_checks/picture_checks.h"

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace orrery::training {

/// What a model is asked to draw.
struct DrawingOrder
{
    PromptSpec spec;
    std::uint64_t seed = 1; ///< of the first picture; the next ones count on
    int count = 1;
    bool scored = false;               ///< with the score by which pictures are ranked
    std::optional<double> temperature; ///< of models that draw token by token; none: the usual one
};
struct DrawnPicture
{
    CheckedPicture picture;
    std::optional<double> score;
};
/// Draws `count` pictures. Thread: engine.
using DrawPictures = std::function<Task<std::vector<DrawnPicture>>(DrawingOrder)>;

struct DrawingMeasureOptions
{
    int prompts = 1000; ///< held-out compositions, drawn uniformly by `seed`
    int best = 1;       ///< pictures of each; the best scored one is measured too
    std::uint64_t seed = 1;
    bool compositions = true;                 ///< colour, count, position
    bool fillings = true;                     ///< "in the shape of", "made of": a fifth of `prompts` each
    bool signs = true;                        ///< by length: a tenth of `prompts` each
    std::vector<double> temperatures = {1.0}; ///< of signs
};

/// Draws prompts with held-out pairs, has them drawn, and judges the pictures by plain checks.
///
/// Each composition's kind is drawn by lot (colour, count or position). Names of the measures:
/// - "noun": of all nouns that the prompts name, how many are there; "colour", "count" (both with the noun) and
///   "position" (with both nouns): of the prompts that say one. Of the first picture; with ", best of N" of the one
///   with the highest score.
/// - "in the shape of, noun", "in the shape of, shape", "made of, noun", "made of, shape".
/// - "sign of 3 letters", or with ", temperature 0.5" where several are asked for: the word is read right.
Task<std::vector<std::pair<std::string, double>>> measureDrawing(StepPacer &pace, const PictureChecks &checks,
                                                                 DrawPictures draw, DrawingMeasureOptions options);

/// Draws what is asked for without fail: the pictures that models learn from. Thread: any.
DrawPictures drawTruth(std::shared_ptr<const PromptScenes> scenes);

} // namespace orrery::training
