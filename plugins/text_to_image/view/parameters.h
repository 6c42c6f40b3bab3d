// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/api/generate.h"

#include <QImage>
#include <QJsonObject>
#include <QList>
#include <QString>

#include <optional>

namespace orrery::text_to_image {

/// Everything that decides what is drawn. A value.
struct Parameters
{
    QString prompt;
    generate::Method method = generate::Method::Diffusion;
    QString model; ///< id or path; empty: the built-in one of the method
    int count = kCount;
    quint64 seed = 1;
    generate::Guidance guidance = generate::Guidance::ClassifierFree;
    double scale = 0; ///< of guidance; larger follows the prompt more closely; 0: the model's own
    int drafts = 0;   ///< of each picture, and the best by the model itself is kept; 0: the model's own number
    double temperature = generate::kUsualTemperature; ///< tokens; larger is bolder
    int topK = 0;                                     ///< tokens; only the K likeliest; 0: all
    double topP = 1;                                  ///< tokens; only the likeliest that sum to this
    QString scheduler;                                ///< diffusion; empty: the model's own
    int steps = 0;                                    ///< diffusion; more is finer and slower; 0: the model's own
    QString negative;                                 ///< diffusion; what to stay away from
    double strength = 0.6;                            ///< of beginning with a picture; larger keeps less of it
    bool fast = false;                                ///< coarser numbers (Precision::Fast)
    bool rerank = false;                              ///< CLIP scores every picture, and the best comes first
    QImage image;                                     ///< to begin with; null: noise
    QImage mask;                                      ///< white is made anew; null: all of it
    QList<int> keepTokens;                            ///< tokens; the first ones, taken from another picture
    int branchStep = -1; ///< diffusion; from here on it goes another way; −1: it does not
    quint64 branchSeed = 1;
    QString branchPrompt; ///< empty: the same
    int branchDraft = 0;  ///< the one that it leaves

    static constexpr int kCount = 4, kMostCount = 16;

    bool operator==(const Parameters &) const = default;
};

/// All fields by name but the pictures.
QJsonObject toJson(const Parameters &parameters);
/// Fields that are missing or make no sense keep what `fallback` has.
Parameters parametersFrom(const QJsonObject &json, const Parameters &fallback = {});
/// Neither a picture nor a part of one.
void beginWithNothing(Parameters &parameters);
/// Which model draws.
QString modelOf(const Parameters &parameters);
/// The same drawn by diffusion: by the built-in model, where tokens were to write it.
Parameters byDiffusion(Parameters parameters);
/// Two parameters with the same key make the same pictures.
QString keyOf(const Parameters &parameters);

/// What the engine is asked; every look and token is reported.
generate::GenerateRequest toRequest(const Parameters &parameters);
/// The same the other way, for recipes.
Parameters fromRequest(const generate::GenerateRequest &request);

QString titleOf(generate::Method method);
QString titleOf(generate::Guidance guidance);

} // namespace orrery::text_to_image
