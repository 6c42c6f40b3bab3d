// SPDX-License-Identifier: Apache-2.0
#include "plugins/speech/view/align/alignment_view.h"

#include "plugins/speech/view/align/alignment_picture.h"
#include "plugins/speech/view/align/cost_picture.h"
#include "widgets/busy_strip.h"
#include "widgets/error_card.h"
#include "widgets/notice_label.h"

#include <QCoreApplication>
#include <QFileDialog>
#include <QFileInfo>
#include <QHBoxLayout>
#include <QLabel>
#include <QMenu>
#include <QPointer>
#include <QPushButton>
#include <QShowEvent>
#include <QThreadPool>
#include <QVBoxLayout>

namespace orrery::speech {

namespace {

constexpr double kPlaySeconds = 1.5; ///< of a place that was clicked

JobOptions options(const QString &title, std::string channel = {})
{
    return {.lane = Lane::Interactive, .title = title.toStdString(), .channel = std::move(channel)};
}

} // namespace

AlignmentView::AlignmentView(PluginHost &host, QWidget *parent) : QWidget(parent), m_host(host)
{
    setObjectName(QStringLiteral("alignment"));
    makeLayout();
    connect(m_picture, &AlignmentPicture::pointed, this, &AlignmentView::showPlace);
    connect(m_picture, &AlignmentPicture::playClicked, this, &AlignmentView::play);
    connect(m_cost, &CostPicture::pointed, this, [this](int frame) { m_picture->point(0, frame); });
    connect(m_ready, &QPushButton::clicked, this, &AlignmentView::useReadySentences);
    connect(m_busy, &BusyStrip::cancelClicked, this, &AlignmentView::cancel);
}

AlignmentView::~AlignmentView()
{
    cancel();
}

void AlignmentView::makeLayout()
{
    const QString which[kLanes] = {tr("Upper recording…"), tr("Lower recording…")};
    auto *bar = new QHBoxLayout;
    bar->setSpacing(8);
    for (int lane = 0; lane < kLanes; ++lane) {
        auto *button = new QPushButton(which[lane], this);
        button->setToolTip(tr("A recording of the workspace or a file; dropping one on this page does the same"));
        auto *menu = new QMenu(button);
        connect(menu, &QMenu::aboutToShow, this, [this, lane, menu] { fillMenu(lane, menu); });
        button->setMenu(menu);
        bar->addWidget(button);
        m_choose[std::size_t(lane)] = button;
    }
    m_ready = new QPushButton(tr("Two voices"), this);
    m_ready->setToolTip(tr("One sentence, said by two synthetic voices"));
    bar->addStretch(1);
    bar->addWidget(m_ready);

    m_distance = new QLabel(this);
    m_distance->setProperty("look", QStringLiteral("answer"));
    m_distance->setToolTip(
        tr("What the path costs, divided by the length of both: 0 is the same, 1 has nothing in common"));
    m_sentence = new QLabel(this);
    m_sentence->setWordWrap(true);
    m_reservation = new NoticeLabel(NoticeLabel::Kind::Warning, this);
    m_reservation->hide();
    m_error = new ErrorCard(this);
    m_picture = new AlignmentPicture(this);
    m_cost = new CostPicture(this);
    m_cost->setSizePolicy(QSizePolicy::Fixed, QSizePolicy::Fixed);
    m_place = new QLabel(this);
    m_place->setProperty("look", QStringLiteral("caption"));
    m_place->setWordWrap(true);
    m_busy = new BusyStrip(tr("Listening to both…"), this);

    auto *words = new QVBoxLayout;
    words->setSpacing(8);
    words->addWidget(m_distance);
    words->addWidget(m_sentence);
    words->addWidget(m_reservation);
    words->addWidget(m_place);
    words->addStretch(1);
    auto *below = new QHBoxLayout;
    below->setSpacing(16);
    below->addWidget(m_cost);
    below->addLayout(words, 1);
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(8);
    column->addLayout(bar);
    column->addWidget(m_error);
    column->addWidget(m_picture, 1);
    column->addLayout(below);
    column->addWidget(m_busy);
    showPlace(0, -1);
}

void AlignmentView::fillMenu(int lane, QMenu *menu)
{
    menu->clear();
    const Workspace &workspace = m_host.workspace();
    for (const Item &item : workspace.items(workspace.items()))
        if (item.kind == ItemKind::Sound)
            menu->addAction(item.name, this, [this, lane, item] {
                setSound(lane,
                         {item.path.toStdString(),
                          item.path.isEmpty()
                              ? std::make_shared<const std::vector<float>>(item.sound.begin(), item.sound.end())
                              : Samples(),
                          item.name.toStdString()},
                         item.name);
            });
    if (!menu->isEmpty())
        menu->addSeparator();
    menu->addAction(tr("A file…"), this, [this, lane] { choose(lane); });
}

void AlignmentView::choose(int lane)
{
    const QString path = QFileDialog::getOpenFileName(
        this, tr("Choose a recording"), {}, tr("Sound (*.wav *.flac *.ogg *.mp3 *.aif *.aiff);;All files (*)"));
    if (!path.isEmpty())
        setSound(lane, {path.toStdString(), {}, {}}, QFileInfo(path).fileName());
}

void AlignmentView::take(const QList<Item> &items)
{
    QList<Item> sounds;
    for (const Item &item : items)
        if (item.kind == ItemKind::Sound && (!item.path.isEmpty() || item.sampleRateHz == kSoundRate))
            sounds.append(item);
    const qsizetype first = std::max<qsizetype>(0, sounds.size() - kLanes);
    int lane = sounds.size() > 1 || m_names[0].isEmpty() ? 0 : 1;
    for (const Item &item : sounds.mid(first)) {
        SoundSource sound{item.path.toStdString(), {}, item.name.toStdString()};
        if (item.path.isEmpty())
            sound.samples = std::make_shared<const std::vector<float>>(item.sound.begin(), item.sound.end());
        m_sounds[std::size_t(lane)] = sound;
        m_names[std::size_t(lane)] = item.name.isEmpty() ? QFileInfo(item.path).fileName() : item.name;
        m_samples[std::size_t(lane)] = sound.samples; // null: a file that is to be read
        ++lane;
    }
    if (!sounds.isEmpty())
        ask();
}

void AlignmentView::setSound(int lane, const SoundSource &sound, const QString &name)
{
    m_sounds[std::size_t(lane)] = sound;
    m_names[std::size_t(lane)] = name;
    m_samples[std::size_t(lane)] = sound.samples;
    ask();
}

void AlignmentView::useReadySentences()
{
    for (int lane = 0; lane < kLanes; ++lane) {
        const QString path = m_host.resourceFolder() + QStringLiteral("/examples/words/sentence_%1.flac").arg(lane + 1);
        m_sounds[std::size_t(lane)] = {path.toStdString(), {}, {}};
        m_names[std::size_t(lane)] = lane == 0 ? tr("a synthetic voice") : tr("another synthetic voice, slower");
        m_samples[std::size_t(lane)] = nullptr;
    }
    ask();
}

void AlignmentView::showEvent(QShowEvent *event)
{
    QWidget::showEvent(event);
    if (m_names[0].isEmpty() && m_names[1].isEmpty() && !event->spontaneous())
        useReadySentences(); // never an empty place
}

void AlignmentView::setKind(const UnitKind &kind)
{
    if (kind == m_kind)
        return;
    m_kind = kind;
    if (!m_names[0].isEmpty() && !m_names[1].isEmpty())
        ask();
}

bool AlignmentView::cancel()
{
    const bool any = isBusy();
    ++m_round;
    if (m_stop)
        *m_stop = true;
    for (JobControl &job : m_jobs)
        if (job.valid())
            job.cancel();
    if (m_playing.valid())
        m_playing.cancel();
    m_busyWith = 0;
    m_busy->setBusy(false);
    return any;
}

void AlignmentView::ask()
{
    cancel();
    m_error->clear();
    for (int lane = 0; lane < kLanes; ++lane) {
        const auto at = std::size_t(lane);
        if (m_names[at].isEmpty())
            return; // one is still missing
        if (m_samples[at])
            continue;
        ++m_busyWith;
        sound::LoadRequest request;
        request.sound = m_sounds[at];
        m_jobs[at] = m_host.submit(this, sound::kLoad, request, options(tr("Read a recording")),
                                   [this, at, round = m_round](const Result<sound::LoadResult> &result) {
                                       if (round != m_round)
                                           return;
                                       if (!result)
                                           return fail(QString::fromStdString(result.error().message));
                                       m_samples[at] = result->samples;
                                       if (--m_busyWith == 0)
                                           hear();
                                   });
    }
    m_busy->setBusy(true);
    if (m_busyWith == 0)
        hear();
}

void AlignmentView::hear()
{
    UnitsRequest request;
    m_kind.putInto(request);
    for (std::size_t lane = 0; lane < std::size_t(kLanes); ++lane)
        request.sounds.push_back({{}, m_samples[lane], m_names[lane].toStdString()});
    m_busyWith = 1;
    m_busy->setBusy(true);
    m_jobs[kLanes] = m_host.submit(
        this, kUnits, std::move(request), options(tr("Compare two recordings")),
        [this, round = m_round](const Result<UnitsResult> &result) {
            if (round != m_round)
                return;
            if (!result)
                return fail(QString::fromStdString(result.error().message));
            for (const UnitSequence &sequence : result->sequences)
                if (!sequence.error.empty())
                    return fail(QString::fromStdString(sequence.error));
            alignThem(*result);
        },
        [this](const Progress &progress) {
            m_busy->setProgress(progress.fraction, QString::fromStdString(progress.message));
        });
}

void AlignmentView::alignThem(UnitsResult result)
{
    auto pair = std::make_shared<AlignedPair>();
    pair->hopMs = result.hopMs;
    pair->firstMs = result.firstMs;
    for (std::size_t lane = 0; lane < std::size_t(kLanes); ++lane) {
        pair->lanes[lane].name = m_names[lane];
        pair->lanes[lane].samples = m_samples[lane];
        if (lane < result.sequences.size())
            pair->lanes[lane].units = std::move(result.sequences[lane].units);
        if (pair->lanes[lane].units.empty())
            return fail(tr("%1 is too short to have units.").arg(m_names[lane]));
    }
    m_stop = std::make_shared<std::atomic<bool>>(false);
    // Of long recordings it takes a second or two.
    QThreadPool::globalInstance()->start([pair, stop = m_stop, round = m_round, view = QPointer<AlignmentView>(this),
                                          application = QCoreApplication::instance()] {
        align(*pair, stop.get());
        QMetaObject::invokeMethod(
            application,
            [pair, round, view] {
                if (view && round == view->m_round)
                    view->showPair(pair);
            },
            Qt::QueuedConnection);
    });
}

void AlignmentView::showPair(std::shared_ptr<const AlignedPair> pair)
{
    m_busyWith = 0;
    m_busy->setBusy(false);
    m_pair = std::move(pair);
    m_picture->setPair(m_pair);
    m_cost->setPair(m_pair);
    m_distance->setText(m_pair->distanceText());
    m_sentence->setText(m_pair->sentence());
    m_reservation->setText(m_pair->reservation());
    m_reservation->setVisible(!m_reservation->text().isEmpty());
    showPlace(0, -1);
}

void AlignmentView::showPlace(int lane, int frame)
{
    const int other = m_pair && frame >= 0 ? m_pair->partner(lane, frame) : -1;
    m_cost->point(lane == 0 ? frame : other, lane == 0 ? other : frame);
    m_place->setText(frame < 0 || !m_pair
                         ? tr("Point at a place to see what lies beside it; click to hear it. The wheel zooms.")
                         : m_pair->placeText(lane, frame));
}

void AlignmentView::play(int lane, double seconds)
{
    const Samples samples = m_samples[std::size_t(lane)];
    if (!samples)
        return;
    sound::PlayRequest request;
    request.sound.samples = samples;
    request.fromSeconds = seconds;
    request.device = m_output.toStdString();
    const double end = double(samples->size()) / kSoundRate;
    request.toSeconds = std::min(end, seconds + kPlaySeconds);
    if (request.toSeconds <= seconds)
        return;
    m_picture->setPlaying(lane, seconds);
    m_playing = m_host.submit(
        this, sound::kPlay, request,
        {.lane = Lane::Live, .title = tr("Play a recording").toStdString(), .channel = "speech.align.play"},
        [this](const Result<sound::PlayResult> &result) {
            m_picture->setPlaying(0, -1);
            if (!result && result.error().code != ErrorCode::Cancelled)
                m_error->showWarning(QString::fromStdString(result.error().message));
        },
        [this, lane](const Progress &progress) {
            if (const auto *so = std::any_cast<sound::PlayResult>(&progress.partial))
                m_picture->setPlaying(lane, so->position);
        });
}

void AlignmentView::fail(const QString &message)
{
    cancel();
    m_error->showError(message);
    m_error->setRemedy(tr("Two voices"), [this] { useReadySentences(); });
}

QString AlignmentView::sentence() const
{
    return m_distance->text() + QStringLiteral(": ") + m_sentence->text();
}

QString AlignmentView::placeText() const
{
    return m_place->text();
}

} // namespace orrery::speech
