// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "plugins/text_to_image/view/take.h"

#include <QWidget>

class QLabel;
class QLineEdit;
class QPushButton;

namespace orrery::text_to_image {

class CellCanvas;
class SeedBox;
class StepPlayer;

/// How a picture was found in noise: a slider over the steps, played with Space, and another way to go on from any of
/// them. Thread: interface.
class StepScrubber final : public QWidget
{
    Q_OBJECT

public:
    explicit StepScrubber(QWidget *parent = nullptr);

    void setTake(const Take &take);
    StepPlayer *player() const { return m_player; }
    QLineEdit *branchPrompt() const { return m_prompt; }
    QPushButton *branchButton() const { return m_branch; }
    CellCanvas *canvas() const { return m_canvas; }
    QString words() const;

Q_SIGNALS:
    /// Goes another way from the step on the slider. An empty prompt: the same.
    void branchWanted(int step, quint64 seed, const QString &prompt);

protected:
    void resizeEvent(QResizeEvent *event) override;

private:
    void showStep();

    Take m_take;
    CellCanvas *m_canvas;
    StepPlayer *m_player;
    QLabel *m_words;
    QWidget *m_side;
    QLabel *m_story = nullptr;
    QLineEdit *m_prompt;
    SeedBox *m_seed;
    QPushButton *m_branch;
    int m_looked = -1; ///< step that somebody looks at; −1: the last one, as it comes
    bool m_moving = false;
};

} // namespace orrery::text_to_image
