// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "orrery/plugin.h"

#include <QList>

class QStackedWidget;
class QTabBar;

namespace orrery::speech {

/// The page "Speech": sound as the units that a model hears in it. Thread: interface.
class SpeechPage final : public Page
{
    Q_OBJECT

public:
    explicit SpeechPage(PluginHost &host, QWidget *parent = nullptr);
    ~SpeechPage() override;

    /// One more tab. Parts stand in the order of adding, "Where it fails" last.
    void addPart(const QString &id, const QString &title, const QString &toolTip, QWidget *part);
    void showPart(const QString &id);
    QString part() const;
    QTabBar &tabs() { return *m_tabs; }

private:
    void makeLayout();

    QTabBar *m_tabs = nullptr;
    QStackedWidget *m_stack = nullptr;
};

} // namespace orrery::speech
