// SPDX-License-Identifier: Apache-2.0
#include "engine/training/picture_checks/sign_reader.h"

#include "engine/training/picture_world/scene_parts.h"

#include <algorithm>
#include <cmath>

namespace orrery::training {

namespace {

constexpr int kSize = CheckedPicture::kSize;
constexpr int kRoom = 2; ///< pixels around a letter that must be free of ink

/// How far every pixel of the board is on its way from the board's colour to the ink's, in [0, 1].
std::vector<float> inkOf(const CheckedPicture &picture)
{
    const SignBoard board = SignBoard::of(kSize);
    std::array<float, 3> paint{};
    for (int c = 0; c < 3; ++c) {
        std::vector<float> values;
        for (int y = board.top + 2; y < board.top + board.height - 2; ++y)
            for (int x = board.left + 2; x < board.left + board.width - 2; ++x)
                values.push_back(picture.at(x, y)[c]);
        const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
        std::nth_element(values.begin(), middle, values.end());
        paint[c] = *middle;
    }
    std::vector<float> ink(kSize * kSize, 0);
    for (int y = board.top + 2; y < board.top + board.height - 2; ++y)
        for (int x = board.left + 2; x < board.left + board.width - 2; ++x) {
            const float *p = picture.at(x, y);
            ink[y * kSize + x] = std::min(1.0f, std::hypot(p[0] - paint[0], p[1] - paint[1], p[2] - paint[2]) / 0.6f);
        }
    return ink;
}

} // namespace

SignReader::SignReader()
{
    const SignBoard board = SignBoard::of(kSize);
    Layer layer;
    for (std::size_t length = 1; length <= kMostLetters; ++length) {
        std::vector<Slot> &slots = m_words.emplace_back();
        for (std::size_t k = 0; k < length; ++k) {
            const Placement placement = board.letter(k, length, kSize);
            const float half = 0.5f * placement.size * kSize * 40 / Layer::kSize; // letters are 40 of 64 dots wide
            Slot slot;
            slot.x0 = std::max(0, static_cast<int>(std::floor(placement.x * kSize - half)) - kRoom);
            slot.x1 = std::min(kSize, static_cast<int>(std::ceil(placement.x * kSize + half)) + kRoom);
            slot.y0 = board.top + 2;
            slot.y1 = board.top + board.height - 2;
            for (char letter = 'a'; letter <= 'z'; ++letter) {
                Canvas canvas(kSize);
                loadLetter(layer, letter, {1, 1, 1});
                canvas.draw(layer, placement);
                std::vector<float> &ink = slot.letters.emplace_back();
                for (int y = slot.y0; y < slot.y1; ++y)
                    for (int x = slot.x0; x < slot.x1; ++x)
                        ink.push_back(canvas.pixels[static_cast<std::size_t>(y * kSize + x) * 3]);
            }
            slots.push_back(std::move(slot));
        }
    }
}

std::string SignReader::read(const CheckedPicture &picture) const
{
    const std::vector<float> ink = inkOf(picture);
    double all = 0;
    for (const float value : ink)
        all += value * value;
    std::string best;
    double bestMissed = 0;
    for (const std::vector<Slot> &slots : m_words) {
        std::string word;
        double missed = all; // squared ink that the word does not explain
        for (const Slot &slot : slots) {
            char letter = 'a';
            double gain = -1e30;
            for (std::size_t l = 0; l < slot.letters.size(); ++l)
                for (const int dx : {-1, 0, 1})
                    for (const int dy : {-1, 0, 1}) {
                        double explained = 0;
                        std::size_t i = 0;
                        for (int y = slot.y0; y < slot.y1; ++y)
                            for (int x = slot.x0; x < slot.x1; ++x, ++i) {
                                const int px = x + dx;
                                const int py = y + dy;
                                const float seen =
                                    px < 0 || py < 0 || px >= kSize || py >= kSize ? 0 : ink[py * kSize + px];
                                const float left = seen - slot.letters[l][i];
                                explained += seen * seen - left * left;
                            }
                        if (explained > gain) {
                            gain = explained;
                            letter = static_cast<char>('a' + l);
                        }
                    }
            missed -= gain;
            word += letter;
        }
        if (best.empty() || missed < bestMissed) {
            best = word;
            bestMissed = missed;
        }
    }
    return best;
}

} // namespace orrery::training
