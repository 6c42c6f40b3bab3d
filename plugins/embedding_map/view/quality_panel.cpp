// SPDX-License-Identifier: Apache-2.0
#include "plugins/embedding_map/view/quality_panel.h"

#include <QCoreApplication>
#include <QGridLayout>
#include <QLabel>
#include <QPushButton>
#include <QVBoxLayout>

#include <cmath>

namespace orrery::embedding_map {

namespace {

QString say(const char *text)
{
    return QCoreApplication::translate("EmbeddingMap", text);
}

struct Number
{
    const char *id;
    const char *caption;
    const char *help;
};
const Number kNumbers[] = {
    {"recall", QT_TRANSLATE_NOOP("EmbeddingMap", "Neighbours kept"),
     QT_TRANSLATE_NOOP("EmbeddingMap", "Of the points that are nearest to a point in the data, how many are nearest to "
                                       "it on the map, too. Larger is better; a few in a hundred would be chance.")},
    {"trustworthiness", QT_TRANSLATE_NOOP("EmbeddingMap", "Trustworthiness"),
     QT_TRANSLATE_NOOP("EmbeddingMap", "1 when points that stand together on the map belong together; lower the more "
                                       "neighbours it made up.")},
    {"continuity", QT_TRANSLATE_NOOP("EmbeddingMap", "Continuity"),
     QT_TRANSLATE_NOOP("EmbeddingMap", "1 when points that belong together stand together; lower the more of them the "
                                       "map tore apart.")},
    {"correlation", QT_TRANSLATE_NOOP("EmbeddingMap", "Correlation of distances"),
     QT_TRANSLATE_NOOP("EmbeddingMap",
                       "Do far points lie far apart? Correlation, by rank, of the distances between all "
                       "points in the data and on the map. 1: the whole order is kept; 0: none of it.")},
};

} // namespace

QString qualityText(const QString &quantity, double value)
{
    if (!std::isfinite(value))
        return QStringLiteral("–");
    if (quantity == QLatin1String("recall") || quantity == QLatin1String("difference"))
        return QStringLiteral("%1\u00A0%").arg(std::lround(100 * value));
    if (quantity == QLatin1String("points"))
        return QLocale().toString(qint64(value));
    return QString::number(value, 'f', 2);
}

QString lossText(const MapRun &run)
{
    switch (run.parameters.method) {
    case maps::Method::Pca:
        return say("Leaves out %1\u00A0% of the variance").arg(std::lround(100 * run.loss));
    case maps::Method::Umap:
        return say("Cross-entropy %1, lower is better").arg(run.loss, 0, 'f', 3);
    default:
        return say("Divergence %1, lower is better; only comparable at one perplexity").arg(run.loss, 0, 'f', 3);
    }
}

QMap<QString, double> numbersOf(const maps::Quality &quality)
{
    return {{QStringLiteral("recall"), quality.knnRecall},
            {QStringLiteral("trustworthiness"), quality.trustworthiness},
            {QStringLiteral("continuity"), quality.continuity},
            {QStringLiteral("correlation"), quality.spearman},
            {QStringLiteral("pearson"), quality.pearson}};
}

QualityPanel::QualityPanel(QWidget *parent)
    : QWidget(parent), m_heading(new QLabel(tr("How true is this map?"), this)), m_note(new QLabel(this)),
      m_measure(new QPushButton(tr("Measure it"), this))
{
    setObjectName(QStringLiteral("qualityPanel"));
    m_heading->setProperty("look", QStringLiteral("heading"));
    m_note->setProperty("look", QStringLiteral("caption"));
    m_note->setWordWrap(true);
    m_note->setTextFormat(Qt::PlainText);
    m_measure->setObjectName(QStringLiteral("measure"));
    connect(m_measure, &QPushButton::clicked, this, &QualityPanel::measureWanted);
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(16, 0, 16, 0);
    column->setSpacing(4);
    column->addWidget(m_heading);
    for (const Number &number : kNumbers) {
        auto *button = new QPushButton(this);
        button->setObjectName(QStringLiteral("quality-") + QLatin1String(number.id));
        button->setProperty("look", QStringLiteral("quiet"));
        button->setStyleSheet(QStringLiteral("text-align: left;"));
        button->setCheckable(true);
        button->setToolTip(say(number.help) + u'\n' + tr("Click paints it on the points."));
        button->setWhatsThis(button->toolTip());
        connect(button, &QPushButton::clicked, this,
                [this, id = QString::fromLatin1(number.id)](bool on) { Q_EMIT colourWanted(on ? id : QString()); });
        column->addWidget(button);
        m_rows.append({QString::fromLatin1(number.id), button});
    }
    column->addWidget(m_measure, 0, Qt::AlignLeft);
    column->addWidget(m_note);
    setRun(nullptr, false);
}

void QualityPanel::setRun(const MapRun *run, bool pending)
{
    setVisible(run != nullptr && !run->flat);
    const bool measured = run && run->quality;
    m_measure->setVisible(run && !measured && !pending && run->complete);
    showNumbers(measured ? numbersOf(*run->quality) : QMap<QString, double>());
    QStringList notes;
    if (run && !measured)
        notes.append(pending         ? tr("Measured when the map is done.")
                     : run->complete ? tr("Not measured yet.")
                                     : tr("A map that was stopped is not measured."));
    if (measured)
        notes.append(tr("Among the %1 nearest of each point").arg(run->quality->neighbours));
    if (run && std::isfinite(run->loss) && run->complete)
        notes.append(lossText(*run));
    if (run)
        notes += run->notes;
    m_note->setText(notes.join(u'\n'));
}

void QualityPanel::showNumbers(const QMap<QString, double> &numbers)
{
    for (const Row &row : std::as_const(m_rows)) {
        const auto it = numbers.constFind(row.id);
        row.button->setVisible(it != numbers.constEnd());
        if (it == numbers.constEnd())
            continue;
        for (const Number &number : kNumbers)
            if (row.id == QLatin1String(number.id)) {
                const QString text = qualityText(row.id, *it);
                row.button->setText(QStringLiteral("%1   %2").arg(text, say(number.caption)));
                row.button->setAccessibleName(QStringLiteral("%1: %2").arg(say(number.caption), text));
            }
    }
}

void QualityPanel::setColour(const QString &colour)
{
    for (const Row &row : std::as_const(m_rows))
        row.button->setChecked(row.id == colour);
}

} // namespace orrery::embedding_map
