// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/training/picture_world/captions.h"
#include "engine/training/picture_world/painter.h"
#include "engine/training/picture_world/picture_world.h"

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace orrery::training {

/// One training example.
struct Example
{
    std::vector<std::uint8_t> picture; ///< RGB planes, `[3, size, size]`
    int name = -1;                     ///< the drawing's name; -1 for a scene
    std::string caption;
};

/// Makes pictures with captions out of Picture World. What it makes depends on (seed, index) alone.
/// Thread: any; immutable after construction, so several threads may share one.
class Composer
{
public:
    explicit Composer(std::shared_ptr<const PictureWorld> world, std::uint64_t seed = 1);

    const PictureWorld &world() const { return *m_world; }

    /// A single drawing, large, mostly on white, strongly augmented: in another hand, other colours, bent, blurred.
    /// @param size  edge of the picture, at most 64.
    Example drawing(std::uint64_t index, int size) const;
    /// The same before it was blurred and before a sensor's grain came over it.
    Example cleanDrawing(std::uint64_t index, int size) const;
    /// The same with a chosen name, and by a chosen artist where `artist` ≥ 0.
    Example drawing(std::uint64_t index, int size, int name, int artist) const;

    enum class Pairs
    {
        Training, ///< never a pair for which isHeldOut holds
        HeldOut,  ///< only such pairs
    };
    /// A composition with its caption.
    Example scene(std::uint64_t index, int size, Pairs pairs) const;

    /// What to call a name in training: one of the templates around it, now and then its keywords instead.
    std::string nameText(Random &random, int name) const;

    /// Keywords of a name that no more than one other name shares.
    const std::vector<std::string> &synonyms(int name) const { return m_synonyms[name]; }

    /// The words of a scene without its picture.
    SceneSpec sceneSpec(Random &random, Pairs pairs) const;

private:
    enum class Wear
    {
        No,
        Yes,
    };
    Example drawing(std::uint64_t index, int size, int name, int artist, Wear worn) const;
    int nameByLot(std::uint64_t index) const;
    int pickSprite(Random &random, int name) const;
    void loadNoun(Layer &layer, Random &random, int name) const;
    void paintScene(Canvas &canvas, const SceneSpec &spec, Random &random) const;
    void paintTwoNouns(Canvas &canvas, const SceneSpec &spec, Random &random) const;
    void paintFilled(Canvas &canvas, const SceneSpec &spec, Random &random) const;
    static void paintSign(Canvas &canvas, const std::string &word, Random &random);

    std::shared_ptr<const PictureWorld> m_world;
    std::uint64_t m_seed;
    std::vector<int> m_colourArtists;
    std::vector<int> m_lineArtists;
    std::vector<std::vector<std::string>> m_synonyms; ///< of each name: keywords that few names share
    std::vector<int> m_nouns;                         ///< names that scenes speak of: things, not arrows and symbols
};

} // namespace orrery::training
