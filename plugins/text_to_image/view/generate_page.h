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
class AuditView;
class DetailView;
class DuelView;
class GenerateState;
class MaskPad;
class ModelChip;
class ModelFacts;
class PromptBar;
class PromptQueue;
class QueueView;
class SampleGrid;
class StartStrip;
struct PreparedFailure;

/// The page "Generate": a prompt becomes pictures, in two ways that can both be looked into.
/// Thread: interface.
class GeneratePage final : public Page
{
    Q_OBJECT

public:
    enum Part
    {
        Pictures,
        Duel,
        Audit,
        Queue,
        Failures,
    };

    explicit GeneratePage(PluginHost &host, QWidget *parent = nullptr);
    ~GeneratePage() override;

    QWidget *createInspector(QWidget *parent) override;
    QWidget *createModelChip(QWidget *parent) override;
    QString dropText(const QList<ItemKind> &kinds) const override;
    void take(const QList<ItemId> &items) override;
    void focusPrompt() override;
    bool cancel() override;
    void shown() override;
    void hidden() override;
    QList<TourStep> tourSteps() override;
    Playable *playable() override { return m_play.get(); }

    void showPart(Part part);
    Part part() const;
    /// Draws what the prompt and the inspector say, or shows it when it was drawn before.
    void draw();
    /// The same, as the button does it: with another seed when the seed is not locked.
    void drawClicked();
    /// Another seed, drawn at once.
    void roll();
    /// Looks into a picture of the grid.
    void openDetail(int index);
    void closeDetail();
    bool isDetailOpen() const;
    /// Pictures that things are done with: the one that is open, or those chosen in the grid.
    QList<SamplePointer> chosenSamples() const;
    void sendTo(const QString &pageId);
    void gather();
    void exportTo(const QString &path);
    /// Begins the next drawing with this picture instead of noise.
    void beginWith(const QImage &picture, const QString &undoText);
    void moreLikeThis();
    /// Opens the brush over the picture that is open, or that a drawing begins with.
    void paintOver();
    /// Puts the prompt, as the inspector says, into the queue.
    void addToQueue();
    /// Sets the page up as a prepared failure, as one step of undo.
    void showFailure(const PreparedFailure &failure);
    /// Puts back what a drawn picture was made from, and draws it again. @return false when the recipe is not one.
    bool restore(const QByteArray &recipe);
    /// True while something was asked for and is not there yet.
    bool isBusy() const;
    QString errorText() const;

    GenerateState &state() { return *m_state; }
    ModelFacts &facts() { return *m_facts; }
    Sampler &sampler() { return *m_sampler; }
    PromptBar &promptBar() { return *m_prompt; }
    SampleGrid &grid() { return *m_grid; }
    DetailView &detail() { return *m_detail; }
    DuelView &duel() { return *m_duel; }
    AuditView &audit() { return *m_audit; }
    PromptQueue &queue() { return *m_queue; }
    QueueView &queueView() { return *m_queueView; }
    StartStrip &startStrip() { return *m_start; }
    MaskPad &maskPad() { return *m_maskPad; }
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
    void clearError();
    void showWhat();
    void showPartNow();
    void showChips();
    void showStatus();
    QString status() const;
    /// Where only one of the two ways of drawing has its model here, the first picture is drawn by that one.
    void beginWithAModelThatIsThere();
    void keep(const Drawing &drawing);

    // generate_page_actions.cpp
    void makeMenu();
    void makeCommands();
    void chooseExport();
    void chooseBeginning();
    void finishMask(const QImage &mask);
    void startDrag(const QList<int> &indices);
    QList<ItemId> addItems(const QList<SamplePointer> &samples, const QString &undoText);

    std::unique_ptr<Playable> m_play;
    GenerateState *m_state;
    ModelFacts *m_facts;
    Sampler *m_sampler;
    QHash<QString, ItemId> m_items; ///< samples that are items of the workspace already, by recipe
    QTabBar *m_tabs = nullptr;
    QStackedWidget *m_stack = nullptr;
    PromptBar *m_prompt = nullptr;
    StartStrip *m_start = nullptr;
    QLabel *m_story = nullptr; ///< why this prompt fails
    ErrorCard *m_error = nullptr;
    BusyStrip *m_busy = nullptr;
    QStackedWidget *m_stage = nullptr; ///< the grid, or why there is none
    QScrollArea *m_scroll = nullptr;
    SampleGrid *m_grid = nullptr;
    DetailView *m_detail = nullptr;
    int m_open = -1; ///< index of the sample that is looked into; −1: none
    MaskPad *m_maskPad = nullptr;
    bool m_painting = false;
    QImage m_paintedOn; ///< what the brush is over
    DuelView *m_duel = nullptr;
    AuditView *m_audit = nullptr;
    PromptQueue *m_queue = nullptr;
    QueueView *m_queueView = nullptr;
    FailureCards *m_failures = nullptr;
    QString m_failing; ///< prompt of the failure that is shown
    EmptyState *m_noPrompt = nullptr;
    EmptyState *m_noModel = nullptr;
    QPushButton *m_otherMethod = nullptr;
    QLabel *m_status = nullptr;
    QPointer<GenerateInspector> m_inspector;
    QPointer<ModelChip> m_modelChip;

    QList<Drawing> m_kept; ///< drawn before, newest last; for undo
    QTimer m_delay;
    bool m_started = false;
    bool m_begun = false; ///< a model that is there was found once; what the user chooses since then counts
    bool m_wasShown = false;
};

} // namespace orrery::text_to_image
