// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "orrery/plugin.h"
#include "plugins/text_to_image/view/sampler.h"

#include <QPointer>
#include <QTimer>

#include <memory>

class QLabel;
class QPushButton;
class QScrollArea;
class QStackedWidget;
class QTabBar;

namespace orrery {
class BusyStrip;
class EmptyState;
class ErrorCard;
class FailureCards;
} // namespace orrery

namespace orrery::text_to_image {

class GenerateInspector;
class GenerateState;
class ModelChip;
class ModelFacts;
class PromptBar;
class SampleGrid;

/// The page "Generate": a prompt becomes pictures, in two ways that can both be looked into.
/// Thread: interface.
class GeneratePage final : public Page
{
    Q_OBJECT

public:
    enum Part
    {
        Pictures,
        Failures,
    };

    explicit GeneratePage(PluginHost &host, QWidget *parent = nullptr);
    ~GeneratePage() override;

    QWidget *createInspector(QWidget *parent) override;
    QString dropText(const QList<ItemKind> &kinds) const override;
    void take(const QList<ItemId> &items) override;
    void focusPrompt() override;
    bool cancel() override;
    void shown() override;

    void showPart(Part part);
    Part part() const;
    /// Draws what the prompt and the inspector say, or shows it when it was drawn before.
    void draw();
    /// The same, as the button does it: with another seed when the seed is not locked.
    void drawClicked();
    /// Another seed, drawn at once.
    void roll();
    /// True while something was asked for and is not there yet.
    bool isBusy() const;
    QString errorText() const;

    GenerateState &state() { return *m_state; }
    ModelFacts &facts() { return *m_facts; }
    Sampler &sampler() { return *m_sampler; }
    PromptBar &promptBar() { return *m_prompt; }
    SampleGrid &grid() { return *m_grid; }
    QTabBar &tabs() { return *m_tabs; }
    /// Null before it was asked for.
    GenerateInspector *inspector();

protected:
    bool eventFilter(QObject *object, QEvent *event) override;

private:
    // generate_page_layout.cpp
    void makeLayout();
    void connectParts();

    // generate_page.cpp
    void schedule(int delayMs);
    void showDrawing();
    void showError(const Error &error);
    void showWhat();
    QString status() const;
    void keep(const Drawing &drawing);

    GenerateState *m_state;
    ModelFacts *m_facts;
    Sampler *m_sampler;
    QTabBar *m_tabs = nullptr;
    QStackedWidget *m_stack = nullptr;
    ModelChip *m_modelChip = nullptr;
    PromptBar *m_prompt = nullptr;
    ErrorCard *m_error = nullptr;
    BusyStrip *m_busy = nullptr;
    QStackedWidget *m_stage = nullptr; ///< the grid, or why there is none
    QScrollArea *m_scroll = nullptr;
    SampleGrid *m_grid = nullptr;
    EmptyState *m_noPrompt = nullptr;
    EmptyState *m_noModel = nullptr;
    QPushButton *m_otherMethod = nullptr;
    QLabel *m_status = nullptr;
    QPointer<GenerateInspector> m_inspector;

    QList<Drawing> m_kept; ///< drawn before, newest last; for undo
    QTimer m_delay;
    bool m_started = false;
    bool m_wasShown = false;
};

} // namespace orrery::text_to_image
