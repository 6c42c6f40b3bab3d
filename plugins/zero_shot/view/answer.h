// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/api/clip.h"
#include "orrery/item.h"
#include "widgets/ranking/ranking.h"

#include <optional>

namespace orrery::zero_shot {

/// What one picture was ranked against, and how.
struct Question
{
    Item item;
    QStringList labels;
    QStringList templates; ///< empty: the model's own
    clip::Scoring scoring = clip::Scoring::Softmax;
    double temperature = 0; ///< 0: the model's own
};

/// What came back for it, in the terms of the page.
struct Answer
{
    Question question;
    QString model;
    Ranking ranking;
    QString pictureError; ///< not empty: this picture could not be used, and there is no ranking
    std::optional<double> familiarity;
    double familiarThreshold = 0;
    QStringList unknownWords;
    QList<QStringList> nearestKnown;  ///< for every unknown word
    QStringList prompts;              ///< [templates] those in use, also when they are the model's own
    QList<QList<double>> perTemplate; ///< [templates][labels] shares, in the order of Question::labels
    double logitScale = 0;

    /// Is the picture unlike what the model learned from?
    bool unfamiliar() const { return familiarity && familiarThreshold > 0 && *familiarity < familiarThreshold; }
    /// The temperature in use, also when it is the model's own; 0 while that is not known.
    double temperature() const
    {
        return question.temperature > 0 ? question.temperature : logitScale > 0 ? 1 / logitScale : 0;
    }
};

/// @param picture  which one of the result.
Answer toAnswer(const Question &question, const clip::ClassifyResult &result, std::size_t picture);

/// The engine's form of a question about several pictures.
clip::ClassifyRequest toRequest(const QString &model, const Question &question, std::vector<PictureSource> pictures,
                                bool perTemplate);

std::vector<std::string> toStrings(const QStringList &texts);
QStringList toQStrings(const std::vector<std::string> &texts);

} // namespace orrery::zero_shot
