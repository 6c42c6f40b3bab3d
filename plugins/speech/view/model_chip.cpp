// SPDX-License-Identifier: Apache-2.0
#include "plugins/speech/view/model_chip.h"

#include <QFileInfo>
#include <QFrame>
#include <QLabel>
#include <QLocale>
#include <QRadioButton>
#include <QVBoxLayout>

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
    auto *popover = new QFrame(this, Qt::Popup);
    popover->setAttribute(Qt::WA_DeleteOnClose);
    popover->setProperty("look", QStringLiteral("popover"));
    popover->setAccessibleName(tr("Models that hear"));
    popover->setFixedWidth(Theme::instance().px(340));
    auto *column = new QVBoxLayout(popover);
    column->setContentsMargins(16, 16, 16, 16);
    column->setSpacing(12);
    auto *title = new QLabel(text(), popover);
    title->setProperty("look", QStringLiteral("heading"));
    column->addWidget(title);
    auto *honest = new QLabel(words(m_recordings.kind().model), popover);
    honest->setWordWrap(true);
    honest->setTextFormat(Qt::PlainText);
    column->addWidget(honest);
    const auto choose = [&](const QString &name, const QString &model) {
        auto *choice = new QRadioButton(name, popover);
        choice->setAccessibleName(tr("Listen with %1").arg(name));
        choice->setChecked(model == m_recordings.kind().model);
        connect(choice, &QRadioButton::clicked, popover, [this, popover, model] {
            m_recordings.setModel(model);
            popover->close();
        });
        column->addWidget(choice);
    };
    for (const ModelCard &card : cards())
        choose(QString::fromStdString(card.name), modelOf(card));
    choose(tr("MFCC, plain sound features"), QLatin1String(kMfcc));
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

} // namespace orrery::speech
