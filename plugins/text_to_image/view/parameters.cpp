// SPDX-License-Identifier: Apache-2.0
#include "plugins/text_to_image/view/parameters.h"

#include "engine/files/sample_recipe.h"
#include "orrery/picture_source.h"

#include <QCoreApplication>
#include <QCryptographicHash>
#include <QJsonArray>
#include <QJsonDocument>

#include <algorithm>
#include <cmath>

namespace orrery::text_to_image {

namespace {

const QString kTokens = QStringLiteral("tokens");
const QString kDiffusion = QStringLiteral("diffusion");
const QString kGuidances[] = {QStringLiteral("none"), QStringLiteral("classifier-free"), QStringLiteral("clip")};

QString say(const char *text)
{
    return QCoreApplication::translate("TextToImage", text);
}

QByteArray digestOf(const QImage &image)
{
    if (image.isNull())
        return {};
    const QImage rgb = image.convertToFormat(QImage::Format_RGB32);
    QCryptographicHash hash(QCryptographicHash::Sha1);
    hash.addData(QByteArrayView(reinterpret_cast<const char *>(rgb.constBits()), rgb.sizeInBytes()));
    return hash.result().toHex();
}

} // namespace

QJsonObject toJson(const Parameters &p)
{
    QJsonArray keep;
    for (const int token : p.keepTokens)
        keep.append(token);
    return {{QStringLiteral("prompt"), p.prompt},
            {QStringLiteral("method"), p.method == generate::Method::Tokens ? kTokens : kDiffusion},
            {QStringLiteral("model"), p.model},
            {QStringLiteral("count"), p.count},
            // As text: a number of JSON has no room for all 64 bits.
            {QStringLiteral("seed"), QString::number(p.seed)},
            {QStringLiteral("guidance"), kGuidances[int(p.guidance)]},
            {QStringLiteral("scale"), p.scale},
            {QStringLiteral("temperature"), p.temperature},
            {QStringLiteral("topK"), p.topK},
            {QStringLiteral("topP"), p.topP},
            {QStringLiteral("drafts"), p.drafts},
            {QStringLiteral("scheduler"), p.scheduler},
            {QStringLiteral("steps"), p.steps},
            {QStringLiteral("negative"), p.negative},
            {QStringLiteral("strength"), p.strength},
            {QStringLiteral("fast"), p.fast},
            {QStringLiteral("rerank"), p.rerank},
            {QStringLiteral("keepTokens"), keep},
            {QStringLiteral("branchStep"), p.branchStep},
            {QStringLiteral("branchSeed"), QString::number(p.branchSeed)},
            {QStringLiteral("branchPrompt"), p.branchPrompt},
            {QStringLiteral("branchDraft"), p.branchDraft}};
}

Parameters parametersFrom(const QJsonObject &json, const Parameters &fallback)
{
    Parameters p = fallback;
    const auto text = [&](const char *name, QString *to) {
        if (const QJsonValue value = json.value(QLatin1String(name)); value.isString())
            *to = value.toString();
    };
    const auto number = [&](const char *name, auto *to, double least, double most) {
        const QJsonValue value = json.value(QLatin1String(name));
        if (value.isDouble() && std::isfinite(value.toDouble()) && value.toDouble() >= least &&
            value.toDouble() <= most)
            *to = static_cast<std::remove_pointer_t<decltype(to)>>(value.toDouble());
    };
    text("prompt", &p.prompt);
    text("model", &p.model);
    text("scheduler", &p.scheduler);
    text("negative", &p.negative);
    QString method, guidance;
    text("method", &method);
    if (method == kTokens || method == kDiffusion)
        p.method = method == kTokens ? generate::Method::Tokens : generate::Method::Diffusion;
    const auto seedOf = [&](const char *name, quint64 *to) {
        QString digits;
        text(name, &digits);
        bool right = false;
        if (const quint64 value = digits.toULongLong(&right); right)
            *to = value;
    };
    seedOf("seed", &p.seed);
    seedOf("branchSeed", &p.branchSeed);
    text("branchPrompt", &p.branchPrompt);
    number("branchStep", &p.branchStep, -1, 1000);
    number("branchDraft", &p.branchDraft, 0, generate::kMostDrafts - 1);
    if (const QJsonValue keep = json.value(QStringLiteral("keepTokens")); keep.isArray()) {
        p.keepTokens.clear();
        for (const QJsonValue &token : keep.toArray())
            p.keepTokens.append(token.toInt());
    }
    text("guidance", &guidance);
    for (int i = 0; i < 3; ++i)
        if (guidance == kGuidances[i])
            p.guidance = generate::Guidance(i);
    number("count", &p.count, 1, Parameters::kMostCount);
    number("scale", &p.scale, 0, 100);
    number("temperature", &p.temperature, 0, 100);
    number("topK", &p.topK, 0, 1'000'000);
    number("topP", &p.topP, 0, 1);
    number("drafts", &p.drafts, 0, generate::kMostDrafts);
    number("steps", &p.steps, 0, 1000);
    number("strength", &p.strength, 0.001, 1);
    const auto flag = [&](const char *name, bool *to) {
        if (const QJsonValue value = json.value(QLatin1String(name)); value.isBool())
            *to = value.toBool();
    };
    flag("rerank", &p.rerank);
    flag("fast", &p.fast);
    return p;
}

void beginWithNothing(Parameters &parameters)
{
    parameters.image = {};
    parameters.mask = {};
    parameters.keepTokens.clear();
    parameters.branchStep = -1;
    parameters.branchPrompt.clear();
    parameters.branchDraft = 0;
}

QString modelOf(const Parameters &parameters)
{
    if (!parameters.model.isEmpty())
        return parameters.model;
    return QLatin1String(parameters.method == generate::Method::Tokens ? generate::kTokensModel
                                                                       : generate::kDiffusionModel);
}

Parameters byDiffusion(Parameters parameters)
{
    if (parameters.method != generate::Method::Diffusion)
        parameters.model.clear();
    parameters.method = generate::Method::Diffusion;
    return parameters;
}

QString keyOf(const Parameters &parameters)
{
    Parameters p = parameters;
    const Parameters usual;
    p.model = modelOf(p);
    p.prompt = p.prompt.simplified();
    if (p.method == generate::Method::Tokens) {
        p.scheduler.clear();
        p.steps = usual.steps;
        p.negative.clear();
        p.branchStep = -1;
        if (p.guidance == generate::Guidance::Clip)
            p.guidance = generate::Guidance::ClassifierFree;
    } else {
        p.temperature = usual.temperature;
        p.topK = usual.topK;
        p.topP = usual.topP;
        p.keepTokens.clear();
    }
    if (p.branchStep < 0) {
        p.branchSeed = usual.branchSeed;
        p.branchPrompt.clear();
        p.branchDraft = usual.branchDraft;
    }
    if (p.image.isNull())
        p.strength = usual.strength;
    QJsonObject json = toJson(p);
    json.insert(QStringLiteral("image"), QString::fromLatin1(digestOf(p.image)));
    json.insert(QStringLiteral("mask"), QString::fromLatin1(p.image.isNull() ? QByteArray() : digestOf(p.mask)));
    return QString::fromUtf8(QJsonDocument(json).toJson(QJsonDocument::Compact));
}

generate::GenerateRequest toRequest(const Parameters &p)
{
    generate::GenerateRequest request;
    request.model = modelOf(p).toStdString();
    request.prompt = p.prompt.simplified().toStdString();
    request.count = p.count;
    request.seed = p.seed;
    request.guidance = p.guidance;
    request.scale = p.scale;
    request.drafts = p.drafts;
    request.rerank = p.rerank;
    request.precision = p.fast ? Precision::Fast : Precision::Exact;
    request.watch = true;
    if (p.method == generate::Method::Tokens) {
        request.temperature = p.temperature;
        request.topK = p.topK;
        request.topP = p.topP;
        request.keepTokens.assign(p.keepTokens.begin(), p.keepTokens.end());
        if (p.guidance == generate::Guidance::Clip)
            request.guidance = generate::Guidance::ClassifierFree;
    } else {
        request.scheduler = p.scheduler.toStdString();
        request.steps = p.steps;
        if (p.branchStep >= 0)
            request.branch =
                generate::Branch{p.branchStep, p.branchSeed, p.branchPrompt.simplified().toStdString(), p.branchDraft};
        if (p.guidance == generate::Guidance::ClassifierFree)
            request.negative = p.negative.simplified().toStdString();
        if (!p.image.isNull()) {
            request.image.pixels = toPicture(p.image);
            request.strength = p.strength;
            if (!p.mask.isNull())
                request.mask.pixels = toPicture(p.mask);
        }
    }
    return request;
}

Parameters fromRequest(const generate::GenerateRequest &request)
{
    Parameters p;
    p.model = QString::fromStdString(request.model);
    // A model of one's own does not say by its name which way it draws; what only one of them is told does.
    const generate::GenerateRequest plain;
    const bool told = request.temperature != generate::kUnsaidTemperature || request.topK != plain.topK ||
                      request.topP != plain.topP || !request.keepTokens.empty();
    p.method = request.model == generate::kTokensModel || (told && request.model != generate::kDiffusionModel)
                   ? generate::Method::Tokens
                   : generate::Method::Diffusion;
    if (modelOf({.method = p.method}) == p.model)
        p.model.clear();
    p.prompt = QString::fromStdString(request.prompt);
    p.count = std::clamp(request.count, 1, Parameters::kMostCount);
    p.seed = request.seed;
    p.guidance = request.guidance;
    p.scale = request.scale;
    if (p.method == generate::Method::Tokens) // of the other nothing is told
        p.temperature = request.temperature;
    p.topK = request.topK;
    p.topP = request.topP;
    p.drafts = request.drafts;
    p.scheduler = QString::fromStdString(request.scheduler);
    p.steps = request.steps;
    p.negative = QString::fromStdString(request.negative);
    p.strength = request.strength;
    p.rerank = request.rerank;
    p.fast = request.precision == Precision::Fast;
    p.keepTokens = QList<int>(request.keepTokens.begin(), request.keepTokens.end());
    if (request.branch) {
        p.branchStep = request.branch->step;
        p.branchSeed = request.branch->seed;
        p.branchPrompt = QString::fromStdString(request.branch->prompt);
        p.branchDraft = request.branch->draft;
    }
    if (!request.image.pixels.empty())
        p.image = toImage(request.image.pixels);
    if (!request.mask.pixels.empty())
        p.mask = toImage(request.mask.pixels);
    return p;
}

QString titleOf(generate::Method method)
{
    return method == generate::Method::Tokens ? say("Tokens") : say("Diffusion");
}

QString titleOf(generate::Guidance guidance)
{
    switch (guidance) {
    case generate::Guidance::None:
        return say("None");
    case generate::Guidance::ClassifierFree:
        return say("Classifier-free");
    case generate::Guidance::Clip:
        return say("By CLIP");
    }
    return {};
}

} // namespace orrery::text_to_image
