// SPDX-License-Identifier: Apache-2.0
#include "plugins/text_to_image/view/duel_view.h"

#include "orrery/picture_source.h"
#include "plugins/text_to_image/view/cell_canvas.h"
#include "plugins/text_to_image/view/generate_state.h"
#include "plugins/text_to_image/view/model_facts.h"
#include "plugins/text_to_image/view/score_curve.h"
#include "plugins/text_to_image/view/step_player.h"
#include "widgets/busy_strip.h"
#include "widgets/error_card.h"
#include "widgets/ranking/ranking.h"

#include <QGridLayout>
#include <QHBoxLayout>
#include <QLabel>
#include <QLocale>
#include <QPushButton>
#include <QVBoxLayout>

#include <algorithm>

namespace orrery::text_to_image {

namespace {
constexpr int kPlayMs = 2500;

QString headingOf(generate::Guidance guidance)
{
    return guidance == generate::Guidance::None ? DuelView::tr("Without guidance") : titleOf(guidance);
}
} // namespace

DuelView::DuelView(PluginHost &host, GenerateState &state, ModelFacts &facts, QWidget *parent)
    : QWidget(parent), m_state(state), m_facts(facts), m_story(new QLabel(this)),
      m_player(new StepPlayer(tr("Step of all three"), kPlayMs, this)), m_step(new QLabel(this)),
      m_again(new QPushButton(tr("Begin again"), this)), m_error(new ErrorCard(this)),
      m_busy(new BusyStrip(tr("Three at a time…"), this))
{
    setObjectName(QStringLiteral("duel"));
    for (int i = 0; i < kLanes; ++i) {
        LaneParts &lane = m_lanes[std::size_t(i)];
        lane.guidance = generate::Guidance(i);
        lane.sampler = new Sampler(host, QStringLiteral("text_to_image.duel%1").arg(i), this);
        connect(lane.sampler, &Sampler::changed, this, &DuelView::showLanes);
        connect(lane.sampler, &Sampler::finished, this, [this, i] {
            LaneParts &ended = m_lanes[std::size_t(i)];
            const Drawing &drawing = ended.sampler->drawing();
            ended.stopped = !drawing.complete || drawing.key != ended.sampler->asked();
            showLanes();
        });
        connect(lane.sampler, &Sampler::failed, this, [this](const Error &error) {
            cancel();
            m_error->showError(error);
            m_error->setRemedy(tr("Try again"), [this] { start(); });
        });
        connect(lane.sampler, &Sampler::pendingChanged, this, [this] { m_busy->setBusy(isBusy()); });
        connect(lane.sampler, &Sampler::progressed, this, [this, i](double fraction, const QString &) {
            m_lanes[std::size_t(i)].fraction = std::max(0.0, fraction);
            double sum = 0;
            for (const LaneParts &each : m_lanes)
                sum += each.possible ? each.fraction : 1;
            m_busy->setProgress(sum / kLanes, tr("Three at a time"));
        });
    }
    makeLayout();
    connect(m_player, &StepPlayer::stepChanged, this, [this](int value) {
        if (m_moving)
            return;
        m_following = value >= reached();
        showLanes();
    });
    connect(m_again, &QPushButton::clicked, this, [this] {
        m_state.rollSeed();
        start();
    });
    connect(m_busy, &BusyStrip::cancelClicked, this, [this] { cancel(); });
    connect(&Theme::instance(), &Theme::changed, this, &DuelView::restyle);
    restyle();
}

void DuelView::restyle()
{
    m_story->setVisible(!Theme::instance().presenting()); // who presents tells it, and the pictures need the room
    m_step->setMinimumWidth(Theme::instance().px(96));
    showLanes();
}

void DuelView::makeLayout()
{
    m_story->setText(tr("The diffusion model begins with the same noise three times. Without guidance it draws what is "
                        "likely; classifier-free goes "
                        "further towards the words, for twice the work; CLIP pulls by its own gradient, and may please "
                        "itself more than you."));
    m_story->setWordWrap(true);
    m_story->setProperty("look", QStringLiteral("caption"));
    // Rows that all three share: a caption of two lines moves every picture, not its own alone.
    auto *lanes = new QGridLayout;
    lanes->setHorizontalSpacing(16);
    lanes->setVerticalSpacing(4);
    lanes->setRowStretch(1, 1);
    for (int i = 0; i < kLanes; ++i) {
        LaneParts &lane = m_lanes[std::size_t(i)];
        auto *title = new QLabel(headingOf(lane.guidance), this);
        title->setProperty("look", QStringLiteral("heading"));
        lane.canvas = new CellCanvas(this);
        lane.canvas->setMinimumSize(100, 100);
        lane.curve = new ScoreCurve({tr("without"), tr("classifier-free"), tr("CLIP")}, this);
        lane.cost = new QLabel(this);
        lane.cost->setProperty("look", QStringLiteral("caption"));
        lane.cost->setWordWrap(true);
        lane.cost->setToolTip(
            tr("Each look of the model is one run through all of its layers; it is what costs time."));
        lane.cost->setAlignment(Qt::AlignLeft | Qt::AlignTop);
        lanes->setColumnStretch(i, 1);
        lanes->addWidget(title, 0, i);
        lanes->addWidget(lane.canvas, 1, i);
        lanes->addWidget(lane.curve, 2, i);
        lanes->addWidget(lane.cost, 3, i);
    }
    m_step->setProperty("look", QStringLiteral("caption"));
    m_step->setAlignment(Qt::AlignRight | Qt::AlignVCenter);
    m_again->setAccessibleName(tr("Begin the duel again with another seed"));
    m_again->setToolTip(m_again->accessibleName());
    auto *transport = new QHBoxLayout;
    transport->setSpacing(8);
    transport->addWidget(m_player, 1);
    transport->addWidget(m_step);
    transport->addWidget(m_again);
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(8);
    column->addWidget(m_story);
    column->addWidget(m_error);
    column->addLayout(lanes, 1);
    column->addLayout(transport);
    column->addWidget(m_busy);
}

void DuelView::start()
{
    Parameters parameters = byDiffusion(m_state.parameters()); // guidance can be watched there only
    parameters.count = 1;
    parameters.drafts = 1; // the same noise for all
    parameters.rerank = false;
    const QString model = modelOf(parameters);
    if (parameters.prompt.simplified().isEmpty())
        return;
    if (m_facts.isMissing(model)) {
        m_error->showError(tr("The duel needs the diffusion model, and it is not installed."));
        m_error->setRemedy({}, {});
        return;
    }
    m_error->clear();
    const generate::DescribeResult *facts = m_facts.describe(model);
    m_following = true;
    for (LaneParts &lane : m_lanes) {
        lane.possible = lane.guidance != generate::Guidance::Clip || !facts || facts->clipGuidance;
        lane.fraction = 0;
        lane.stopped = false;
        parameters.guidance = lane.guidance;
        const QString key = keyOf(parameters);
        if (!lane.possible ||
            (lane.sampler->asked() == key && (lane.sampler->isPending() || lane.sampler->drawing().complete)))
            continue;
        generate::GenerateRequest request = toRequest(parameters);
        request.scoreSteps = true;
        lane.sampler->draw(parameters, std::move(request));
    }
    showLanes();
}

bool DuelView::cancel()
{
    m_player->play(false);
    bool any = false;
    for (LaneParts &lane : m_lanes)
        any = lane.sampler->cancel() || any;
    return any;
}

bool DuelView::isBusy() const
{
    return std::any_of(m_lanes.begin(), m_lanes.end(), [](const LaneParts &lane) { return lane.sampler->isPending(); });
}

QString DuelView::errorText() const
{
    return m_error->isVisibleTo(this) ? m_error->message() : QString();
}

SamplePointer DuelView::sampleOf(int lane) const
{
    const Sampler *sampler = m_lanes[std::size_t(lane)].sampler;
    // Stopped before anything could be seen, a sampler still has the drawing of before.
    const bool asked = sampler->drawing().key == sampler->asked();
    return asked ? sampler->drawing().samples.value(0) : SamplePointer();
}

int DuelView::reached() const
{
    int least = -1;
    for (int i = 0; i < kLanes; ++i) {
        if (!m_lanes[std::size_t(i)].possible)
            continue;
        const SamplePointer sample = sampleOf(i);
        const int has = sample ? int(sample->looks.size()) - 1 : -1;
        least = i == 0 ? has : std::min(least, has);
    }
    return least;
}

int DuelView::shownStep() const
{
    return m_following ? reached() : std::min(m_player->step(), reached());
}

QString DuelView::costOf(int lane) const
{
    if (!m_lanes[std::size_t(lane)].possible)
        return tr("This model cannot be guided by CLIP.");
    const SamplePointer sample = sampleOf(lane);
    if (!sample || sample->looks.empty())
        return m_lanes[std::size_t(lane)].stopped ? tr("stopped") : tr("not begun");
    int evaluations = 0;
    double milliseconds = 0;
    const int until = shownStep();
    for (int i = 0; i <= until && i < int(sample->looks.size()); ++i) {
        evaluations += sample->looks[std::size_t(i)].evaluations;
        milliseconds += sample->looks[std::size_t(i)].milliseconds;
    }
    const QString seconds = QLocale().toString(milliseconds / 1000, 'f', 2);
    if (Theme::instance().presenting()) // one line; the score stands in the curve
        return tr("%1 looks · %2 s").arg(evaluations).arg(seconds);
    const QString cost = tr("%1 looks of the model · %2 s").arg(evaluations).arg(seconds);
    const auto &score = sample->looks[std::size_t(std::clamp(until, 0, int(sample->looks.size()) - 1))].clipScore;
    return score ? tr("CLIP %1 · %2").arg(cosineText(*score), cost) : cost;
}

void DuelView::showLanes()
{
    const int last = reached(), at = shownStep();
    int steps = 0;
    QList<QList<double>> curves;
    double least = 1, most = -1;
    for (int i = 0; i < kLanes; ++i) {
        QList<double> curve;
        if (const SamplePointer sample = sampleOf(i)) {
            steps = std::max({steps, m_lanes[std::size_t(i)].sampler->drawing().steps, int(sample->looks.size())});
            for (const generate::StepLook &look : sample->looks)
                if (look.clipScore) {
                    curve.append(*look.clipScore);
                    least = std::min(least, *look.clipScore);
                    most = std::max(most, *look.clipScore);
                }
        }
        curves.append(curve);
    }
    m_moving = true;
    m_player->setLast(std::max(0, last));
    if (m_following)
        m_player->setStep(std::max(0, last));
    m_moving = false;
    m_player->button()->setEnabled(last > 0);
    m_step->setText(last < 0 ? QString() : tr("step %1 of %2").arg(at + 1).arg(std::max(steps, last + 1)));
    for (int i = 0; i < kLanes; ++i) {
        LaneParts &lane = m_lanes[std::size_t(i)];
        const SamplePointer sample = sampleOf(i);
        QImage picture;
        if (sample && at >= 0 && at < int(sample->looks.size()))
            picture = toImage(sample->looks[std::size_t(at)].picture);
        lane.canvas->setPicture(picture, tr("%1: the picture at step %2").arg(headingOf(lane.guidance)).arg(at + 1));
        lane.curve->setCurves(curves, i, steps, least, most);
        lane.curve->setStep(at);
        lane.cost->setText(costOf(i));
    }
}

} // namespace orrery::text_to_image
