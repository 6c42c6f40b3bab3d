// SPDX-License-Identifier: Apache-2.0
#include "plugins/speech/view/model_chip.h"

#include "widgets/model_menu.h"

#include <QFileInfo>
#include <QLocale>

namespace orrery::speech {

namespace {

QString modelOf(const ModelCard &card)
{
    return QString::fromStdString(card.builtIn ? card.id : card.folder);
}

} // namespace

ModelChip::ModelChip(PluginHost &host, Recordings &recordings, QWidget *parent)
    : QPushButton(parent), m_host(host), m_recordings(recordings)
{
    setObjectName(QStringLiteral("speechModel"));
    setProperty("look", QStringLiteral("chip"));
    setToolTip(tr("Which model hears, and what it knows"));
    connect(this, &QPushButton::clicked, this, &ModelChip::open);
    connect(&m_recordings, &Recordings::kindChanged, this, &ModelChip::showModel);
    connect(&m_host, &PluginHost::modelCardsChanged, this, &ModelChip::showModel);
    showModel();
}

QList<ModelCard> ModelChip::cards() const
{
    QList<ModelCard> cards;
    for (const ModelCard &card : m_host.modelCards())
        if (card.error.empty() && card.task.starts_with("speech") && card.id != "speech-ulm" &&
            card.id != "speech-vocoder")
            cards.append(card);
    return cards;
}

void ModelChip::showModel()
{
    const QString model = m_recordings.kind().model;
    QString text = model == QLatin1String(kUnitsModel) ? tr("No model that hears units") : QFileInfo(model).fileName();
    if (model == QLatin1String(kMfcc))
        text = tr("MFCC · no model");
    for (const ModelCard &card : cards())
        if (modelOf(card) == model)
            text = card.builtIn ? tr("%1 · small").arg(QString::fromStdString(card.name))
                                : QString::fromStdString(card.name);
    setText(text);
    setAccessibleName(tr("Model: %1").arg(text));
}

QString ModelChip::words(const QString &model) const
{
    if (model == QLatin1String(kMfcc))
        return tr("No model at all: the shape of the spectrum, 50 times a second, and the nearest of a few measured "
                  "shapes. What HuBERT adds is seen by comparing the two.");
    for (const ModelCard &card : cards()) {
        if (modelOf(card) != model)
            continue;
        QString words = QString::fromStdString(card.summary);
        if (card.builtIn)
            words = tr("Small, and trained on synthetic voices only: it never heard a human.") + u' ' + words;
        for (const auto &[name, value] : card.measures)
            if (value >= 0 && value <= 1)
                words += tr(" %1: %2.").arg(QString::fromStdString(name), QLocale().toString(value, 'f', 2));
        return words;
    }
    return tr("It is not installed.");
}

void ModelChip::open()
{
    auto *menu = new ModelMenu(tr("Models that hear"), text(), words(m_recordings.kind().model), this);
    const auto offer = [&](const QString &name, const QString &model) {
        menu->addChoice(name, tr("Listen with %1").arg(name), model == m_recordings.kind().model,
                        [this, model] { m_recordings.setModel(model); });
    };
    for (const ModelCard &card : cards())
        offer(QString::fromStdString(card.name), modelOf(card));
    offer(tr("MFCC, plain sound features"), QLatin1String(kMfcc));
    connect(menu, &ModelMenu::allRequested, this, [this] { m_host.showPage(QStringLiteral("models")); });
    menu->openUnder(this);
}

} // namespace orrery::speech
