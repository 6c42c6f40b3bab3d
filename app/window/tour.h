// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "orrery/tour.h"

#include <QElapsedTimer>
#include <QJsonArray>
#include <QObject>
#include <QSet>
#include <QString>

#include <vector>

namespace orrery {

class Host;
class MainWindow;

/// `orrery --tour FOLDER`: plays the first-run stories with real input events and saves a picture of every step, light
/// and dark, at the scale the program runs at. A result that never comes ends the tour with exit status 1.
class Tour : public QObject
{
    Q_OBJECT
public:
    /// @param suffix  of the pictures' names: "" or "@2x".
    Tour(Host &host, MainWindow &window, QString folder, QString suffix);

    void start();

    /// Both scales, one process each; the scale is fixed for the life of a process. @return the exit status.
    static int runAllScales(const QString &program, const QString &folder);

private:
    void next();
    void poll();
    void finishStep();
    void end(bool passed, const QString &why = {});
    /// The stories of the page on the stage come next, once.
    void addStories();
    void save(const QString &scheme);
    std::vector<TourStep> shellSteps();
    std::vector<TourStep> lessonSteps();
    std::vector<TourStep> developerSteps();

    Host &m_host;
    MainWindow &m_window;
    QString m_folder;
    QString m_suffix;
    std::vector<TourStep> m_steps;
    std::size_t m_at = 0;
    QSet<QString> m_toldPages; ///< whose stories are among the steps
    QElapsedTimer m_clock;
    QJsonArray m_report;
    int m_saved = 0;
};

} // namespace orrery
