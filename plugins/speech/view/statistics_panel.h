// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "plugins/speech/view/player.h"
#include "plugins/speech/view/recordings.h"
#include "plugins/speech/view/statistics.h"

#include <QWidget>

class QLabel;
class QListWidget;
class QPushButton;
class QStackedWidget;

namespace orrery::speech {

class UnitChart;

/// A place where a unit can be heard.
struct Occurrence
{
    ItemId item;
    QString name;            ///< of the recording
    UnitTrack::Run run;      ///< its frames
    double from = 0, to = 0; ///< seconds
};

/// Every run of a unit in these recordings.
QList<Occurrence> occurrencesOf(int unit, const QList<Recording> &recordings);
/// A little before and after, so that there is something to hear.
QList<Player::Part> partsOf(const QList<Occurrence> &occurrences, const QList<Recording> &recordings);

/// What can be counted in the units: how often each stands, how long it lasts, what follows what; and all places of the
/// unit that was chosen. Thread: interface.
class StatisticsPanel final : public QWidget
{
    Q_OBJECT

public:
    explicit StatisticsPanel(QWidget *parent = nullptr);
    void setUnits(const UnitTrack &units, int codebook);
    /// The chosen unit and where it stands; UnitTrack::kNone: none.
    void setOccurrences(int unit, const QList<Occurrence> &occurrences);
    const QList<Occurrence> &occurrences() const { return m_occurrences; }
    const UnitStatistics &statistics() const { return m_statistics; }
    UnitChart &histogram() { return *m_histogram; }
    UnitChart &runLengths() { return *m_runs; }
    UnitChart &transitions() { return *m_transitions; }
    QPushButton &hearButton() { return *m_hear; }
    QListWidget &list() { return *m_list; }
    /// In a sentence: how many units, how many kinds.
    QString summary() const;

Q_SIGNALS:
    void unitChosen(int unit); ///< UnitTrack::kNone: none any more
    void hearWanted();         ///< all places of the unit, one after another
    void placeChosen(int index);

protected:
    void resizeEvent(QResizeEvent *event) override;

private:
    QWidget *column(const QString &title, const QString &help, QWidget *content);

    UnitStatistics m_statistics;
    QList<Occurrence> m_occurrences;
    int m_codebook = 0, m_unit = UnitTrack::kNone;
    UnitChart *m_histogram, *m_runs, *m_transitions;
    QStackedWidget *m_right;
    QLabel *m_places;
    QListWidget *m_list;
    QPushButton *m_hear, *m_none;
};

} // namespace orrery::speech
