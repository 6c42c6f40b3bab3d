// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "plugins/text_to_image/view/generate_state.h"

#include <QFrame>

class QLabel;
class QPushButton;

namespace orrery {
class RatioSlider;
}

namespace orrery::text_to_image {

/// The picture that a drawing begins with instead of noise, how much of it is kept, and what of it is painted over.
/// Hidden while there is none. Thread: interface.
class StartStrip final : public QFrame
{
    Q_OBJECT

public:
    explicit StartStrip(GenerateState &state, QWidget *parent = nullptr);

    RatioSlider *strength() const { return m_strength; }
    QPushButton *paintButton() const { return m_paint; }
    QPushButton *clearButton() const { return m_clear; }

Q_SIGNALS:
    void paintWanted();

private:
    void showState();

    GenerateState &m_state;
    QLabel *m_picture;
    QLabel *m_words;
    QLabel *m_caption;
    RatioSlider *m_strength;
    QPushButton *m_paint;
    QPushButton *m_clear;
};

/// The picture with what is made anew laid over in the accent colour.
QImage withMask(const QImage &picture, const QImage &mask);

} // namespace orrery::text_to_image
