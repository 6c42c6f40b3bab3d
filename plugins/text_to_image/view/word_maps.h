// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "plugins/text_to_image/view/take.h"

#include <QWidget>

class QLabel;
class QPushButton;

namespace orrery {
class BusyStrip;
class FlowLayout;
} // namespace orrery

namespace orrery::text_to_image {

class CellCanvas;

/// Which word made which part of the picture: pointing at a word leaves light only where the model looked at it.
/// Asks the engine for the same picture once more, with its attention. Thread: interface.
class WordMaps final : public QWidget
{
    Q_OBJECT

public:
    explicit WordMaps(PluginHost &host, QWidget *parent = nullptr);

    void setTake(const Take &take);
    /// Asks for the maps, when they are not there: only while somebody looks.
    void ask();
    void cancel();
    bool isBusy() const { return m_sampler->isPending(); }
    QList<QPushButton *> words() const { return m_buttons; }
    /// Word that is shown; −1: none.
    int shownWord() const { return m_shown; }
    void showWord(int index);
    QString story() const;

protected:
    bool eventFilter(QObject *object, QEvent *event) override;

private:
    void showMaps(const SamplePointer &sample);
    void explain();

    Sampler *m_sampler;
    Take m_take;
    SamplePointer m_with; ///< the same sample with its words
    CellCanvas *m_canvas;
    QWidget *m_box;
    FlowLayout *m_flow;
    QLabel *m_story;
    BusyStrip *m_busy;
    QList<QPushButton *> m_buttons;
    QString m_error;
    int m_shown = -1;
};

} // namespace orrery::text_to_image
