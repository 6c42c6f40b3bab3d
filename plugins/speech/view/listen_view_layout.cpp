// SPDX-License-Identifier: Apache-2.0
// Where everything of the tab stands, and who listens to whom.
#include "plugins/speech/view/level_meter.h"
#include "plugins/speech/view/listen_view.h"
#include "plugins/speech/view/live_figures.h"
#include "plugins/speech/view/recording_drag.h"
#include "plugins/speech/view/statistics_panel.h"
#include "widgets/busy_strip.h"
#include "widgets/error_card.h"
#include "widgets/notice_label.h"
#include "widgets/timeline/timeline_view.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QTabBar>

namespace orrery::speech {

namespace {
constexpr int kStateWidth = 120; ///< px that words about the microphone get at least
} // namespace

void ListenView::makeLayout()
{
    m_play = new QPushButton(this);
    m_play->setObjectName(QStringLiteral("play"));
    m_play->setToolTip(tr("Plays from the line on (Space)"));
    m_microphone = new QPushButton(this);
    m_microphone->setObjectName(QStringLiteral("microphone"));
    m_microphone->setCheckable(true);
    m_microphone->setToolTip(tr("Shows units while you speak. The microphone is off until you click, and nothing is "
                                "kept unless you keep it."));
    m_meter = new LevelMeter(this);
    m_state = new QLabel(this);
    m_state->setProperty("look", QStringLiteral("caption"));
    m_state->setTextFormat(Qt::PlainText);
    m_keep = new QPushButton(tr("Keep"), this);
    m_keep->setObjectName(QStringLiteral("keep"));
    m_keep->setProperty("look", QStringLiteral("primary"));
    m_keep->setAccessibleName(tr("Keep what the microphone heard"));
    m_discard = new QPushButton(tr("Discard"), this);
    m_discard->setObjectName(QStringLiteral("discard"));
    m_discard->setAccessibleName(tr("Forget what the microphone heard"));
    m_map = new QPushButton(tr("Show on map"), this);
    m_map->setObjectName(QStringLiteral("showOnMap"));
    m_map->setToolTip(tr("Every 20 ms of this sound becomes a point, coloured by its unit"));
    m_follow = new QPushButton(tr("Follow on map"), this);
    m_follow->setObjectName(QStringLiteral("followOnMap"));
    m_follow->setCheckable(true);
    m_follow->setToolTip(tr("Opens the map beside; what you say or play then moves over it as it is heard"));
    m_open = new QPushButton(tr("Open…"), this);
    m_open->setObjectName(QStringLiteral("openSound"));
    m_open->setAccessibleName(tr("Open sounds"));
    m_actions = new QHBoxLayout;
    m_actions->setSpacing(8);
    m_state->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
    m_soundBar = new QHBoxLayout;
    m_soundBar->setSpacing(8);
    for (QWidget *part :
         {static_cast<QWidget *>(m_play), static_cast<QWidget *>(m_microphone), static_cast<QWidget *>(m_meter),
          static_cast<QWidget *>(m_keep), static_cast<QWidget *>(m_discard)})
        m_soundBar->addWidget(part);
    m_soundBar->addStretch();
    m_linkBar = new QHBoxLayout;
    m_linkBar->setSpacing(8);
    m_linkBar->addWidget(m_state, 1);
    m_linkBar->addStretch();
    m_linkBar->addLayout(m_actions);
    m_linkBar->addWidget(m_map);
    m_linkBar->addWidget(m_follow);
    m_linkBar->addWidget(m_open);
    m_bar = new QBoxLayout(QBoxLayout::LeftToRight);
    m_bar->setSpacing(8);
    m_bar->addLayout(m_soundBar);
    m_bar->addLayout(m_linkBar, 1);

    m_tabs = new QTabBar(this);
    m_tabs->setObjectName(QStringLiteral("recordings"));
    m_tabs->setAccessibleName(tr("Recordings"));
    m_tabs->setExpanding(false);
    m_tabs->setDrawBase(false);
    m_tabs->setElideMode(Qt::ElideMiddle);
    new RecordingDrag(m_host, m_recordings, m_tabs);
    m_storyLabel = new QLabel(this);
    m_storyLabel->setObjectName(QStringLiteral("story"));
    m_storyLabel->setTextFormat(Qt::PlainText);
    m_storyLabel->setWordWrap(true);
    m_storyLabel->hide();
    m_error = new ErrorCard(this);
    m_modelError = new ErrorCard(this);
    m_notes = new NoticeLabel(NoticeLabel::Kind::Warning, this);
    m_notes->setObjectName(QStringLiteral("notes"));
    m_notes->hide();
    m_timeline = new TimelineView(this);
    m_timeline->setObjectName(QStringLiteral("timeline"));
    m_timeline->setWhatsThis(tr("The sound in time: its waveform, its spectrogram and its units. Click to listen from "
                                "there; click a unit to choose it. The wheel zooms, dragging moves. Keys: Space plays, "
                                "left and right walk along the units, Return chooses one, + and − zoom."));
    m_summary = new QLabel(this);
    m_summary->setObjectName(QStringLiteral("summary"));
    m_summary->setProperty("look", QStringLiteral("caption"));
    m_summary->setTextFormat(Qt::PlainText);
    m_summary->setWordWrap(true);
    m_summary->setToolTip(tr("Bits a unit: how hard the next unit would be to guess from the shares alone. 0 would be "
                             "always the same one."));
    m_figures = new LiveFigures(this);
    m_busy = new BusyStrip(tr("The model listens…"), this);
    m_statistics = new StatisticsPanel(this);

    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(8);
    column->addLayout(m_bar);
    column->addWidget(m_tabs);
    column->addWidget(m_storyLabel);
    column->addWidget(m_error);
    column->addWidget(m_modelError);
    column->addWidget(m_notes);
    column->addWidget(m_timeline, 5);
    column->addWidget(m_busy);
    column->addWidget(m_summary);
    column->addWidget(m_figures);
    column->addWidget(m_statistics, 2);
    column->addStretch(); // under the sentence about a file that is no sound
}

void ListenView::arrangeBar()
{
    const int state = m_state->isVisibleTo(this) ? m_host.theme().px(kStateWidth) : 0;
    const int wanted = m_soundBar->sizeHint().width() + m_linkBar->sizeHint().width() + state + m_bar->spacing();
    m_bar->setDirection(wanted > width() ? QBoxLayout::TopToBottom : QBoxLayout::LeftToRight);
}

void ListenView::connectParts()
{
    connect(m_play, &QPushButton::clicked, this, &ListenView::togglePlay);
    connect(m_microphone, &QPushButton::clicked, this, &ListenView::toggleMicrophone);
    connect(m_keep, &QPushButton::clicked, this, &ListenView::keepTake);
    connect(m_discard, &QPushButton::clicked, this, &ListenView::discardTake);
    connect(m_open, &QPushButton::clicked, this, &ListenView::openWanted);
    connect(m_map, &QPushButton::clicked, this, &ListenView::mapWanted);
    connect(m_follow, &QPushButton::clicked, this, &ListenView::followWanted);
    connect(m_busy, &BusyStrip::cancelClicked, this, [this] { m_recordings.cancel(); });
    connect(&Theme::instance(), &Theme::changed, this, &ListenView::showButtons);
    connect(&Theme::instance(), &Theme::changed, this, &ListenView::makeRoom);

    connect(m_tabs, &QTabBar::currentChanged, this, [this](int index) {
        if (m_take) {
            stopListening();
            discardTake();
        }
        m_recordings.setCurrent(m_tabs->tabData(index).value<ItemId>());
    });
    connect(&m_recordings, &Recordings::listChanged, this, &ListenView::showList);
    connect(&m_recordings, &Recordings::currentChanged, this, [this] {
        setStory({});
        showCurrent();
    });
    connect(&m_recordings, &Recordings::changed, this, [this](const ItemId &id) {
        if (id == m_recordings.current().item)
            showCurrent();
        else if (m_timeline->selectedUnit() != UnitTrack::kNone)
            selectUnit(m_timeline->selectedUnit());
    });
    connect(&m_recordings, &Recordings::problemChanged, this, &ListenView::showProblem);
    connect(&m_recordings, &Recordings::progressed, m_busy, &BusyStrip::setProgress);
    connect(&m_recordings, &Recordings::kindChanged, this, [this] {
        if (microphoneOn()) { // goes on with the other units
            m_listener.stop();
            toggleMicrophone();
        } else {
            stopListening();
        }
        showUnits();
    });

    connect(m_timeline, &TimelineView::seekWanted, this, [this](double seconds) {
        if (microphoneOn() || m_rehearsing)
            return;
        const bool playing = m_player.stop();
        m_timeline->setCursor(seconds);
        if (playing)
            togglePlay();
    });
    connect(m_timeline, &TimelineView::unitClicked, this, [this](int unit, std::int64_t frame) {
        selectUnit(unit);
        if (microphoneOn() || m_take)
            return;
        const UnitTrack &units = m_timeline->units();
        const UnitTrack::Run run = units.runAt(frame);
        const Occurrence here{m_shown, {}, run, units.beginOf(run.begin), units.beginOf(run.end)};
        m_player.play(partsOf({here}, m_recordings.all()));
    });
    connect(m_timeline, &TimelineView::presented, this, [this] {
        if (!m_sincePut.isValid())
            return;
        constexpr double kNew = 0.1; // share of the newest figure in the one that is shown
        const double ms = double(m_sincePut.nsecsElapsed()) * 1e-6;
        m_paintMs = m_paintMs > 0 ? m_paintMs * (1 - kNew) + ms * kNew : ms;
        m_sincePut.invalidate();
    });
    connect(m_statistics, &StatisticsPanel::unitChosen, this, &ListenView::selectUnit);
    connect(m_statistics, &StatisticsPanel::hearWanted, this, &ListenView::hearUnit);
    connect(m_statistics, &StatisticsPanel::placeChosen, this, [this](int index) {
        const QList<Occurrence> &places = m_statistics->occurrences();
        if (index < 0 || index >= places.size())
            return;
        const Occurrence place = places[index];
        m_recordings.setCurrent(place.item);
        m_player.play(partsOf({place}, m_recordings.all()));
    });

    connect(&m_player, &Player::started, this, [this] {
        if (microphoneOn()) { // it would hear the loudspeaker
            stopListening();
            m_host.notify(tr("The microphone is off while something plays."));
        }
        if (!m_player.part().item.isNull())
            m_recordings.setCurrent(m_player.part().item);
        showButtons();
    });
    connect(&m_player, &Player::moved, this, [this](double seconds) {
        if (m_player.part().item != (m_take ? ItemId() : m_shown))
            return; // it plays for another part of the page
        const double offset = m_take ? double(m_timeline->sound().first()) / kSoundRate : 0;
        m_timeline->setCursor(seconds + offset, true);
    });
    connect(&m_player, &Player::finished, this, [this] {
        const double at = m_timeline->cursor();
        m_timeline->setCursor(at >= m_timeline->sound().endSeconds() - 0.05 ? -1 : at);
        showButtons();
    });
    connect(&m_player, &Player::failed, this, [this](const Error &error) { m_error->showError(error); });

    connect(&m_listener, &LiveListener::updated, this, &ListenView::streamed);
    connect(&m_listener, &LiveListener::finished, this, &ListenView::streamEnded);
    connect(&m_listener, &LiveListener::failed, this, [this](const Error &error) {
        const bool take = m_take;
        streamEnded();
        if (!take)
            return; // without units it is told by the question for those of the whole sound
        m_error->showError(error);
        m_error->setRemedy(tr("Try again"), [this] { toggleMicrophone(); });
        m_error->addRemedy(tr("Open a sound"), [this] { Q_EMIT openWanted(); });
    });
    connect(&m_listener, &LiveListener::sourceChanged, this, &ListenView::showButtons);
}

} // namespace orrery::speech
