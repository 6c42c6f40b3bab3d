// SPDX-License-Identifier: Apache-2.0
/// From embeddings to what is shown: plain arithmetic in a fixed order, no tensor. Thread: any.
/// Source: Radford et al. 2021, CLIP, figure 3 and section 3.1.4 (templates and their ensemble), arXiv:2103.00020.
#pragma once

#include "engine/api/clip.h"

#include <string>
#include <vector>

namespace orrery::clip {

/// For models whose folder brings no template of its own.
inline constexpr const char *kDefaultTemplate = "a photo of a {}";

/// @throws Exception{BadInput} unless every template holds "{}" exactly once.
void checkTemplates(const std::vector<std::string> &templates);
/// @throws Exception{BadInput} unless it is 0 or a positive, finite number.
void checkTemperature(double temperature);
/// @throws Exception{BadInput} naming the first label that is blank or stands twice.
void checkDistinct(const std::vector<std::string> &labels);

std::string fillTemplate(const std::string &promptTemplate, const std::string &label);

/// What to ask for as "anything" where a model has no list of names.
const std::vector<std::string> &genericNames();

/// The mean of unit vectors, at unit length again.
Embedding meanDirection(const std::vector<Embedding> &embeddings);
/// [templates][labels] → [labels]: the mean over templates, at unit length again.
std::vector<Embedding> ensemble(const std::vector<std::vector<Embedding>> &prompts);

struct Cosines
{
    std::vector<double> labels; ///< [labels], in [-1, 1]
    double none = 0;            ///< with "none of these"; 0 where it is not asked for
};
Cosines cosinesOf(const Embedding &picture, const std::vector<Embedding> &labels, const Embedding &none);

/// Numbers of the labels, in label order.
/// Sigmoid is every label against "none of these": sigmoid(scale × (cosine − cosine with none)).
std::vector<double> shares(const Cosines &cosines, Scoring scoring, double scale);

/// Best first; equal ones in label order. With Scoring::NoneOfThese, "none of these" is among them as label −1.
std::vector<RankedLabel> rank(const Cosines &cosines, Scoring scoring, double scale);

} // namespace orrery::clip
