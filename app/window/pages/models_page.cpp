// SPDX-License-Identifier: Apache-2.0
#include "app/window/pages/models_page.h"

#include "app/host/host.h"
#include "app/window/chrome/model_popover.h"
#include "app/window/pages/page_frame.h"
#include "engine/api/verify.h"
#include "widgets/error_card.h"

#include <QFormLayout>
#include <QLabel>
#include <QLocale>
#include <QPushButton>
#include <QVBoxLayout>

#include <algorithm>
#include <array>
#include <cmath>

namespace orrery {

QString measureText(const std::string &name, double value)
{
    // Cards hold shares in [0, 1] for everything that is a rate.
    const QString key = QString::fromStdString(name);
    static constexpr std::array kRates{"top-",     "recall", "rate",   "share",      "flagged",     "alarms",
                                       "accuracy", "noun",   "count",  "colour",     "position",    "shape",
                                       "sign of",  "purity", "digits", "codes used", "phone error", "unit error"};
    const bool share = value >= 0 && value <= 1 &&
                       std::ranges::any_of(kRates, [&](const char *rate) { return key.contains(QLatin1String(rate)); });
    if (share)
        return ModelsPage::tr("%1 %").arg(QLocale().toString(value * 100, 'f', 1));
    // Counts in full: 80,117 is not 8.012e+04.
    return value == std::floor(value) && std::fabs(value) < 1e15 ? QLocale().toString(qint64(value))
                                                                 : QLocale().toString(value, 'g', 4);
}

ModelsPage::ModelsPage(Host &host, QWidget *parent) : Page(host, parent), m_programHost(host)
{
    setObjectName(QStringLiteral("page"));
    QVBoxLayout *column = makeScrollingColumn(this, tr("Models"), &m_summary);
    m_cards = new QVBoxLayout;
    m_cards->setSpacing(16);
    column->addLayout(m_cards);

    QFrame *more = nullptr;
    QVBoxLayout *add = orrery::makeCard(&more, this);
    add->addWidget(makeLabel(tr("Add a model"), "heading", more));
    add->addWidget(
        makeLabel(tr("A CLIP model from the Hugging Face hub knows photographs. Put its folder (config.json, "
                     "model.safetensors and the tokenizer's files) here, then look again:"),
                  "muted", more));
    auto *folder = makeLabel(QString::fromStdString(ModelCatalogue::defaultUserFolder()), "code", more);
    folder->setTextInteractionFlags(Qt::TextSelectableByMouse);
    add->addWidget(folder);
    auto *again = new QPushButton(tr("Look again"), more);
    again->setIcon(Theme::instance().icon(QStringLiteral("refresh")));
    again->setAccessibleName(tr("Look for models again"));
    connect(again, &QPushButton::clicked, this, [this] { m_programHost.models().refresh(); });
    add->addWidget(again, 0, Qt::AlignLeft);
    column->addWidget(more);
    column->addStretch();

    connect(&host, &PluginHost::modelCardsChanged, this, &ModelsPage::rebuild);
    connect(&host, &PluginHost::currentModelChanged, this, &ModelsPage::rebuild);
    rebuild();
}

void ModelsPage::rebuild()
{
    while (QLayoutItem *item = m_cards->takeAt(0)) {
        if (QWidget *widget = item->widget()) {
            widget->hide(); // at once; deleted when no event of it is under way
            widget->deleteLater();
        }
        delete item;
    }
    const std::vector<ModelCard> &cards = m_programHost.modelCards();
    quint64 bytes = 0;
    for (const ModelCard &card : cards) {
        bytes += card.bytes;
        m_cards->addWidget(makeCard(card));
    }
    if (!m_programHost.models().loaded())
        m_summary->setText(tr("Looking for models…"));
    else if (cards.empty())
        m_summary->setText(tr("No model was found on this computer; the built-in ones belong in %1.")
                               .arg(m_programHost.resourceFolder() + QStringLiteral("/models")));
    else
        m_summary->setText(tr("%1 on this computer, %2 on disk")
                               .arg(cards.size() == 1 ? tr("1 model") : tr("%1 models").arg(cards.size()),
                                    QLocale().formattedDataSize(qint64(bytes))));
}

QWidget *ModelsPage::makeCard(const ModelCard &card)
{
    QFrame *frame = nullptr;
    QVBoxLayout *column = orrery::makeCard(&frame, this);
    const QString id = QString::fromStdString(card.id);
    const QString name = QString::fromStdString(card.name.empty() ? card.id : card.name);

    auto *head = new QHBoxLayout;
    head->setSpacing(8);
    auto *title = makeLabel(name, "heading", frame);
    title->setWordWrap(false);
    head->addWidget(title);
    auto *kind = makeLabel(card.builtIn ? tr("Built in · small") : tr("Installed"), "badge", frame);
    kind->setWordWrap(false);
    head->addWidget(kind, 0, Qt::AlignVCenter);
    if (m_programHost.currentModel(QString::fromStdString(card.task)) == id) {
        auto *used = makeLabel(tr("In use"), "badge", frame);
        used->setWordWrap(false);
        head->addWidget(used, 0, Qt::AlignVCenter);
    }
    head->addStretch();
    column->addLayout(head);

    if (!card.error.empty()) {
        auto *error = new ErrorCard(frame);
        error->showError(QString::fromStdString(card.error), QString::fromStdString(card.folder));
        error->setRemedy(tr("Look again"), [this] { m_programHost.models().refresh(); });
        column->addWidget(error);
        return frame;
    }

    if (!card.summary.empty())
        column->addWidget(makeLabel(QString::fromStdString(card.summary), "", frame));
    if (isSmall(card))
        if (const QString words = honestWords(card); !words.isEmpty() && words != QString::fromStdString(card.summary))
            column->addWidget(makeLabel(words, "muted", frame));

    auto *facts = new QFormLayout;
    facts->setHorizontalSpacing(16);
    facts->setVerticalSpacing(4);
    facts->setLabelAlignment(Qt::AlignLeft | Qt::AlignTop);
    const auto fact = [&](const QString &caption, const QString &text) {
        if (text.isEmpty())
            return;
        auto *value = makeLabel(text, "", frame);
        value->setTextInteractionFlags(Qt::TextSelectableByMouse);
        auto *label = makeLabel(caption, "muted", frame);
        label->setWordWrap(false);
        facts->addRow(label, value);
    };
    fact(tr("For"), QString::fromStdString(card.task));
    fact(tr("Licence"), QString::fromStdString(card.licence));
    fact(tr("Size on disk"), QLocale().formattedDataSize(qint64(card.bytes)));
    fact(tr("Trained on"), QString::fromStdString(card.data));
    QStringList nouns;
    for (const std::string &noun : card.nouns)
        nouns.append(QString::fromStdString(noun));
    fact(tr("Draws"), nouns.join(QStringLiteral(", ")));
    fact(tr("Made again by"), QString::fromStdString(card.recipe));
    for (const auto &[measure, value] : card.measures)
        fact(QString::fromStdString(measure), measureText(measure, value));
    fact(tr("Folder"), QString::fromStdString(card.folder));
    column->addSpacing(4);
    column->addLayout(facts);

    auto *verdict = makeLabel({}, "muted", frame);
    verdict->hide();
    auto *buttons = new QHBoxLayout;
    buttons->setSpacing(8);
    if (m_programHost.currentModel(QString::fromStdString(card.task)) != id) {
        auto *use = new QPushButton(tr("Use this model"), frame);
        use->setProperty("look", "primary");
        use->setAccessibleName(tr("Use %1").arg(name));
        connect(use, &QPushButton::clicked, this, [this, id] { m_programHost.setCurrentModel(id); });
        buttons->addWidget(use);
    }
    auto *check = new QPushButton(tr("Verify"), frame);
    check->setIcon(Theme::instance().icon(QStringLiteral("verify")));
    check->setAccessibleName(tr("Verify %1").arg(name));
    check->setToolTip(tr("Compares the weights with the card, then lets the model compute and compares with what its "
                         "makers' computer computed."));
    check->setWhatsThis(check->toolTip());
    connect(check, &QPushButton::clicked, this, [this, card, verdict] { verify(card, verdict); });
    buttons->addWidget(check);
    buttons->addStretch();
    column->addSpacing(4);
    column->addLayout(buttons);
    column->addWidget(verdict);
    return frame;
}

void ModelsPage::verify(const ModelCard &card, QLabel *verdict)
{
    verdict->show();
    verdict->setText(tr("Reading the weights…"));
    const QPointer<QLabel> label(verdict);
    const std::string folder = card.folder;
    m_programHost.models().verify(
        QString::fromStdString(folder), this, [this, label, folder](const ModelCatalogue::Verification &found) {
            if (!label)
                return;
            const QString first = QString::fromStdString(found.message);
            if (!found.passed) {
                label->setText(first);
                return;
            }
            label->setText(first + u'\n' + tr("Computing the verification pictures…"));
            m_programHost.submit(
                label.data(), kVerify, {.models = {folder}}, {.title = tr("Verifying the model").toStdString()},
                [label, first](const Result<VerifyResult> &result) {
                    if (!result) {
                        label->setText(first + u'\n' + QString::fromStdString(result.error().message));
                        return;
                    }
                    QStringList lines{first};
                    for (const ModelVerification &model : result->models) {
                        if (!model.error.empty())
                            lines.append(QString::fromStdString(model.error));
                        else
                            lines.append((model.passed ? tr("✓ Computes what it should on %1 (largest difference %2).")
                                                       : tr("✗ Computes something else on %1 (largest difference %2)."))
                                             .arg(QString::fromStdString(result->device))
                                             .arg(std::max({model.largestPictureDifference, model.largestTextDifference,
                                                            model.goldenDifference.value_or(0)}),
                                                  0, 'g', 2));
                    }
                    label->setText(lines.join(u'\n'));
                });
        });
}

} // namespace orrery
