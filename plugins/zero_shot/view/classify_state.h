// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/api/clip.h"
#include "orrery/plugin_host.h"

#include <QObject>
#include <QStringList>

namespace orrery::zero_shot {

/// What the user set on this page. It lives in the workspace, so undo brings back every change of it.
/// Thread: interface.
class ClassifyState final : public QObject
{
    Q_OBJECT

public:
    explicit ClassifyState(Workspace &workspace, QObject *parent = nullptr);

    QStringList labels() const;
    /// @param typed  consecutive keystrokes are one step of undo.
    void setLabels(const QStringList &labels, const QString &undoText, bool typed = false);
    /// What stands in the list before anybody changed it.
    void setDefaultLabels(const QStringList &labels);

    /// Each holds "{}" once; empty: the model's own.
    QStringList templates() const;
    void setTemplates(const QStringList &templates, const QString &undoText, bool typed = false);

    clip::Scoring scoring() const;
    void setScoring(clip::Scoring scoring);

    /// Softmax temperature, larger is flatter; 0: the model's own.
    double temperature() const;
    void setTemperature(double temperature);

Q_SIGNALS:
    void labelsChanged();
    void templatesChanged();
    void scoringChanged(); ///< also for the temperature

private:
    Workspace &m_workspace;
    QStringList m_defaultLabels;
};

/// One label a line; a single line may hold several, separated by commas. Empty ones and repetitions are left out.
struct ParsedLabels
{
    QStringList labels;
    int repeated = 0; ///< how many were left out because they stood there before
};
ParsedLabels parseLabels(const QString &text);

/// One template a line. @return a sentence for the first line without exactly one "{}"; empty when all are well.
QString parseTemplates(const QString &text, QStringList *templates);

/// "fox", "a drawing of {}" → "a drawing of fox".
QString fillTemplate(const QString &pattern, const QString &label);

} // namespace orrery::zero_shot
