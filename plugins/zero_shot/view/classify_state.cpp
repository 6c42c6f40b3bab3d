// SPDX-License-Identifier: Apache-2.0
#include "plugins/zero_shot/view/classify_state.h"

#include <QSet>

namespace orrery::zero_shot {

namespace {
const QString kLabels = QStringLiteral("zero_shot/labels");
const QString kTemplates = QStringLiteral("zero_shot/templates");
const QString kScoring = QStringLiteral("zero_shot/scoring");
const QString kTemperature = QStringLiteral("zero_shot/temperature");
} // namespace

ClassifyState::ClassifyState(Workspace &workspace, QObject *parent) : QObject(parent), m_workspace(workspace)
{
    connect(&m_workspace, &Workspace::valueChanged, this, [this](const QString &key) {
        if (key == kLabels)
            Q_EMIT labelsChanged();
        else if (key == kTemplates)
            Q_EMIT templatesChanged();
        else if (key == kScoring || key == kTemperature)
            Q_EMIT scoringChanged();
    });
}

QStringList ClassifyState::labels() const
{
    const QVariant value = m_workspace.value(kLabels);
    return value.isValid() ? value.toStringList() : m_defaultLabels;
}

void ClassifyState::setLabels(const QStringList &labels, const QString &undoText, bool typed)
{
    if (labels != this->labels())
        m_workspace.setValue(kLabels, labels, undoText, typed);
}

void ClassifyState::setDefaultLabels(const QStringList &labels)
{
    m_defaultLabels = labels;
    if (!m_workspace.value(kLabels).isValid())
        Q_EMIT labelsChanged();
}

QStringList ClassifyState::templates() const
{
    return m_workspace.value(kTemplates).toStringList();
}

void ClassifyState::setTemplates(const QStringList &templates, const QString &undoText, bool typed)
{
    if (templates != this->templates())
        m_workspace.setValue(kTemplates, templates, undoText, typed);
}

clip::Scoring ClassifyState::scoring() const
{
    const int value = m_workspace.value(kScoring, 0).toInt();
    return value >= 0 && value <= static_cast<int>(clip::Scoring::NoneOfThese) ? static_cast<clip::Scoring>(value)
                                                                               : clip::Scoring::Softmax;
}

void ClassifyState::setScoring(clip::Scoring scoring)
{
    if (scoring != this->scoring())
        m_workspace.setValue(kScoring, static_cast<int>(scoring), tr("Change what the numbers mean"));
}

double ClassifyState::temperature() const
{
    return m_workspace.value(kTemperature, 0.0).toDouble();
}

void ClassifyState::setTemperature(double temperature)
{
    if (temperature != this->temperature())
        m_workspace.setValue(kTemperature, temperature, tr("Change the temperature"), true);
}

ParsedLabels parseLabels(const QString &text)
{
    // Names may hold commas ("family: man, woman"), so commas separate only where no line break does.
    const QString trimmed = text.trimmed();
    const QStringList parts = trimmed.split(trimmed.contains(u'\n') ? u'\n' : u',', Qt::SkipEmptyParts);
    ParsedLabels parsed;
    QSet<QString> seen;
    for (const QString &part : parts) {
        const QString label = part.simplified();
        if (label.isEmpty())
            continue;
        if (seen.contains(label.toLower())) {
            ++parsed.repeated;
            continue;
        }
        seen.insert(label.toLower());
        parsed.labels.append(label);
    }
    return parsed;
}

QString parseTemplates(const QString &text, QStringList *templates)
{
    templates->clear();
    for (const QString &line : text.split(u'\n')) {
        const QString pattern = line.simplified();
        if (pattern.isEmpty())
            continue;
        if (pattern.count(QStringLiteral("{}")) != 1)
            return ClassifyState::tr("“%1” needs {} once, where the name goes.").arg(pattern);
        if (!templates->contains(pattern))
            templates->append(pattern);
    }
    return {};
}

QString fillTemplate(const QString &pattern, const QString &label)
{
    QString filled = pattern;
    return filled.replace(QStringLiteral("{}"), label);
}

} // namespace orrery::zero_shot
