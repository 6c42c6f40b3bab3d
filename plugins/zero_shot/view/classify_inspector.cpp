// SPDX-License-Identifier: Apache-2.0
#include "plugins/zero_shot/view/classify_inspector.h"

#include "plugins/zero_shot/view/answer.h"
#include "plugins/zero_shot/view/classify_state.h"
#include "plugins/zero_shot/view/label_editor.h"
#include "plugins/zero_shot/view/label_lists.h"
#include "plugins/zero_shot/view/votes_view.h"

#include <QComboBox>
#include <QDir>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QSlider>
#include <QVBoxLayout>

#include <algorithm>
#include <cmath>

namespace orrery::zero_shot {

double ClassifyInspector::temperatureAt(int position)
{
    return std::pow(10.0, -3 + 4.0 * position / kSteps);
}

int ClassifyInspector::positionOf(double temperature)
{
    return temperature <= 0
               ? 0
               : std::clamp(static_cast<int>(std::lround((std::log10(temperature) + 3) * kSteps / 4)), 0, kSteps);
}

ClassifyInspector::ClassifyInspector(PluginHost &host, ClassifyState &state, QWidget *parent)
    : InspectorPanel(parent), m_host(host), m_state(state), m_scoring(new QComboBox(this)),
      m_temperature(new QSlider(Qt::Horizontal, this)), m_temperatureText(new QLabel(this)),
      m_templateSets(new QComboBox(this)), m_templates(new PlainEditor(this)), m_templateError(new QLabel(this)),
      m_truth(new QLineEdit(this)), m_votes(new VotesView(this))
{
    m_scoring->setObjectName(QStringLiteral("scoring"));
    m_scoring->addItem(tr("Share among these names"), static_cast<int>(clip::Scoring::Softmax));
    m_scoring->addItem(tr("Share, or none of these"), static_cast<int>(clip::Scoring::NoneOfThese));
    m_scoring->addItem(tr("Each name on its own"), static_cast<int>(clip::Scoring::Sigmoid));
    m_scoring->addItem(tr("Cosine only"), static_cast<int>(clip::Scoring::Cosine));
    connect(m_scoring, &QComboBox::activated, this,
            [this] { m_state.setScoring(static_cast<clip::Scoring>(m_scoring->currentData().toInt())); });
    addControl(
        tr("What the numbers mean"), m_scoring,
        tr("Shares always add up to 100 %, even when no name fits. “None of these” adds a way out, “each on its own” "
           "lets several be right, and the cosine is what the model measures before any of that."),
        [this] { m_state.setScoring(clip::Scoring::Softmax); });

    auto *heat = new QWidget(this);
    auto *heatRow = new QVBoxLayout(heat);
    heatRow->setContentsMargins(0, 0, 0, 0);
    heatRow->setSpacing(0);
    heatRow->addWidget(m_temperature);
    heatRow->addWidget(m_temperatureText);
    m_temperature->setObjectName(QStringLiteral("temperature"));
    m_temperature->setRange(0, kSteps);
    m_temperature->setAccessibleName(tr("Temperature"));
    m_temperatureText->setProperty("look", QStringLiteral("caption"));
    connect(m_temperature, &QSlider::valueChanged, this, [this](int position) {
        if (!m_reading)
            m_state.setTemperature(temperatureAt(position));
    });
    heat->setFocusProxy(m_temperature);
    addControl(
        tr("Temperature"), heat,
        tr("Larger makes the shares more equal, smaller gives the first name nearly all. Ranks and cosines stay. "
           "Double-click here for the model's own."),
        [this] { m_state.setTemperature(0); });

    addControl(
        tr("Prompts"), makeTemplates(),
        tr("How a name is put to the model: {} stands for it. Several prompts are averaged. Empty: the model's own."),
        [this] { m_state.setTemplates({}, tr("Use the model's own prompts")); });
    addNote(m_votes);

    m_truth->setObjectName(QStringLiteral("trueLabel"));
    m_truth->setPlaceholderText(tr("What the picture really shows"));
    m_truth->setClearButtonEnabled(true);
    connect(m_truth, &QLineEdit::editingFinished, this,
            [this] { Q_EMIT trueLabelChosen(m_truth->text().simplified()); });
    addControl(tr("True name"), m_truth,
               tr("Only you know it: the model is not told. The heading then shows its rank."),
               [this] { Q_EMIT trueLabelChosen({}); });

    connect(&m_state, &ClassifyState::scoringChanged, this, &ClassifyInspector::showState);
    connect(&m_state, &ClassifyState::templatesChanged, this, &ClassifyInspector::showState);
    m_votes->hide();
    showState();
}

QWidget *ClassifyInspector::makeTemplates()
{
    auto *box = new QWidget(this);
    auto *column = new QVBoxLayout(box);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(4);
    m_templateSets->setAccessibleName(tr("Sets of prompts"));
    m_templateSets->addItem(tr("The model's own"));
    const QDir folder(m_host.resourceFolder() + QStringLiteral("/templates"));
    for (const QFileInfo &file : folder.entryInfoList({QStringLiteral("*.txt")}, QDir::Files, QDir::Name)) {
        QString title = file.completeBaseName();
        m_templateSets->addItem(title.replace(0, 1, title.left(1).toUpper()).replace(u'_', u' '),
                                readLines(file.absoluteFilePath()));
    }
    connect(m_templateSets, &QComboBox::activated, this, [this](int index) {
        m_state.setTemplates(m_templateSets->itemData(index).toStringList(),
                             tr("Choose prompts “%1”").arg(m_templateSets->itemText(index)));
    });
    m_templates->setObjectName(QStringLiteral("templateText"));
    m_templates->setAccessibleName(tr("Prompts, one a line, {} stands for the name"));
    m_templates->setPlaceholderText(tr("a drawing of {}"));
    m_templates->setFixedHeight(m_host.theme().px(88));
    connect(m_templates, &QPlainTextEdit::textChanged, this, [this] {
        QStringList templates;
        const QString error = parseTemplates(m_templates->toPlainText(), &templates);
        m_templateError->setText(error);
        m_templateError->setVisible(!error.isEmpty());
        if (error.isEmpty()) {
            m_reading = true;
            m_state.setTemplates(templates, tr("Edit prompts"), true);
            m_reading = false;
        }
    });
    m_templateError->setProperty("look", QStringLiteral("error"));
    m_templateError->setWordWrap(true);
    m_templateError->setTextFormat(Qt::PlainText);
    m_templateError->hide();
    column->addWidget(m_templateSets);
    column->addWidget(m_templates);
    column->addWidget(m_templateError);
    box->setFocusProxy(m_templates);
    return box;
}

void ClassifyInspector::showState()
{
    m_scoring->setCurrentIndex(m_scoring->findData(static_cast<int>(m_state.scoring())));
    const QStringList templates = m_state.templates();
    if (!m_reading) {
        m_templates->showText(templates.join(u'\n'));
        m_templateError->hide();
    }
    int set = -1;
    for (int i = 0; i < m_templateSets->count(); ++i)
        if (m_templateSets->itemData(i).toStringList() == templates)
            set = i;
    m_templateSets->setCurrentIndex(set);
    showTemperature();
}

void ClassifyInspector::showTemperature()
{
    const bool used = m_state.scoring() == clip::Scoring::Softmax || m_state.scoring() == clip::Scoring::NoneOfThese;
    m_temperature->setEnabled(used);
    const double chosen = m_state.temperature();
    m_reading = true;
    m_temperature->setValue(positionOf(chosen > 0 ? chosen : m_ownTemperature));
    m_reading = false;
    QString text = chosen > 0             ? QString::number(chosen, 'g', 2)
                   : m_ownTemperature > 0 ? tr("%1, the model's own").arg(QString::number(m_ownTemperature, 'g', 2))
                                          : tr("the model's own");
    if (!used)
        text = tr("plays no part here");
    m_temperatureText->setText(text);
    m_temperature->setAccessibleDescription(text);
}

void ClassifyInspector::setAnswer(const Answer &answer)
{
    if (answer.logitScale > 0 && std::fabs(m_ownTemperature - 1 / answer.logitScale) > 1e-9) {
        m_ownTemperature = 1 / answer.logitScale;
        showTemperature();
    }
    m_votes->setAnswer(answer);
}

void ClassifyInspector::setTrueLabel(const QString &label)
{
    if (!m_truth->hasFocus() || m_truth->text().simplified() != label)
        m_truth->setText(label);
}

} // namespace orrery::zero_shot
