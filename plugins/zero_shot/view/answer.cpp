// SPDX-License-Identifier: Apache-2.0
#include "plugins/zero_shot/view/answer.h"

#include <QCoreApplication>

namespace orrery::zero_shot {

std::vector<std::string> toStrings(const QStringList &texts)
{
    std::vector<std::string> strings;
    strings.reserve(static_cast<std::size_t>(texts.size()));
    for (const QString &text : texts)
        strings.push_back(text.toStdString());
    return strings;
}

QStringList toQStrings(const std::vector<std::string> &texts)
{
    QStringList strings;
    strings.reserve(static_cast<qsizetype>(texts.size()));
    for (const std::string &text : texts)
        strings.append(QString::fromStdString(text));
    return strings;
}

clip::ClassifyRequest toRequest(const QString &model, const Question &question, std::vector<PictureSource> pictures,
                                bool perTemplate)
{
    clip::ClassifyRequest request;
    request.model = model.toStdString();
    request.pictures = std::move(pictures);
    request.labels = toStrings(question.labels);
    request.templates = toStrings(question.templates);
    request.scoring = question.scoring;
    request.temperature = question.temperature;
    request.perTemplate = perTemplate;
    return request;
}

Answer toAnswer(const Question &question, const clip::ClassifyResult &result, std::size_t picture)
{
    Answer answer;
    answer.question = question;
    answer.prompts = question.templates;
    answer.model = QString::fromStdString(result.model);
    answer.unknownWords = toQStrings(result.unknownWords);
    for (const std::vector<std::string> &known : result.nearestKnown)
        answer.nearestKnown.append(toQStrings(known));
    answer.logitScale = result.logitScale;
    answer.familiarThreshold = result.familiarThreshold;
    if (picture >= result.pictures.size()) {
        answer.pictureError =
            QCoreApplication::translate("ZeroShot", "%1: no answer came back for it").arg(question.item.name);
        return answer;
    }
    const clip::ClassifiedPicture &classified = result.pictures[picture];
    answer.pictureError = QString::fromStdString(classified.error);
    answer.familiarity = classified.familiarity;
    answer.ranking.measure = question.scoring == clip::Scoring::Cosine    ? Ranking::Measure::CosineOnly
                             : question.scoring == clip::Scoring::Sigmoid ? Ranking::Measure::Independent
                                                                          : Ranking::Measure::Share;
    answer.ranking.unknownWords = answer.unknownWords;
    answer.ranking.entries.reserve(static_cast<qsizetype>(classified.ranking.size()));
    for (const clip::RankedLabel &ranked : classified.ranking) {
        const QString label = ranked.label < 0 ? QCoreApplication::translate("ZeroShot", "none of these")
                                               : question.labels.value(ranked.label);
        answer.ranking.entries.append({label, ranked.probability, ranked.cosine});
    }
    for (const std::vector<double> &shares : classified.perTemplate)
        answer.perTemplate.append(QList<double>(shares.begin(), shares.end()));
    return answer;
}

} // namespace orrery::zero_shot
