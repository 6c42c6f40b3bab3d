// SPDX-License-Identifier: Apache-2.0
// The tab while something is heard: the microphone, or a recording that goes through the model as if it were spoken.
#include "plugins/speech/view/level_meter.h"
#include "plugins/speech/view/listen_view.h"
#include "plugins/speech/view/live_figures.h"
#include "plugins/speech/view/statistics_panel.h"
#include "widgets/error_card.h"
#include "widgets/timeline/timeline_view.h"

#include <QLabel>
#include <QLocale>
#include <QStyle>
#include <QTime>

namespace orrery::speech {

namespace {
constexpr double kFirstMs = 12.5;  ///< middle of the 25 ms that all these models make their first frame of
constexpr int kCountEveryMs = 300; ///< of a stream, so that the charts stand still enough to be read
} // namespace

void ListenView::rehearse()
{
    m_rehearsed = m_rehearsing = true;
    m_timeline->setUnits(UnitTrack(20, kFirstMs));
    m_listener.rehearse(m_recordings.kind(), m_samples);
}

void ListenView::toggleMicrophone()
{
    if (microphoneOn()) {
        stopListening();
        return;
    }
    m_player.stop();
    m_rehearsing = false;
    m_rehearsed = true;
    m_take = true;
    m_lost = false;
    m_meter->reset();
    m_error->clear();
    setStory({});
    sayState(tr("Opening the microphone…"), false);
    m_timeline->startStream(20, kFirstMs);
    m_timeline->setStale(false);
    m_timeline->setSelectedUnit(UnitTrack::kNone);
    m_timeline->setMessage(tr("Speak…"));
    m_statistics->setUnits({}, m_recordings.kind().codebook);
    selectUnit(UnitTrack::kNone);
    m_listener.listen(m_recordings.kind(), m_device);
    showNotes();
    showButtons();
    Q_EMIT microphoneChanged(true);
}

bool ListenView::stopListening()
{
    if (!m_listener.stop())
        return false;
    streamEnded();
    return true;
}

void ListenView::sayState(const QString &text, bool warning)
{
    const QString look = warning ? QStringLiteral("error") : QStringLiteral("caption");
    m_state->setText(text);
    if (m_state->property("look").toString() != look) {
        m_state->setProperty("look", look);
        m_state->style()->unpolish(m_state);
        m_state->style()->polish(m_state);
    }
    m_state->setToolTip(text);
    m_state->setVisible(!text.isEmpty());
}

void ListenView::streamed(const StreamFeed::Update &update)
{
    if (m_take) {
        m_timeline->append(update.samples.data(), update.samples.size());
        m_meter->setPeak(update.capture.peak);
        m_lost = update.capture.lost;
        const QString device = QString::fromStdString(update.capture.device);
        const bool clipping = m_meter->clipping();
        sayState(m_lost     ? tr("The microphone is gone. It goes on when it is back.")
                 : clipping ? tr("Clipping: too loud for the microphone")
                            : tr("%1 · %2 s").arg(device, QLocale().toString(m_listener.seconds(), 'f', 0)),
                 m_lost || clipping);
    } else if (m_rehearsing) {
        m_timeline->setCursor(m_listener.seconds(), true);
    } else {
        return;
    }
    for (const StreamFeed::Unit &unit : update.units)
        m_timeline->putUnit(unit.frame, unit.unit, unit.settled);
    if (!update.units.empty() && !m_sincePut.isValid())
        m_sincePut.start();
    m_figures->show(update, m_paintMs);
    if (!m_sinceCount.isValid() || m_sinceCount.hasExpired(kCountEveryMs)) {
        m_sinceCount.start();
        m_statistics->setUnits(m_timeline->units(), m_recordings.kind().codebook);
    }
}

void ListenView::streamEnded()
{
    m_sincePut.invalidate();
    m_meter->reset();
    if (m_take) {
        m_timeline->endStream();
        if (m_timeline->sound().empty()) { // nothing came: no use in keeping it
            discardTake();
        } else {
            sayState(tr("Nothing of this is kept unless you keep it."), false);
            showTrack();
        }
        Q_EMIT microphoneChanged(false);
    } else if (m_rehearsing) {
        m_rehearsing = false;
        m_timeline->setCursor(-1);
        m_units = nullptr; // those of the whole sound, which nothing can change
        showUnits();
    }
    showButtons();
}

void ListenView::keepTake()
{
    if (!m_take || microphoneOn())
        return;
    const SoundTrack &sound = m_timeline->sound();
    auto samples = std::make_shared<const std::vector<float>>(
        sound.from(sound.first()), sound.from(sound.first()) + (sound.end() - sound.first()));
    m_take = false;
    m_recordings.keep(tr("Recording %1").arg(QLocale().toString(QTime::currentTime(), QLocale::ShortFormat)), samples,
                      QJsonObject{{QStringLiteral("source"), QStringLiteral("microphone")}});
    showCurrent();
}

void ListenView::discardTake()
{
    m_take = false;
    m_shown = {};
    m_player.stop();
    showCurrent();
}

} // namespace orrery::speech
