// SPDX-License-Identifier: Apache-2.0
#include "plugins/text_to_image/view/model_facts.h"

#include <QLocale>

namespace orrery::text_to_image {

namespace {
constexpr int kReadDelayMs = 150;
constexpr const char *kCodesModel = "picture-dvae"; // a part of picture-dalle; it reads no words

QStringList listOf(const std::vector<std::string> &words)
{
    QStringList list;
    for (const std::string &word : words)
        list.append(QString::fromStdString(word));
    return list;
}

bool isBuiltIn(const QString &model)
{
    return model == QLatin1String(generate::kTokensModel) || model == QLatin1String(generate::kDiffusionModel);
}
} // namespace

ModelFacts::ModelFacts(PluginHost &host, QObject *parent) : QObject(parent), m_host(host)
{
    m_delay.setSingleShot(true);
    m_delay.setInterval(kReadDelayMs);
    connect(&m_delay, &QTimer::timeout, this, &ModelFacts::ask);
    connect(&host, &PluginHost::modelCardsChanged, this, [this] { m_described.clear(); });
}

QList<ModelCard> ModelFacts::cards() const
{
    QList<ModelCard> cards;
    for (const ModelCard &card : m_host.modelCards())
        if (card.error.empty() && (isBuiltIn(QString::fromStdString(card.id)) ||
                                   (QString::fromStdString(card.task) == kDrawingTask && card.id != kCodesModel)))
            cards.append(card);
    return cards;
}

std::optional<ModelCard> ModelFacts::card(const QString &model) const
{
    for (const ModelCard &card : m_host.modelCards())
        if (QString::fromStdString(card.id) == model ||
            (!card.folder.empty() && QString::fromStdString(card.folder) == model))
            return card;
    return {};
}

bool ModelFacts::isMissing(const QString &model) const
{
    if (!isBuiltIn(model))
        return false;
    const std::optional<ModelCard> known = card(model);
    return !known || !known->error.empty();
}

const generate::DescribeResult *ModelFacts::describe(const QString &model)
{
    const auto found = m_described.constFind(model);
    if (found != m_described.constEnd())
        return *found ? &**found : nullptr;
    if (!m_awake || isMissing(model))
        return nullptr;
    m_described.insert(model, std::nullopt);
    ++m_open;
    JobOptions options;
    options.title = tr("Look at %1").arg(model).toStdString();
    m_host.submit(this, generate::kDescribe, generate::DescribeRequest{model.toStdString()}, std::move(options),
                  [this, model](const Result<generate::DescribeResult> &result) {
                      --m_open;
                      if (!result) {
                          m_described.remove(model); // asked again when it is needed again
                          return;
                      }
                      m_described.insert(model, *result);
                      Q_EMIT described(model);
                  });
    return nullptr;
}

Vocabulary ModelFacts::vocabulary(const QString &model)
{
    const generate::DescribeResult *facts = describe(model);
    if (!facts)
        return {};
    return {listOf(facts->nouns),     listOf(facts->colours), listOf(facts->counts),
            listOf(facts->relations), listOf(facts->styles),  listOf(facts->sizes)};
}

void ModelFacts::read(const QString &model, const QString &prompt)
{
    if (isMissing(model) || (model == m_model && prompt == m_prompt))
        return;
    m_model = model;
    m_prompt = prompt;
    if (m_awake)
        m_delay.start();
}

void ModelFacts::wake()
{
    if (m_awake)
        return;
    m_awake = true;
    Q_EMIT described({}); // whoever has asked may ask again
    if (!m_model.isEmpty())
        m_delay.start();
}

void ModelFacts::ask()
{
    const quint64 number = ++m_number;
    if (m_prompt.simplified().isEmpty()) {
        m_read = {};
        m_readPrompt.clear();
        Q_EMIT promptRead();
        return;
    }
    ++m_open;
    JobOptions options;
    options.title = tr("Read the prompt").toStdString();
    options.channel = "text_to_image.read";
    m_host.submit(this, generate::kReadPrompt,
                  generate::ReadPromptRequest{m_model.toStdString(), m_prompt.simplified().toStdString()},
                  std::move(options),
                  [this, number, prompt = m_prompt](const Result<generate::ReadPromptResult> &result) {
                      --m_open;
                      if (number != m_number)
                          return;
                      // What is wrong with the model is told where the pictures would be.
                      m_read = result ? *result : generate::ReadPromptResult{};
                      m_readPrompt = prompt;
                      Q_EMIT promptRead();
                  });
}

QString honestWords(const ModelCard &card)
{
    QStringList words;
    if (!card.summary.empty())
        words.append(QString::fromStdString(card.summary));
    if (card.knownNames > 0)
        words.append(ModelFacts::tr("Can draw %1 things.").arg(QLocale().toString(card.knownNames)));
    QStringList measures;
    for (const auto &[name, value] : card.measures)
        if (value >= 0 && value <= 1 && measures.size() < 4)
            measures.append(ModelFacts::tr("%1: right %2 times in 10")
                                .arg(QString::fromStdString(name), QLocale().toString(value * 10, 'f', 1)));
    if (!measures.isEmpty())
        words.append(measures.join(QStringLiteral("; ")) + u'.');
    return words.join(u' ');
}

} // namespace orrery::text_to_image
