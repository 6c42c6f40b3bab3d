// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "orrery/plugin_host.h"
#include "plugins/text_to_image/view/parameters.h"
#include "plugins/text_to_image/view/sentence.h"

#include <QHash>
#include <QTimer>

namespace orrery::text_to_image {

/// Task of the cards of models that draw.
inline const QString kDrawingTask = QStringLiteral("text to image");

/// What the engine knows of models that draw, and what they make of a prompt. Thread: interface.
class ModelFacts final : public QObject
{
    Q_OBJECT

public:
    explicit ModelFacts(PluginHost &host, QObject *parent = nullptr);

    /// Asks the engine nothing before this: a model is not loaded for a page that nobody looks at.
    void wake();

    /// Cards of models that draw and can be used, built-in ones first.
    QList<ModelCard> cards() const;
    /// The card of a model; nothing when it has none (a folder, a file, or not installed).
    std::optional<ModelCard> card(const QString &model) const;
    /// A built-in model whose card is not there.
    bool isMissing(const QString &model) const;

    /// What can be asked of a model; nothing until `described`. Asks the engine once.
    const generate::DescribeResult *describe(const QString &model);
    Vocabulary vocabulary(const QString &model);

    /// Asks what the model makes of a prompt, when nothing else was asked for a moment.
    void read(const QString &model, const QString &prompt);
    /// The newest answer.
    const generate::ReadPromptResult &readPrompt() const { return m_read; }
    /// The prompt that it is about.
    QString readOf() const { return m_readPrompt; }
    /// Has everything that was asked for been answered?
    bool isSettled() const { return m_open == 0 && !m_delay.isActive(); }

Q_SIGNALS:
    void described(const QString &model);
    void promptRead();

private:
    void ask();

    PluginHost &m_host;
    QHash<QString, std::optional<generate::DescribeResult>> m_described; ///< nothing: asked for
    generate::ReadPromptResult m_read;
    QString m_readPrompt;
    QString m_model, m_prompt; ///< to be read
    QTimer m_delay;
    quint64 m_number = 0;
    int m_open = 0;
    bool m_awake = false;
};

/// What a card says of a model, for the user: what it knows, and what it does not.
QString honestWords(const ModelCard &card);

} // namespace orrery::text_to_image
