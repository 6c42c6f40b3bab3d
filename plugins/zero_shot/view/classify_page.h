// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "orrery/plugin.h"
#include "plugins/zero_shot/view/answer.h"

#include <QPointer>

#include <memory>

class QSplitter;
class QStackedWidget;
class QTabBar;

namespace orrery {
class MatrixView;
}

namespace orrery::zero_shot {

class BatchRanker;
class ClassifyInspector;
class ClassifyState;
class FailuresView;
class Filmstrip;
class LabelEditor;
class LabelLists;
class MatrixPart;
class PicturePanel;
class Ranker;
class RankView;
class VaryView;
struct Failure;

/// The page "Classify": names what a picture shows, among words that the user types.
/// Thread: interface.
class ClassifyPage final : public Page
{
    Q_OBJECT

public:
    enum Part
    {
        Rank,
        Vary,
        Matrix,
        Failures,
    };

    explicit ClassifyPage(PluginHost &host, QWidget *parent = nullptr);

    QWidget *createInspector(QWidget *parent) override;
    QString dropText(const QList<ItemKind> &kinds) const override;
    void take(const QList<ItemId> &items) override;
    void focusPrompt() override;
    bool cancel() override;
    void shown() override;
    QList<TourStep> tourSteps() override;
    Playable *playable() override { return m_play.get(); }

    void showPart(Part part);
    Part part() const;
    /// What would be asked now; an empty picture or label list means that there is nothing to ask.
    Question question() const;
    /// Sets the page up as a prepared failure, as one step of undo.
    void showFailure(const Failure &failure);
    /// Puts back what an exported picture was made from. @return false when the recipe is not one of this page.
    bool restore(const QJsonObject &recipe);

    ClassifyState &state() { return *m_state; }
    Ranker &ranker() { return *m_ranker; }
    BatchRanker &batch() { return *m_batch; }
    PicturePanel &pictures() { return *m_pictures; }
    LabelEditor &labels() { return *m_labels; }
    RankView &rankView() { return *m_rankView; }
    VaryView &varyView() { return *m_vary; }
    MatrixPart &matrixPart() { return *m_matrix; }
    FailuresView &failuresView() { return *m_failures; }
    ClassifyInspector *inspector();

    void exportTo(const QString &path);
    void copyRanking();

protected:
    bool eventFilter(QObject *object, QEvent *event) override;

private:
    void makeLayout();
    void shareLeft();
    void makeCommands();
    void rank(bool live);
    void rankOthers();
    void showAnswer();
    void showVotes();
    void showError(const Error &error);
    void tick(const QString &label);
    void showTrueLabel();
    QWidget *makeExportButton();
    void chooseExport(const QString &suffix, const QString &filter);

    std::unique_ptr<Playable> m_play;
    ClassifyState *m_state;
    LabelLists *m_lists;
    Ranker *m_ranker;
    BatchRanker *m_batch;
    QTabBar *m_tabs;
    QStackedWidget *m_stack;
    PicturePanel *m_pictures;
    LabelEditor *m_labels;
    RankView *m_rankView;
    Filmstrip *m_filmstrip;
    VaryView *m_vary;
    MatrixPart *m_matrix;
    FailuresView *m_failures;
    QPointer<ClassifyInspector> m_inspector;
    QSplitter *m_left;
    QList<ItemId> m_others; ///< that the batch was started for
    bool m_leftMoved = false;
    bool m_started = false;
    bool m_settingUp = false; ///< several changes at once: ask when all are made
};

} // namespace orrery::zero_shot
