// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "plugins/embedding_map/view/map_run.h"

#include <QWidget>

class QLabel;
class QPushButton;

namespace orrery::embedding_map {

/// How true the map on screen is: numbers that explain themselves, each paints the points when clicked.
/// Thread: interface.
class QualityPanel final : public QWidget
{
    Q_OBJECT

public:
    explicit QualityPanel(QWidget *parent = nullptr);

    /// @param run  null: no map. @param pending  a map is being made or measured
    void setRun(const MapRun *run, bool pending);
    /// Numbers of a lesson in place of the map's own, until setRun.
    void showNumbers(const QMap<QString, double> &numbers);
    void setColour(const QString &colour);
    QPushButton *measureButton() const { return m_measure; }

Q_SIGNALS:
    void colourWanted(const QString &id);
    void measureWanted();

private:
    struct Row
    {
        QString id;
        QPushButton *button;
    };
    QLabel *m_heading;
    QLabel *m_note;
    QPushButton *m_measure;
    QList<Row> m_rows;
};

/// "38 %", "0.97": as this page writes a number of quality.
QString qualityText(const QString &quantity, double value);
/// "Divergence 1.34", by what the method calls its loss.
QString lossText(const MapRun &run);
/// The numbers of a map by name: recall, trustworthiness, continuity, correlation, pearson.
QMap<QString, double> numbersOf(const maps::Quality &quality);

} // namespace orrery::embedding_map
