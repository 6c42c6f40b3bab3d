// SPDX-License-Identifier: Apache-2.0
#include "app/window/chrome/model_popover.h"

#include "app/host/host.h"

#include <QLocale>

namespace orrery {

double measureOf(const ModelCard &card, const char *name)
{
    for (const auto &[key, value] : card.measures)
        if (key == name)
            return value;
    return -1;
}

bool isSmall(const ModelCard &card)
{
    return card.builtIn;
}

QString honestWords(const ModelCard &card)
{
    QStringList words;
    if (isSmall(card) && card.knownNames > 0)
        words.append(Host::tr("Knows about %1 things as drawings, with colour, count, position and style. Never saw a "
                              "photograph.")
                         .arg(QLocale().toString(card.knownNames)));
    else if (!card.summary.empty())
        words.append(QString::fromStdString(card.summary));
    if (const double top1 = measureOf(card, "drawings top-1"); top1 >= 0 && card.knownNames > 0)
        words.append(Host::tr("First guess right %1 in 10 for an unseen artist; chance 1 in %2.")
                         .arg(QLocale().toString(top1 * 10, 'f', 1))
                         .arg(QLocale().toString(card.knownNames)));
    return words.join(u' ');
}

namespace {

const ModelCard *currentCard(Host &host)
{
    return host.models().find(host.currentModel());
}

QString titleOf(const ModelCard *card)
{
    return card ? QString::fromStdString(card->name) : ModelPopover::tr("No model is installed");
}

} // namespace

ModelPopover::ModelPopover(Host &host, QWidget *parent)
    : ModelMenu(tr("Models"), titleOf(currentCard(host)),
                currentCard(host) ? honestWords(*currentCard(host)) : QString(), parent)
{
    const ModelCard *card = currentCard(host);
    std::vector<ModelCard> usable = host.modelCards();
    std::erase_if(usable,
                  [&](const ModelCard &other) { return !other.error.empty() || (card && other.task != card->task); });
    if (usable.size() > 1)
        for (const ModelCard &other : usable) {
            const QString id = QString::fromStdString(other.id), name = QString::fromStdString(other.name);
            addChoice(name, tr("Use %1").arg(name), id == host.currentModel(),
                      [&host, id] { host.setCurrentModel(id); });
        }
    addCaption(usable.size() == 1 ? tr("1 model of this kind on this computer")
                                  : tr("%1 models of this kind on this computer").arg(usable.size()));
    connect(this, &ModelMenu::allRequested, this, [&host] { host.showPage(QStringLiteral("models")); });
}

} // namespace orrery
