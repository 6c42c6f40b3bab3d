// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/core/engine_scope.h"
#include "engine/core/task.h"
#include "engine/training/drawing/picture_codes.h"
#include "engine/training/picture_world/prompt_scenes.h"

#include <ATen/core/Tensor.h>

#include <memory>
#include <vector>

namespace orrery::training {

/// What picture codes look like, with light and shade on one side and colour on the other.
///
/// A code of picture-dvae says both at once, and its vector mixes them: a fox's ear in green is not the ear in red plus
/// a step from red to green (codes chosen so have a cosine of 0.96 to the right ones, those chosen by what is made
/// here 0.98). So nouns are painted in every colour that training shows them in. One piece of a drawing is then a row
/// of one code a colour; a few numbers explain the row best, whatever colours are missing in it (principal components,
/// fitted to the colours that are there), and each code gets the mean of the rows in which it stands.
/// Thread: engine. Each call is a slice of a job.
class CodeLooks
{
public:
    /// @param codebook  float [K, C]
    explicit CodeLooks(const at::Tensor &codebook);

    /// The codes of one thing in every colour. @param codes  int64 [colours, G · G], on the CPU; the first cell of each
    /// is ground  @param isShown  [colours]: whether training shows it so; what it does not show is not looked at
    void add(const at::Tensor &codes, std::vector<bool> isShown);
    /// What explains rows. @return false when too few things are shown in all colours
    bool fit();
    std::size_t things() const { return m_things.size(); }
    /// Of one thing, once fit() was true.
    void explain(std::size_t thing);
    /// When all are explained: float [K, F]: light and shade, each number about 1 or less, then the share of each
    /// colour in all times the code was met.
    at::Tensor looks() const;

private:
    struct Thing
    {
        at::Tensor codes; ///< int64 [rows, colours]: cells that belong to it, not to the ground
        std::vector<bool> isShown;
        at::Tensor numbers; ///< double [rows, kNumbers]
    };
    at::Tensor vectorsOf(const Thing &thing) const;

    at::Tensor m_codebook; ///< double [K, C]
    std::vector<Thing> m_things;
    at::Tensor m_mean;  ///< double [colours · C]
    at::Tensor m_basis; ///< double [colours · C, kNumbers]: row − mean ≈ basis · numbers
    at::Tensor m_sizes; ///< double [kNumbers]: how much each number changes, beside the first
};

/// The looks of the codes with which `scenes` are written. @param codes  must outlive the task
/// @return float [K, F]; [K, 0] where too few things are shown in all colours
Task<at::Tensor> codeLooks(EngineScope &scope, std::shared_ptr<const PromptScenes> scenes, const PictureCodes &codes);

} // namespace orrery::training
