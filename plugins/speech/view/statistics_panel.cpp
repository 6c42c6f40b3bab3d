// SPDX-License-Identifier: Apache-2.0
#include "plugins/speech/view/statistics_panel.h"

#include "plugins/speech/view/unit_chart.h"
#include "widgets/theme/theme.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QListWidget>
#include <QLocale>
#include <QPushButton>
#include <QStackedWidget>
#include <QVBoxLayout>

#include <algorithm>

namespace orrery::speech {

namespace {

constexpr double kAround = 0.06; ///< seconds before and after a unit that are played along
constexpr int kNarrow = 700;     ///< pixels; below this its column has no room for whole words
constexpr int kMostBars = 60, kMostTransitions = 24;

} // namespace

QList<Occurrence> occurrencesOf(int unit, const QList<Recording> &recordings)
{
    QList<Occurrence> all;
    for (const Recording &recording : recordings) {
        if (!recording.units)
            continue;
        const UnitTrack track(recording.units->units, recording.units->hopMs, recording.units->firstMs);
        for (const UnitTrack::Run &run : track.runs())
            if (run.unit == unit)
                all.append({recording.item, recording.name, run, track.beginOf(run.begin), track.beginOf(run.end)});
    }
    return all;
}

QList<Player::Part> partsOf(const QList<Occurrence> &occurrences, const QList<Recording> &recordings)
{
    QList<Player::Part> parts;
    for (const Occurrence &occurrence : occurrences)
        for (const Recording &recording : recordings)
            if (recording.item == occurrence.item && recording.samples)
                parts.append({occurrence.item, recording.samples, std::max(0.0, occurrence.from - kAround),
                              std::min(recording.seconds(), occurrence.to + kAround)});
    return parts;
}

StatisticsPanel::StatisticsPanel(QWidget *parent) : QWidget(parent)
{
    m_histogram = new UnitChart(tr("How often each unit stands"), this);
    m_histogram->setObjectName(QStringLiteral("histogram"));
    m_histogram->setClickable(true);
    m_runs = new UnitChart(tr("How long units last"), this);
    m_runs->setObjectName(QStringLiteral("runLengths"));
    m_transitions = new UnitChart(tr("Which unit follows which"), this);
    m_transitions->setObjectName(QStringLiteral("transitions"));
    m_transitions->setClickable(true);
    m_transitions->setBarWidths(46, 60); // two numbers
    m_runs->setBarWidths(28, 40);
    for (UnitChart *chart : {m_histogram, m_runs, m_transitions})
        chart->setEmptyWords(tr("No units yet"));

    m_places = new QLabel(this);
    m_places->setProperty("look", QStringLiteral("caption"));
    m_places->setTextFormat(Qt::PlainText);
    m_places->setWordWrap(true);
    m_hear = new QPushButton(tr("Hear its examples"), this);
    m_hear->setObjectName(QStringLiteral("hear"));
    m_hear->setToolTip(tr("Plays every place of this unit, one after another"));
    m_hear->setAccessibleName(tr("Hear its examples"));
    m_none = new QPushButton(tr("All units"), this);
    m_none->setProperty("look", QStringLiteral("quiet"));
    m_none->setAccessibleName(tr("Choose no unit"));
    m_list = new QListWidget(this);
    m_list->setObjectName(QStringLiteral("places"));
    m_list->setAccessibleName(tr("Places of the chosen unit"));
    m_list->setUniformItemSizes(true);
    m_list->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_list->setTextElideMode(Qt::ElideRight);
    auto *buttons = new QHBoxLayout;
    buttons->setSpacing(4);
    buttons->addWidget(m_hear);
    buttons->addWidget(m_none);
    buttons->addStretch();
    auto *places = new QWidget(this);
    auto *placesColumn = new QVBoxLayout(places);
    placesColumn->setContentsMargins(0, 0, 0, 0);
    placesColumn->setSpacing(4);
    placesColumn->addWidget(m_places);
    placesColumn->addWidget(m_list, 1);
    placesColumn->addLayout(buttons);

    m_right = new QStackedWidget(this);
    m_right->addWidget(column(tr("What follows what"),
                              tr("The pairs of units that follow each other most often. Click one to choose its first "
                                 "unit."),
                              m_transitions));
    m_right->addWidget(places);
    auto *row = new QHBoxLayout(this);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(16);
    row->addWidget(column(tr("Most frequent units"),
                          tr("How much of the sound each unit takes. Click one to see and hear all its places."),
                          m_histogram),
                   5);
    row->addWidget(column(tr("How long they last, ms"),
                          tr("How many times a unit stays for so many milliseconds before another one comes. A plain "
                             "sound of speech lasts 50 to 150."),
                          m_runs),
                   3);
    row->addWidget(m_right, 4);

    connect(m_histogram, &UnitChart::clicked, this,
            [this](int unit) { Q_EMIT unitChosen(unit == m_unit ? UnitTrack::kNone : unit); });
    connect(m_transitions, &UnitChart::clicked, this, &StatisticsPanel::unitChosen);
    connect(m_hear, &QPushButton::clicked, this, &StatisticsPanel::hearWanted);
    connect(m_none, &QPushButton::clicked, this, [this] { Q_EMIT unitChosen(UnitTrack::kNone); });
    connect(m_list, &QListWidget::itemActivated, this, [this] { Q_EMIT placeChosen(m_list->currentRow()); });
    connect(m_list, &QListWidget::itemClicked, this, [this] { Q_EMIT placeChosen(m_list->currentRow()); });
}

void StatisticsPanel::resizeEvent(QResizeEvent *event)
{
    QWidget::resizeEvent(event);
    // Beside a map there is half the room.
    const bool narrow = width() < Theme::instance().px(kNarrow);
    m_hear->setText(narrow ? tr("Hear") : tr("Hear its examples"));
    m_none->setText(narrow ? tr("All") : tr("All units"));
}

QWidget *StatisticsPanel::column(const QString &title, const QString &help, QWidget *content)
{
    auto *box = new QWidget(this);
    auto *column = new QVBoxLayout(box);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(4);
    auto *caption = new QLabel(title, box);
    caption->setProperty("look", QStringLiteral("caption"));
    caption->setToolTip(help);
    content->setWhatsThis(help);
    column->addWidget(caption);
    column->addWidget(content, 1);
    return box;
}

void StatisticsPanel::setUnits(const UnitTrack &units, int codebook)
{
    const QLocale locale = this->locale();
    m_statistics = statisticsOf(units);
    m_codebook = codebook;
    QList<UnitChart::Bar> bars;
    for (const UnitStatistics::Count &count : m_statistics.counts) {
        if (bars.size() >= kMostBars)
            break;
        const double share = double(count.frames) / double(m_statistics.frames);
        bars.append({QString::number(count.unit),
                     tr("Unit %1: %2 % of the sound, in %3 places")
                         .arg(count.unit)
                         .arg(locale.toString(100 * share, 'f', 1), locale.toString(qlonglong(count.runs))),
                     share, count.unit});
    }
    m_histogram->setBars(bars);
    bars.clear();
    for (int i = 0; m_statistics.runs > 0 && i < UnitStatistics::kLongestRun; ++i) {
        const bool last = i + 1 == UnitStatistics::kLongestRun;
        const QString ms = QString::number(std::lround((i + 1) * units.hopMs()));
        bars.append({last ? ms + u'+' : ms,
                     tr("%1 runs of %2 ms")
                         .arg(m_statistics.runLengths[std::size_t(i)])
                         .arg(last ? tr("%1 or more").arg(ms) : ms),
                     double(m_statistics.runLengths[std::size_t(i)]), -1});
    }
    m_runs->setBars(bars);
    bars.clear();
    for (const UnitStatistics::Transition &transition : m_statistics.transitions) {
        if (bars.size() >= kMostTransitions)
            break;
        bars.append({QStringLiteral("%1›%2").arg(transition.from).arg(transition.to),
                     tr("Unit %1, then %2: %3 times").arg(transition.from).arg(transition.to).arg(transition.times),
                     double(transition.times), transition.from});
    }
    m_transitions->setBars(bars);
}

void StatisticsPanel::setOccurrences(int unit, const QList<Occurrence> &occurrences)
{
    const QLocale locale = this->locale();
    // An answer about another sound makes the list anew; whoever walks along it stays where he is.
    const int row = unit == m_unit ? m_list->currentRow() : -1;
    const Occurrence before = row < 0 ? Occurrence() : m_occurrences.value(row);
    m_unit = unit;
    m_occurrences = occurrences;
    m_histogram->setSelectedUnit(unit);
    m_right->setCurrentIndex(unit == UnitTrack::kNone ? 0 : 1);
    m_places->setText(occurrences.size() == 1 ? tr("Unit %1 stands in one place").arg(unit)
                                              : tr("Unit %1 stands in %2 places").arg(unit).arg(occurrences.size()));
    m_list->clear();
    for (const Occurrence &occurrence : occurrences)
        m_list->addItem(tr("%1 s · %2 ms · %3")
                            .arg(locale.toString(occurrence.from, 'f', 2))
                            .arg(std::lround((occurrence.to - occurrence.from) * 1000))
                            .arg(occurrence.name));
    for (qsizetype i = 0; row >= 0 && i < occurrences.size(); ++i)
        if (occurrences[i].item == before.item && occurrences[i].run == before.run)
            m_list->setCurrentRow(int(i));
    m_hear->setEnabled(!occurrences.isEmpty());
}

QString StatisticsPanel::summary() const
{
    if (m_statistics.frames == 0)
        return {};
    const QLocale locale = this->locale();
    return tr("%1 different units of %2 · %3 changes · %4 bits a unit")
        .arg(locale.toString(qlonglong(m_statistics.counts.size())), locale.toString(m_codebook),
             locale.toString(qlonglong(std::max<std::int64_t>(0, m_statistics.runs - 1))),
             locale.toString(m_statistics.entropyBits, 'f', 1));
}

} // namespace orrery::speech
