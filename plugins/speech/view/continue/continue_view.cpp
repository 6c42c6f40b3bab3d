// SPDX-License-Identifier: Apache-2.0
#include "plugins/speech/view/continue/continue_view.h"

#include "plugins/speech/view/continue/branch_picture.h"
#include "plugins/speech/view/model_title.h"
#include "widgets/busy_strip.h"
#include "widgets/error_card.h"
#include "widgets/ratio_slider.h"

#include <QDoubleSpinBox>
#include <QHBoxLayout>
#include <QLabel>
#include <QLocale>
#include <QPushButton>
#include <QScrollArea>
#include <QSpinBox>

#include <algorithm>
#include <any>

namespace orrery::speech {

namespace {

constexpr double kLeastPrompt = 0.3; ///< seconds; a cursor before this means all of it
constexpr double kSeconds = 2;
constexpr int kKnownUnits = 100; ///< of the built-in language model

bool has(const PluginHost &host, const char *id)
{
    return std::ranges::any_of(host.modelCards(),
                               [id](const ModelCard &card) { return card.id == id && card.error.empty(); });
}

} // namespace

bool ContinueView::isInstalled(const PluginHost &host)
{
    return has(host, kLanguageModel);
}

ContinueView::ContinueView(PluginHost &host, Recordings &recordings, Player &player, QWidget *parent)
    : QWidget(parent), m_host(host), m_recordings(recordings), m_player(player)
{
    m_go = new QPushButton(tr("Continue"), this);
    m_go->setObjectName(QStringLiteral("continue"));
    m_go->setProperty("look", QStringLiteral("primary"));
    m_go->setToolTip(tr("The language model goes on where the recording, or the line in it, ends"));
    m_branches = new QSpinBox(this);
    m_branches->setRange(1, 6);
    m_branches->setValue(3);
    m_branches->setAccessibleName(tr("Branches"));
    m_branches->setToolTip(tr("How many different ways to go on"));
    m_temperature = new RatioSlider(this);
    m_temperature->setRange(0.1, 2, 2);
    m_temperature->setValue(0.8);
    m_temperature->setName(tr("Boldness"));
    m_temperature->setToolTip(tr("Low: nearly always the likeliest unit. High: unlikely ones too."));
    m_hear = new QPushButton(tr("Hear the branch"), this);
    m_hear->setObjectName(QStringLiteral("hearBranch"));
    m_hear->setToolTip(tr("In a synthetic voice, made of its units"));
    auto *bar = new QHBoxLayout;
    bar->setSpacing(8);
    bar->addWidget(m_go);
    bar->addWidget(new QLabel(tr("Branches"), this));
    bar->addWidget(m_branches);
    bar->addWidget(new QLabel(tr("Boldness"), this));
    bar->addWidget(m_temperature, 1);
    bar->addWidget(m_hear);

    m_words = new QLabel(this);
    m_words->setObjectName(QStringLiteral("continueWords"));
    m_words->setTextFormat(Qt::PlainText);
    m_words->setWordWrap(true);
    m_words->setProperty("look", QStringLiteral("caption"));
    m_error = new ErrorCard(this);
    m_busy = new BusyStrip(tr("The language model babbles…"), this);
    m_picture = new BranchPicture(this);
    auto *scroll = new QScrollArea(this);
    scroll->setWidgetResizable(true);
    scroll->setFocusPolicy(Qt::NoFocus);
    scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    scroll->setWidget(m_picture);
    m_what = new QLabel(this);
    m_what->setTextFormat(Qt::PlainText);
    m_what->setWordWrap(true);
    m_row = new QHBoxLayout;
    m_row->setSpacing(6);
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(8);
    column->addLayout(bar);
    column->addWidget(m_words);
    column->addWidget(m_error);
    column->addWidget(scroll, 1);
    column->addWidget(m_busy);
    column->addWidget(m_what);
    column->addLayout(m_row);

    connect(m_go, &QPushButton::clicked, this, &ContinueView::goOn);
    connect(m_hear, &QPushButton::clicked, this, [this] { hear(std::max(0, m_picture->twig())); });
    connect(m_busy, &BusyStrip::cancelClicked, this, &ContinueView::cancel);
    connect(m_picture, &BranchPicture::chosen, this, &ContinueView::showChosen);
    connect(m_picture, &BranchPicture::activated, this, [this](int twig) { hear(twig); });
    connect(&m_recordings, &Recordings::currentChanged, this, &ContinueView::showPrompt);
    connect(&m_recordings, &Recordings::changed, this, &ContinueView::showPrompt);
    connect(&m_recordings, &Recordings::kindChanged, this, &ContinueView::showPrompt);
    showPrompt();
    showChosen();
}

void ContinueView::showPrompt()
{
    const Recording recording = m_recordings.current();
    const UnitKind kind = m_recordings.kind();
    m_words->setText(
        tr("Goes on with “%1” as speech often goes on. It babbles: it was trained on units alone, never read a "
           "word, and knows no meaning. The taller a unit, the likelier it was.")
            .arg(recording.name) +
        // Units of another model would be other sounds to it.
        (kind.model == QLatin1String(kUnitsModel) && kind.codebook == kKnownUnits
             ? QString()
             : u' ' + tr("It knows the %1 units of %2 alone and hears the recording by them; Listen shows others.")
                          .arg(locale().toString(kKnownUnits), modelTitle(kUnitsModel))));
    m_go->setEnabled(recording.samples != nullptr);
}

QString ContinueView::errorText() const
{
    return m_error->isHidden() ? QString() : m_error->message();
}

void ContinueView::begin()
{
    if (m_tree.size() == 0 && !m_busyNow) // the runnable example: it goes on by itself
        goOn();
}

void ContinueView::goOn()
{
    const Recording recording = m_recordings.current();
    if (!recording.samples)
        return;
    m_tree.clear();
    m_picture->setTree(m_tree, m_hopMs); // it has a copy, and nothing of the old one can be clicked any more
    showChosen();
    m_prompt = {};
    m_prompt.sound = {{}, recording.samples, recording.name.toStdString()};
    if (m_cursor >= kLeastPrompt && m_cursor < recording.seconds())
        m_prompt.sound.samples = std::make_shared<const std::vector<float>>(
            recording.samples->begin(), recording.samples->begin() + std::ptrdiff_t(m_cursor * kSoundRate));
    m_prompt.seconds = kSeconds;
    m_prompt.precision = m_recordings.kind().fast ? Precision::Fast : Precision::Exact;
    if (!has(m_host, kVocoder))
        m_prompt.vocoder.clear();
    m_prompt.seed = m_seed++; // another click, another way to go on
    m_prompt.branches = m_branches->value();
    m_prompt.temperature = m_temperature->value();
    ask(m_prompt, -1, 0);
}

void ContinueView::branchFrom(int twig, int step, int unit)
{
    if (twig >= m_tree.size()) // clicked just before everything began anew
        return;
    ContinueRequest request = m_prompt;
    request.prefix = m_tree.prefix(twig, step, unit);
    request.seconds = std::max(0.5, kSeconds - m_tree.beginOf(twig, step, m_hopMs));
    request.branches = 1;
    request.temperature = m_temperature->value();
    ask(std::move(request), twig, step);
}

void ContinueView::ask(ContinueRequest request, int parent, int fork)
{
    m_job.cancel();
    m_error->clear();
    m_first = m_tree.size();
    m_parent = parent;
    m_fork = fork;
    m_busyNow = true;
    m_busy->setBusy(true);
    JobOptions options;
    options.title = tr("Go on speaking").toStdString();
    options.channel = "speech.continue";
    const quint64 number = ++m_number; // here: nobody says which of the two below is made first
    m_job = m_host.submit(
        this, kContinue, std::move(request), std::move(options),
        [this, number](const Result<ContinueResult> &result) {
            if (number != m_number)
                return;
            m_busyNow = false;
            m_busy->setBusy(false);
            if (result)
                put(*result);
            else if (result.error().code != ErrorCode::Cancelled)
                m_error->showError(result.error());
            showChosen();
        },
        [this, number](const Progress &progress) {
            if (number != m_number)
                return;
            m_busy->setProgress(progress.fraction, QString::fromStdString(progress.message));
            if (const auto *partial = std::any_cast<ContinueResult>(&progress.partial))
                put(*partial);
        });
}

void ContinueView::put(const ContinueResult &result)
{
    m_hopMs = result.hopMs;
    if (m_parent < 0)
        m_tree.setPrompt(result.prompt);
    m_tree.put(m_first, m_parent, m_fork, result.branches);
    m_picture->setTree(m_tree, m_hopMs);
    if (m_parent >= 0 && m_tree.size() > m_first) // the new branch is what one looks at
        m_picture->choose(m_first, m_fork);
    showChosen();
}

bool ContinueView::cancel()
{
    if (!m_busyNow)
        return false;
    m_job.cancel();
    return true;
}

void ContinueView::hear(int twig)
{
    if (twig >= 0 && twig < m_tree.size() && m_tree.twig(twig).branch.samples)
        m_player.play({{m_playing, m_tree.twig(twig).branch.samples, 0, 0}});
}

void ContinueView::showChosen()
{
    const int twig = m_picture->twig() < m_tree.size() ? m_picture->twig() : -1, step = m_picture->step();
    m_hear->setEnabled(m_tree.size() > 0 && m_tree.twig(std::max(0, twig)).branch.samples != nullptr);
    qDeleteAll(m_choices);
    m_choices.clear();
    while (QLayoutItem *item = m_row->takeAt(0))
        delete item;
    if (twig < 0) {
        m_what->setText(m_tree.size() > 0 ? tr("Click a unit to see what else could have stood there.") : QString());
        return;
    }
    const ContinueStep &one = m_tree.twig(twig).branch.steps[std::size_t(step)];
    m_what->setText(tr("What could have stood here; click one to go on from it:"));
    const QLocale locale = this->locale();
    for (const ContinueStep::Alternative &other : one.alternatives) {
        const QString name = other.unit == kSentenceEnd ? tr("end") : QString::number(other.unit);
        auto *button = new QPushButton(tr("%1 · %2 %").arg(name, locale.toString(100 * other.share, 'f', 0)), this);
        button->setProperty("look", QStringLiteral("chip"));
        button->setAccessibleName(
            tr("Go on with %1, %2 percent").arg(name, locale.toString(100 * other.share, 'f', 0)));
        button->setEnabled(other.unit != one.unit && !m_busyNow);
        connect(
            button, &QPushButton::clicked, this,
            [this, twig, step, unit = other.unit] { branchFrom(twig, step, unit); },
            Qt::QueuedConnection); // the buttons are made anew by it
        m_row->addWidget(button);
        m_choices.append(button);
    }
    m_row->addStretch();
}

} // namespace orrery::speech
