// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "orrery/playable.h"

namespace orrery::text_to_image {

class GeneratePage;

/// Lets others play the page "Generate".
///
/// | Action | Takes |
/// |---|---|
/// | `prompt` | the whole prompt |
/// | `method` | "tokens", "diffusion" |
/// | `count` | how many pictures, 1 to 16 |
/// | `seed` | a whole number |
/// | `scale` | of guidance, above 0, larger follows the prompt more closely, or "own": the model's |
/// | `temperature` | of tokens, above 0, larger is bolder |
/// | `steps` | of diffusion, 1 to 1000, or "own" |
/// | `rerank` | true: CLIP scores the pictures, and the best comes first |
/// | `inside` | number of a picture, from 1, to be looked into; 0: all of them again |
/// | `view` | "pictures", "duel", "audit", "queue", "failures" |
///
/// Readings: `score` of each picture ("picture 1"), where CLIP scored it; `pictures` of the page, and of the duel
/// `score` of each lane ("duel none", "duel classifier-free", "duel clip").
/// Controls: prompt, chips, draw, pictures, views, method, count, scale, temperature, steps, seed, rerank; those from
/// method on are in the inspector. Thread: interface.
class GeneratePlay final : public Playable
{
public:
    explicit GeneratePlay(GeneratePage &page) : m_page(page) {}

    QStringList actions() const override;
    QString refusal(const QString &action, const QJsonValue &value) const override;
    void act(const QString &action, const QJsonValue &value) override;
    bool settled() const override;
    QString trouble() const override;
    Readings readings() const override;
    void showReadings(const Readings &readings) override;
    QString numberText(const QString &quantity, double value) const override;
    QStringList controls() const override;
    QWidget *control(const QString &name) const override;
    QJsonObject view() const override;
    void setView(const QJsonObject &view) override;

private:
    GeneratePage &m_page;
    Readings m_shown; ///< instead of its own
    QString m_shownFor;
};

} // namespace orrery::text_to_image
