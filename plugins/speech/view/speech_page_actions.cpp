// SPDX-License-Identifier: Apache-2.0
// What can be done with the sound that is shown: opening others, failures, the map.
#include "orrery/beside.h"
#include "plugins/speech/view/failures.h"
#include "plugins/speech/view/listen_view.h"
#include "plugins/speech/view/map_follow.h"
#include "plugins/speech/view/speech_page.h"
#include "widgets/timeline/timeline_view.h"

#include <QFileDialog>
#include <QLocale>
#include <QSaveFile>

namespace orrery::speech {

namespace {
constexpr std::int64_t kMostPoints = 3000; ///< a minute of sound
const QString kMapPage = QStringLiteral("orrery.embedding-map");
} // namespace

void SpeechPage::makeCommands()
{
    const auto add = [this](const char *id, const QString &text, std::function<void()> run) {
        host().addCommand(this, {QLatin1String(id), text, {}, std::move(run), {}});
    };
    const auto listening = [this](void (ListenView::*what)()) {
        return [this, what] {
            host().showPage(QStringLiteral("orrery.speech"));
            showPart(QStringLiteral("listen"));
            (m_listen->*what)();
        };
    };
    add("speech.play", tr("Play or pause the sound"), listening(&ListenView::togglePlay));
    add("speech.microphone", tr("Turn the microphone on or off"), listening(&ListenView::toggleMicrophone));
    add("speech.open", tr("Open sounds…"), [this] {
        host().showPage(QStringLiteral("orrery.speech"));
        openFiles();
    });
    add("speech.csv", tr("Save the units as CSV…"), [this] {
        const QString path =
            QFileDialog::getSaveFileName(this, tr("Save the units"), QStringLiteral("units.csv"), tr("Table (*.csv)"));
        if (!path.isEmpty())
            exportUnits(path);
    });
    add("speech.png", tr("Save sound and units as a picture…"), [this] {
        const QString path = QFileDialog::getSaveFileName(this, tr("Save the picture"), QStringLiteral("speech.png"),
                                                          tr("Picture (*.png)"));
        if (!path.isEmpty() && !m_listen->timeline().grab().save(path))
            host().notify(tr("%1 could not be written.").arg(path));
    });
    const auto showing = [this](const char *part) {
        return [this, part] {
            host().showPage(QStringLiteral("orrery.speech"));
            showPart(QLatin1String(part));
        };
    };
    add("speech.words", tr("Word board: recognise words said twice"), showing("words"));
    add("speech.compare", tr("Compare two recordings by their units"), showing("compare"));
    add("speech.map", tr("Show the frames of the sound on the map"), [this] { showOnMap(); });
    add("speech.follow", tr("Follow on the map what is heard, or no longer"),
        [this] { followOnMap(!m_follow->isOn()); });
}

void SpeechPage::openFiles()
{
    const QStringList paths = QFileDialog::getOpenFileNames(
        this, tr("Open sounds"), {},
        tr("Sounds (*.wav *.flac *.ogg *.oga *.opus *.mp3 *.aif *.aiff *.au *.caf *.w64);;All files (*)"));
    QList<Item> items;
    for (const QString &path : paths) {
        items.append(fileItem(path));
        items.last().kind = ItemKind::Sound; // whatever it is called: the user has chosen it
    }
    if (items.isEmpty())
        return;
    Workspace &workspace = host().workspace();
    workspace.beginMacro(tr("Open %n sound(s)", nullptr, int(items.size())));
    const QList<ItemId> ids = workspace.add(items);
    take(ids);
    workspace.endMacro();
}

bool SpeechPage::exportUnits(const QString &path)
{
    const UnitTrack &units = m_listen->timeline().units();
    QByteArray text = "seconds,unit,settled\n";
    for (std::int64_t frame = units.first(); frame < units.end(); ++frame)
        if (const UnitTrack::Cell cell = units.at(frame); cell.unit != UnitTrack::kNone)
            text += QByteArray::number(units.beginOf(frame), 'f', 4) + ',' + QByteArray::number(cell.unit) + ',' +
                    (cell.settled ? "1" : "0") + '\n';
    QSaveFile file(path);
    const bool written = file.open(QIODevice::WriteOnly) && file.write(text) == text.size() && file.commit();
    if (!written)
        host().notify(tr("%1 could not be written: %2.").arg(path, file.errorString()));
    return written;
}

void SpeechPage::showFailure(int index)
{
    const PreparedFailure failure = preparedFailures()[index];
    const auto show = [this, failure](const Samples &samples) {
        Item item;
        item.kind = ItemKind::Sound;
        item.name = failure.title;
        item.sound = QList<float>(samples->begin(), samples->end());
        item.sampleRateHz = kSoundRate;
        item.recipe =
            QJsonObject{{QStringLiteral("source"), QStringLiteral("made")}, {QStringLiteral("failure"), failure.id}};
        Workspace &workspace = host().workspace();
        workspace.beginMacro(tr("Show: %1").arg(failure.title));
        listenTo({workspace.add(item)});
        workspace.endMacro();
        m_listen->setStory(failure.why);
    };
    if (failure.file.isEmpty()) {
        show(failure.make(m_recordings->recording(m_recordings->exampleId()).samples));
        return;
    }
    sound::LoadRequest request;
    request.sound.path = (host().resourceFolder() + u'/' + failure.file).toStdString();
    JobOptions options;
    options.title = tr("Read %1").arg(failure.title).toStdString();
    host().submit(this, sound::kLoad, std::move(request), std::move(options),
                  [this, show](const Result<sound::LoadResult> &result) {
                      if (result)
                          show(result->samples);
                      else
                          host().notify(QString::fromStdString(result.error().message));
                  });
}

void SpeechPage::showOnMap()
{
    const Recording recording = m_recordings->current();
    if (!recording.samples || !recording.units || m_mapPending)
        return;
    if (std::int64_t(recording.units->units.size()) > kMostPoints)
        host().notify(tr("Only the first minute is sent to the map."));
    FramesRequest request;
    request.model = recording.units->kind.model.toStdString();
    request.precision = recording.units->kind.fast ? Precision::Fast : Precision::Exact;
    const std::size_t most = std::size_t(double(kMostPoints) * recording.units->hopMs * kSoundRate / 1000);
    Samples part = recording.samples;
    if (part->size() > most)
        part = std::make_shared<const std::vector<float>>(part->begin(), part->begin() + std::ptrdiff_t(most));
    request.sounds = {{{}, part, recording.name.toStdString()}};
    JobOptions options;
    options.title = tr("Frames of %1").arg(recording.name).toStdString();
    options.channel = "speech.map";
    m_mapPending = true;
    host().submit(this, kFrames, std::move(request), std::move(options),
                  [this, recording](const Result<FramesResult> &result) {
                      m_mapPending = false;
                      if (!result)
                          host().notify(QString::fromStdString(result.error().message));
                      else if (!result->errors.front().empty())
                          host().notify(QString::fromStdString(result->errors.front()));
                      else
                          sendFrames(*result, recording);
                  });
}

void SpeechPage::followOnMap(bool on)
{
    if (on && !host().hasPage(kMapPage)) {
        host().notify(tr("The page Map is not there: its plugin is switched off."));
        m_listen->setFollowing(false);
        return;
    }
    if (on) {
        host().showPage(QStringLiteral("orrery.speech"));
        showPart(QStringLiteral("listen"));
        showBeside(host(), kMapPage);
    }
    m_follow->setOn(on);
}

void SpeechPage::sendFrames(const FramesResult &result, const Recording &recording)
{
    const NpyMatrix &frames = result.frames.front();
    const UnitList &units = *recording.units;
    QList<Item> items;
    for (std::int64_t i = 0; i < frames.rows; ++i) {
        Item item;
        item.kind = ItemKind::Array;
        const QString time = QLocale().toString(units.beginSeconds(i), 'f', 2);
        item.name = tr("%1 at %2 s").arg(recording.name, time);
        const auto row = frames.values.begin() + frames.columns * i;
        item.values = QList<float>(row, row + frames.columns);
        item.shape = {frames.columns};
        if (std::size_t(i) < units.units.size())
            item.trueLabel = tr("unit %1").arg(units.units[std::size_t(i)]);
        item.recipe = QJsonObject{{QStringLiteral("source"), QStringLiteral("made")},
                                  {QStringLiteral("model"), units.kind.model},
                                  {QStringLiteral("layer"), result.layer},
                                  {QStringLiteral("collection"), tr("Frames of %1").arg(recording.name)},
                                  {QStringLiteral("seconds"), units.beginSeconds(i)}};
        items.append(item);
    }
    Workspace &workspace = host().workspace();
    const QString text = tr("Show the frames of %1 on the map").arg(recording.name);
    workspace.beginMacro(text);
    host().sendTo(kMapPage, workspace.add(items), text);
    workspace.select({}); // all of the map selected would say nothing
    workspace.endMacro();
    m_follow->mapSent(units.kind.model);
}

} // namespace orrery::speech
