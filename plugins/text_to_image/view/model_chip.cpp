// SPDX-License-Identifier: Apache-2.0
#include "plugins/text_to_image/view/model_chip.h"

#include "plugins/text_to_image/view/generate_state.h"
#include "widgets/model_menu.h"

#include <QFileInfo>

namespace orrery::text_to_image {

ModelChip::ModelChip(PluginHost &host, GenerateState &state, ModelFacts &facts, QWidget *parent)
    : QPushButton(parent), m_host(host), m_state(state), m_facts(facts)
{
    setObjectName(QStringLiteral("drawingModel"));
    setProperty("look", QStringLiteral("chip"));
    setToolTip(tr("Which model draws, and what it knows"));
    connect(this, &QPushButton::clicked, this, &ModelChip::open);
    connect(&m_state, &GenerateState::parametersChanged, this, &ModelChip::showModel);
    connect(&m_host, &PluginHost::modelCardsChanged, this, &ModelChip::showModel);
    showModel();
}

void ModelChip::showDiffusionOnly(bool only)
{
    m_onlyDiffusion = only;
    showModel();
}

QString ModelChip::model() const
{
    return modelOf(m_onlyDiffusion ? byDiffusion(m_state.parameters()) : m_state.parameters());
}

void ModelChip::showModel()
{
    const QString model = this->model();
    const std::optional<ModelCard> card = m_facts.card(model);
    const QString name = card ? QString::fromStdString(card->name) : QFileInfo(model).completeBaseName();
    if (m_facts.isMissing(model))
        setText(tr("No model that draws"));
    else
        setText(card && card->builtIn ? tr("%1 · small").arg(name) : name);
    setAccessibleName(tr("Model: %1").arg(text()));
}

QString ModelChip::words() const
{
    const std::optional<ModelCard> card = m_facts.card(model());
    if (!card)
        return tr("A model of your own. Nothing is known of it but what its files say.");
    QString words = honestWords(*card);
    if (card->builtIn)
        words = tr("Small, and trained from nothing on made-up drawings: it knows no photographs, no people, no "
                   "places.") +
                u' ' + words;
    return words;
}

void ModelChip::open()
{
    auto *menu = new ModelMenu(tr("Models that draw"), text(), words(), this);
    const QString current = model();
    for (const ModelCard &card : m_facts.cards()) {
        const QString name = QString::fromStdString(card.name);
        const QString model = QString::fromStdString(card.builtIn ? card.id : card.folder);
        menu->addChoice(name, tr("Draw with %1").arg(name), model == current, [this, card, name, model] {
            m_state.edit(tr("Draw with %1").arg(name), [&](Parameters &p) {
                p.method = card.id == generate::kTokensModel ? generate::Method::Tokens : generate::Method::Diffusion;
                p.model = card.builtIn ? QString() : model;
                p.scheduler.clear();
                p.steps = 0;
                p.scale = 0;
            });
        });
    }
    connect(menu, &ModelMenu::allRequested, this, [this] { m_host.showPage(QStringLiteral("models")); });
    menu->openUnder(this);
}

} // namespace orrery::text_to_image
