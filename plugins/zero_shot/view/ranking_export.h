// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "plugins/zero_shot/view/answer.h"

#include <QByteArray>
#include <QJsonObject>

namespace orrery::zero_shot {

/// All that is needed to put a ranking on screen again: picture, names, prompts, scoring, model, true name.
QJsonObject rankingRecipe(const Answer &answer, const QString &trueLabel);
/// Does the recipe come from this page?
bool isRankingRecipe(const QJsonObject &recipe);
/// The recipe that an item carries, or that stands in its PNG file; empty when there is none.
QJsonObject recipeOf(const Item &item);
/// The picture in a recipe; null when it holds none.
QImage recipePicture(const QJsonObject &recipe);

/// Comma-separated, with the recipe in a comment line at the top.
QByteArray rankingCsv(const Answer &answer, const QString &trueLabel);
/// A chart of the first names, with the recipe in its metadata.
QByteArray rankingSvg(const Answer &answer, const QString &trueLabel);
/// The same chart as pixels, with the recipe in a text chunk of the PNG.
QImage rankingImage(const Answer &answer, const QString &trueLabel, double scale = 2);

/// Writes what the ending of `path` says: .csv, .svg or .png. @return a sentence when it could not be written.
QString exportRanking(const Answer &answer, const QString &trueLabel, const QString &path);

} // namespace orrery::zero_shot
