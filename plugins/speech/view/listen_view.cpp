// SPDX-License-Identifier: Apache-2.0
#include "plugins/speech/view/listen_view.h"

#include "plugins/speech/view/level_meter.h"
#include "plugins/speech/view/live_figures.h"
#include "plugins/speech/view/statistics_panel.h"
#include "widgets/busy_strip.h"
#include "widgets/error_card.h"
#include "widgets/timeline/timeline_view.h"

#include <QLabel>
#include <QPushButton>
#include <QTabBar>
#include <QToolButton>

#include <algorithm>

namespace orrery::speech {

namespace {
constexpr int kLongestName = 240;          ///< pixels of a recording's name beside its figures
constexpr int kLowestWithStatistics = 360; ///< of a presented view
} // namespace

ListenView::ListenView(PluginHost &host, Recordings &recordings, Player &player, LiveListener &listener,
                       QWidget *parent)
    : QWidget(parent), m_host(host), m_recordings(recordings), m_player(player), m_listener(listener)
{
    makeLayout();
    connectParts();
    showList();
    showButtons();
    setFollowing(false);
}

void ListenView::begin()
{
    m_recordings.wake();
    showCurrent();
}

bool ListenView::microphoneOn() const
{
    return m_listener.source() == LiveListener::Source::Microphone;
}

bool ListenView::isBusy() const
{
    return m_recordings.isBusy() || m_rehearsing;
}

QString ListenView::errorText() const
{
    if (!m_error->isHidden())
        return m_error->message();
    return m_modelError->isHidden() ? QString() : m_modelError->message();
}

QString ListenView::noteText() const
{
    return m_notes->isHidden() ? QString() : m_notes->text();
}

void ListenView::setStory(const QString &story)
{
    m_story = story;
    m_storyLabel->setText(story);
    m_storyLabel->setVisible(!story.isEmpty());
}

bool ListenView::cancel()
{
    if (m_player.stop())
        return true;
    if (stopListening())
        return true;
    if (m_recordings.cancel())
        return true;
    if (m_timeline->selectedUnit() != UnitTrack::kNone) {
        selectUnit(UnitTrack::kNone);
        return true;
    }
    return false;
}

void ListenView::setFollowing(bool on)
{
    m_follow->setChecked(on);
    m_follow->setAccessibleName(on ? tr("Follow on the map no longer") : tr("Follow on the map"));
}

// --- what is shown ---------------------------------------------------------------------------------------------------

void ListenView::showList()
{
    const QList<Recording> all = m_recordings.all();
    const QSignalBlocker blocker(m_tabs);
    while (m_tabs->count() > 0)
        m_tabs->removeTab(0);
    for (const Recording &recording : all) {
        const int index = m_tabs->addTab(recording.name);
        m_tabs->setTabData(index, QVariant::fromValue(recording.item));
        m_tabs->setTabToolTip(index, recording.name);
        if (recording.item != m_recordings.exampleId()) {
            auto *close = new QToolButton(m_tabs);
            close->setIcon(m_host.theme().icon(QStringLiteral("close")));
            close->setAutoRaise(true);
            close->setAccessibleName(tr("Close %1").arg(recording.name));
            close->setToolTip(tr("Takes it off this page; it stays in the tray"));
            connect(close, &QToolButton::clicked, this, [this, id = recording.item] { m_recordings.close(id); });
            m_tabs->setTabButton(index, QTabBar::RightSide, close);
        }
        if (recording.item == m_recordings.current().item)
            m_tabs->setCurrentIndex(index);
    }
    m_tabs->setVisible(all.size() > 1);
}

void ListenView::showCurrent()
{
    const Recording recording = m_recordings.current();
    for (int i = 0; i < m_tabs->count(); ++i)
        if (m_tabs->tabData(i).value<ItemId>() == recording.item) {
            const QSignalBlocker blocker(m_tabs);
            m_tabs->setCurrentIndex(i);
        }
    if (m_take)
        return; // what the microphone heard stays in front until it is kept or discarded
    if (m_shown != recording.item || m_samples != recording.samples) {
        if (m_rehearsing)
            m_listener.stop();
        m_rehearsing = false;
        if (m_player.part().item != recording.item) // it may have brought us here
            m_player.stop();
        m_shown = recording.item;
        m_samples = recording.samples;
        m_units = nullptr;
        m_timeline->setSound(recording.samples);
        if (recording.samples && !m_rehearsed && recording.item == m_recordings.exampleId() &&
            m_host.theme().motion() && !m_recordings.problem())
            rehearse();
    }
    showUnits();
    showNotes();
    showButtons();
}

void ListenView::showUnits()
{
    const Recording recording = m_recordings.current();
    const bool known = recording.units != nullptr;
    m_timeline->setMessage(known || !recording.samples  ? QString()
                           : m_recordings.problem()     ? tr("No units: the model cannot be used")
                           : !recording.error.isEmpty() ? tr("No units")
                           : m_recordings.isStopped()   ? tr("Stopped")
                                                        : tr("The model listens…"));
    m_busy->setBusy(m_recordings.isBusy() && !m_rehearsing);
    if (m_take || m_rehearsing)
        return;
    if (!known) {
        m_timeline->setStale(m_units != nullptr);
        if (!m_units)
            showTrack(); // what was counted is of another sound
        return;
    }
    m_timeline->setStale(false);
    if (recording.units == m_units)
        return;
    const bool first = m_units == nullptr;
    const bool otherNames = m_units && !m_units->kind.namesUnitsAs(recording.units->kind);
    m_units = recording.units;
    m_timeline->setUnits(UnitTrack(m_units->units, m_units->hopMs, m_units->firstMs));
    std::vector<TimelineWord> words;
    for (const HeardLetter &letter : m_units->letters)
        words.push_back({letter.second, QString::fromStdString(letter.text)});
    m_timeline->setWords(std::move(words));
    if (otherNames)
        m_timeline->setSelectedUnit(UnitTrack::kNone); // a number means something else in another codebook
    showTrack();
    if (first)
        Q_EMIT firstUnits();
}

void ListenView::showTrack()
{
    m_statistics->setUnits(m_timeline->units(), m_recordings.kind().codebook);
    // Several recordings have their names on tabs.
    const QString name = m_recordings.all().size() > 1 ? QString() : m_recordings.current().name;
    const QString summary = m_timeline->units().empty() ? QString() : m_statistics->summary();
    m_summary->setText(
        name.isEmpty() || summary.isEmpty()
            ? summary
            : tr("“%1” · %2")
                  .arg(m_summary->fontMetrics().elidedText(name, Qt::ElideMiddle, m_host.theme().px(kLongestName)),
                       summary));
    selectUnit(m_timeline->selectedUnit());
}

void ListenView::showNotes()
{
    const Recording recording = m_recordings.current();
    m_notes->setText(recording.notes.join(u'\n'));
    m_notes->setVisible(!recording.notes.isEmpty() && !m_take);
    m_error->clear();
    m_nothing = !m_take && !recording.error.isEmpty() && !recording.samples;
    m_timeline->setVisible(!m_nothing);
    makeRoom();
    if (!m_take && m_recordings.isStopped()) {
        m_error->showWarning(tr("Stopped: the model has not heard this sound"));
        m_error->setRemedy(tr("Try again"), [this] { m_recordings.retry(); });
    }
    if (m_take || recording.error.isEmpty())
        return;
    m_error->showError(recording.error);
    if (recording.item != m_recordings.exampleId())
        m_error->setRemedy(tr("Close it"), [this, id = recording.item] { m_recordings.close(id); });
}

void ListenView::showProblem()
{
    m_modelError->clear();
    if (const auto &problem = m_recordings.problem()) {
        const UnitKind kind = m_recordings.kind();
        const bool missing = problem->code == ErrorCode::NotFound;
        if (missing && kind.model == QLatin1String(kUnitsModel))
            m_modelError->showError(tr("The model that hears units, speech-hubert, is not installed."),
                                    QString::fromStdString(problem->message));
        else
            m_modelError->showError(*problem);
        m_modelError->setRemedy(tr("Models"), [this] { m_host.showPage(QStringLiteral("models")); });
        if (kind.model != QLatin1String(kMfcc))
            m_modelError->addRemedy(tr("Use plain sound features (MFCC)"),
                                    [this] { m_recordings.setModel(QLatin1String(kMfcc)); });
    }
    showUnits();
}

void ListenView::showButtons()
{
    const Theme &theme = Theme::instance();
    const bool playing = m_player.isPlaying(), on = microphoneOn();
    m_play->setText(playing ? tr("Pause") : tr("Play"));
    m_play->setIcon(theme.icon(playing ? QStringLiteral("pause") : QStringLiteral("play")));
    m_play->setAccessibleName(playing ? tr("Pause") : tr("Play the sound"));
    m_play->setEnabled(!on && !m_timeline->sound().empty());
    m_microphone->setText(on ? tr("Stop listening") : tr("Microphone"));
    m_microphone->setIcon(theme.icon(on ? QStringLiteral("recording") : QStringLiteral("microphone"),
                                     on ? theme.colours().error : theme.colours().text));
    m_microphone->setAccessibleName(on ? tr("Turn the microphone off; it is on") : tr("Turn the microphone on"));
    m_microphone->setChecked(on);
    m_meter->setVisible(on);
    m_keep->setVisible(m_take && !on);
    m_discard->setVisible(m_take && !on);
    m_map->setVisible(!m_take);
    m_map->setEnabled(m_units != nullptr && !m_take);
    m_figures->setVisible(m_take || m_rehearsing);
    m_summary->setVisible(!m_figures->isVisibleTo(this));
    if (!on && !m_take)
        m_state->clear();
    m_state->setVisible(!m_state->text().isEmpty());
    arrangeBar();
}

void ListenView::resizeEvent(QResizeEvent *event)
{
    QWidget::resizeEvent(event);
    arrangeBar();
    makeRoom();
}

void ListenView::makeRoom()
{
    // Presented on a low page the sound and its units need the room; the counts are the first to go.
    const Theme &theme = m_host.theme();
    const bool room = !theme.presenting() || height() >= theme.px(kLowestWithStatistics);
    m_statistics->setVisible(room && !m_nothing);
}

// --- playing ---------------------------------------------------------------------------------------------------------

void ListenView::togglePlay()
{
    if (m_player.stop() || microphoneOn() || m_timeline->sound().empty())
        return;
    if (m_rehearsing)
        stopListening();
    const SoundTrack &sound = m_timeline->sound();
    Samples samples = m_samples;
    double offset = 0;
    if (m_take) {
        samples = std::make_shared<const std::vector<float>>(sound.from(sound.first()),
                                                             sound.from(sound.first()) + (sound.end() - sound.first()));
        offset = double(sound.first()) / kSoundRate;
    }
    double from = m_timeline->cursor();
    if (from < offset || from > sound.endSeconds() - 0.05)
        from = offset;
    m_player.play({{m_take ? ItemId() : m_shown, samples, from - offset, 0}});
}

void ListenView::selectUnit(int unit)
{
    m_timeline->setSelectedUnit(unit);
    QList<Recording> all = m_recordings.all();
    QList<Occurrence> places;
    if (unit != UnitTrack::kNone) {
        // Those of what is looked at come first.
        std::ranges::stable_partition(all, [this](const Recording &one) { return one.item == m_shown; });
        places = occurrencesOf(unit, all);
    }
    m_statistics->setOccurrences(unit, places);
}

void ListenView::hearUnit()
{
    m_player.play(partsOf(m_statistics->occurrences(), m_recordings.all()));
}

} // namespace orrery::speech
