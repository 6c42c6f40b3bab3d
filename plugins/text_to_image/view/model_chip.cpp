// SPDX-License-Identifier: Apache-2.0
#include "plugins/text_to_image/view/model_chip.h"

#include "plugins/text_to_image/view/generate_state.h"

#include <QFileInfo>
#include <QLabel>
#include <QPushButton>
#include <QRadioButton>
#include <QVBoxLayout>

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

void ModelChip::showModel()
{
    const QString model = modelOf(m_state.parameters());
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
    const std::optional<ModelCard> card = m_facts.card(modelOf(m_state.parameters()));
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
    auto *popover = new QFrame(this, Qt::Popup);
    popover->setAttribute(Qt::WA_DeleteOnClose);
    popover->setProperty("look", QStringLiteral("popover"));
    popover->setAccessibleName(tr("Models that draw"));
    popover->setFixedWidth(Theme::instance().px(340));
    auto *column = new QVBoxLayout(popover);
    column->setContentsMargins(16, 16, 16, 16);
    column->setSpacing(12);
    auto *title = new QLabel(text(), popover);
    title->setProperty("look", QStringLiteral("heading"));
    column->addWidget(title);
    auto *honest = new QLabel(words(), popover);
    honest->setWordWrap(true);
    honest->setTextFormat(Qt::PlainText);
    column->addWidget(honest);
    const QString current = modelOf(m_state.parameters());
    const QList<ModelCard> cards = m_facts.cards();
    for (const ModelCard &card : cards) {
        const bool builtIn = card.builtIn;
        const QString model = QString::fromStdString(builtIn ? card.id : card.folder);
        auto *choice = new QRadioButton(QString::fromStdString(card.name), popover);
        choice->setAccessibleName(tr("Draw with %1").arg(choice->text()));
        choice->setChecked(model == current);
        connect(choice, &QRadioButton::clicked, popover, [this, popover, card, builtIn, model] {
            m_state.edit(tr("Draw with %1").arg(QString::fromStdString(card.name)), [&](Parameters &p) {
                p.method = card.id == generate::kTokensModel ? generate::Method::Tokens : generate::Method::Diffusion;
                p.model = builtIn ? QString() : model;
                p.scheduler.clear();
                p.steps = 0;
                p.scale = 0;
            });
            popover->close();
        });
        column->addWidget(choice);
    }
    auto *all = new QPushButton(tr("All models"), popover);
    all->setAccessibleName(tr("Open the page of all models"));
    connect(all, &QPushButton::clicked, popover, [this, popover] {
        popover->close();
        m_host.showPage(QStringLiteral("models"));
    });
    column->addWidget(all, 0, Qt::AlignLeft);
    popover->adjustSize();
    popover->move(mapToGlobal(QPoint(width() - popover->width(), height() + 4)));
    popover->show();
    all->setFocus();
}

} // namespace orrery::text_to_image
