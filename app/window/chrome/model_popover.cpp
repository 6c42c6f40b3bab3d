// SPDX-License-Identifier: Apache-2.0
#include "app/window/chrome/model_popover.h"

#include "app/host/host.h"

#include <QLabel>
#include <QLocale>
#include <QPushButton>
#include <QRadioButton>
#include <QVBoxLayout>

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

ModelPopover::ModelPopover(Host &host, QWidget *parent) : QFrame(parent, Qt::Popup)
{
    setAttribute(Qt::WA_DeleteOnClose);
    setProperty("look", "popover");
    setAccessibleName(tr("Models"));
    const Theme &theme = Theme::instance();
    setFixedWidth(theme.px(360));

    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(16, 16, 16, 16);
    column->setSpacing(12);

    const QString current = host.currentModel();
    const ModelCard *card = host.models().find(current);
    auto *title = new QLabel(card ? QString::fromStdString(card->name) : tr("No model is installed"), this);
    title->setProperty("look", "heading");
    column->addWidget(title);
    if (card) {
        auto *words = new QLabel(honestWords(*card), this);
        words->setWordWrap(true);
        column->addWidget(words);
    }
    int usable = 0;
    for (const ModelCard &other : host.modelCards())
        usable += other.error.empty() && (!card || other.task == card->task) ? 1 : 0;
    if (usable > 1) {
        for (const ModelCard &other : host.modelCards()) {
            if (!other.error.empty() || (card && other.task != card->task))
                continue;
            const QString id = QString::fromStdString(other.id);
            auto *choice = new QRadioButton(QString::fromStdString(other.name), this);
            choice->setAccessibleName(tr("Use %1").arg(choice->text()));
            choice->setChecked(id == current);
            connect(choice, &QRadioButton::clicked, this, [this, &host, id] {
                host.setCurrentModel(id);
                close();
            });
            column->addWidget(choice);
        }
    }
    auto *count = new QLabel(
        usable == 1 ? tr("1 model found on this computer") : tr("%1 models found on this computer").arg(usable), this);
    count->setProperty("look", "caption");
    column->addWidget(count);
    auto *all = new QPushButton(tr("All models"), this);
    all->setAccessibleName(tr("Open the page of all models"));
    connect(all, &QPushButton::clicked, this, [this, &host] {
        close();
        host.showPage(QStringLiteral("models"));
    });
    column->addWidget(all, 0, Qt::AlignLeft);
    all->setFocus();
}

} // namespace orrery
