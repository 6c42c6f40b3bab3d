// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "orrery/playable.h"

namespace orrery::zero_shot {

class ClassifyPage;

/// Lets others play the page "Classify".
///
/// | Action | Takes |
/// |---|---|
/// | `picture` | a picture of the program's resources: "examples/fox.png" |
/// | `names` | the whole list |
/// | `addName`, `removeName` | one name |
/// | `measure` | "share", "none of these", "each alone", "cosine" |
/// | `temperature` | a number above 0, larger is flatter, or "own": the model's |
/// | `prompts` | a list, each with {} where the name goes; empty: the model's own |
/// | `view` | "rank", "vary", "matrix", "failures" |
///
/// Readings: `share` (unless only cosines are shown) and `cosine` of each name, `temperature` of the page.
/// Controls: picture, names, ranking, views, measure, temperature, prompts; the last three are in the inspector.
/// Thread: interface.
class ClassifyPlay final : public Playable
{
public:
    explicit ClassifyPlay(ClassifyPage &page) : m_page(page) {}

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
    void openPicture(const QString &path);

    ClassifyPage &m_page;
};

} // namespace orrery::zero_shot
