// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "plugins/text_to_image/view/take.h"

#include <QHash>
#include <QWidget>

class QCheckBox;
class QLabel;
class QListWidget;
class QPushButton;

namespace orrery::text_to_image {

class CellCanvas;

/// How a picture was written, tile by tile: how undecided the model was at each, what else it might have taken, and the
/// same picture gone on from there by another chance. Thread: interface.
class TokenTheatre final : public QWidget
{
    Q_OBJECT

public:
    explicit TokenTheatre(PluginHost &host, QWidget *parent = nullptr);

    void setTake(const Take &take);
    int cell() const;
    /// Points at a tile, as the pointer does. −1: at none, and none is held.
    void point(int cell);
    /// Lets go of the tile that a click holds. @return false when none is held.
    bool letGo();

    CellCanvas *canvas() const { return m_canvas; }
    QListWidget *alternatives() const { return m_alternatives; }
    QPushButton *againButton() const { return m_again; }
    /// Pictures of the alternatives have come.
    bool isSettled() const { return m_open == 0; }

Q_SIGNALS:
    /// The tokens before `cell` stay; with `token` ≥ 0 that one stands at it.
    void againWanted(int cell, int token);

protected:
    void resizeEvent(QResizeEvent *event) override;

private:
    void showTake();
    void showCell();
    void wantAgain(int token);
    void askPictures();
    std::vector<int> tokensWith(int cell, int token) const;

    PluginHost &m_host;
    Take m_take;
    CellCanvas *m_canvas;
    QWidget *m_side;
    QCheckBox *m_tint;
    QWidget *m_legend;
    QLabel *m_heading;
    QLabel *m_words;
    QListWidget *m_alternatives;
    QPushButton *m_again;
    QHash<int, QList<QImage>> m_pictures; ///< of the alternatives, by cell
    quint64 m_number = 0;
    int m_open = 0;
};

/// "3.2 bits: as undecided as among 9 equal choices", "Sure: 0.0 bits".
QString entropyText(double bits);

} // namespace orrery::text_to_image
