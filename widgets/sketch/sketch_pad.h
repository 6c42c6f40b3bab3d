// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "widgets/sketch/sketch_canvas.h"

#include <QList>

class QButtonGroup;
class QMenu;
class QSlider;
class QToolButton;

namespace orrery {

/// A sketch canvas with its tools: pencil, eraser, fill, emoji stamps, colours, size, a guide to trace, clear.
/// Thread: interface.
class SketchPad final : public QWidget
{
    Q_OBJECT

public:
    /// A picture that can lie faintly under the drawing.
    struct Guide
    {
        QString name;
        QImage picture;
    };

    explicit SketchPad(QWidget *parent = nullptr);

    SketchCanvas *canvas() const { return m_canvas; }
    void setGuides(const QList<Guide> &guides);

    /// Emoji offered as stamps; a few everyday ones.
    static QStringList stamps();

private:
    QToolButton *addTool(SketchCanvas::Tool tool, const QString &icon, const QString &name, const QString &help);
    QWidget *makeColours();
    QMenu *makeStampMenu();
    void restyle();
    void chooseColour(const QColor &colour);

    SketchCanvas *m_canvas;
    QButtonGroup *m_tools;
    QToolButton *m_stampButton = nullptr;
    QToolButton *m_guideButton;
    QToolButton *m_clearButton;
    QToolButton *m_customColour = nullptr;
    QMenu *m_guideMenu;
    QSlider *m_size;
    QList<QToolButton *> m_swatches;
    QList<std::pair<QToolButton *, QString>> m_icons; ///< buttons whose picture follows the theme
};

} // namespace orrery
