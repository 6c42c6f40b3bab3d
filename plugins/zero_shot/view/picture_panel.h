// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "orrery/plugin_host.h"
#include "plugins/zero_shot/view/picture_sources.h"

#include <QWidget>

class QPushButton;
class QStackedWidget;

namespace orrery {
class ErrorCard;
class SketchPad;
} // namespace orrery

namespace orrery::zero_shot {

/// A picture, as large as it fits, with sharp pixels where it is smaller than its place.
class PictureView final : public QWidget
{
    Q_OBJECT

public:
    explicit PictureView(QWidget *parent = nullptr);
    void setPicture(const QImage &picture, const QString &name);
    QSize sizeHint() const override { return {280, 280}; }

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    QImage m_picture;
};

/// What is to be ranked: the selected picture or the sketch pad, and the ways to get another one.
/// Thread: interface.
class PicturePanel final : public QWidget
{
    Q_OBJECT

public:
    PicturePanel(PluginHost &host, QWidget *parent = nullptr);

    /// The picture to rank now; null when there is none. While a stroke goes on it is the drawing so far.
    Item current() const;
    bool isSketching() const;
    /// Shows the pad with the selected drawing, or with white paper; or goes back to the selected picture.
    void setSketching(bool on);
    void openExample(const QString &name);
    void openFiles();
    void openFolder();
    void paste();
    /// Adds what was found and selects it, as one step of undo; says what could not be read.
    void addAll(const Dropped &found, const QString &undoText);
    /// The picture flies among its neighbours on the page Map, where there is one.
    void showOnMap();
    bool canShowOnMap() const;

    SketchPad *pad() const { return m_pad; }
    /// Names of the built-in example pictures, from `resources/examples`.
    QStringList examples() const;
    QString examplePath(const QString &name) const;

Q_SIGNALS:
    /// There is something else to rank. `live`: in the middle of a stroke.
    void currentChanged(bool live);

protected:
    void showEvent(QShowEvent *event) override;

private:
    void showSelection();
    void leavePad();
    void storeDrawing(const QString &name, const QImage &drawing);
    void showMapButton();
    QWidget *makeButtons();

    PluginHost &m_host;
    QStackedWidget *m_stack;
    PictureView *m_picture;
    SketchPad *m_pad;
    QWidget *m_empty;
    ErrorCard *m_error;
    QPushButton *m_draw;
    QPushButton *m_onMap;
    ItemId m_sketch; ///< the drawing on the pad; null: white paper that is no item yet
    bool m_storing = false;
    bool m_hasGuides = false;
};

} // namespace orrery::zero_shot
