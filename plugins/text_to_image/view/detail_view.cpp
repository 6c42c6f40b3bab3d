// SPDX-License-Identifier: Apache-2.0
#include "plugins/text_to_image/view/detail_view.h"

#include "plugins/text_to_image/view/cell_canvas.h"
#include "plugins/text_to_image/view/step_player.h"
#include "plugins/text_to_image/view/step_scrubber.h"
#include "plugins/text_to_image/view/takes_strip.h"
#include "plugins/text_to_image/view/token_theatre.h"
#include "plugins/text_to_image/view/word_maps.h"
#include "widgets/busy_strip.h"
#include "widgets/error_card.h"

#include <QButtonGroup>
#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QSlider>
#include <QStackedWidget>
#include <QVBoxLayout>

#include <algorithm>

namespace orrery::text_to_image {

namespace {
constexpr int kMostTakes = 8;
} // namespace

DetailView::DetailView(PluginHost &host, QWidget *parent)
    : QWidget(parent), m_host(host), m_sampler(new Sampler(host, QStringLiteral("text_to_image.take"), this)),
      m_back(new QPushButton(tr("All pictures"), this)), m_title(new QLabel(this)),
      m_how(new QPushButton(tr("Steps"), this)), m_which(new QPushButton(tr("Words"), this)),
      m_menu(new QPushButton(tr("Use this picture"), this)), m_stack(new QStackedWidget(this)),
      m_theatre(new TokenTheatre(host, this)), m_scrubber(new StepScrubber(this)), m_words(new WordMaps(host, this)),
      m_strip(new TakesStrip(this)), m_error(new ErrorCard(this)),
      m_busy(new BusyStrip(tr("Drawing another way…"), this))
{
    setObjectName(QStringLiteral("detail"));
    makeLayout();
    connect(m_back, &QPushButton::clicked, this, &DetailView::closed);
    connect(m_how, &QPushButton::clicked, this, [this] { setInside(m_tokens ? Tokens : Steps); });
    connect(m_which, &QPushButton::clicked, this, [this] { setInside(Words); });
    connect(m_theatre, &TokenTheatre::againWanted, this, &DetailView::again);
    connect(m_scrubber, &StepScrubber::branchWanted, this, &DetailView::branch);
    connect(m_strip, &TakesStrip::chosen, this, &DetailView::showTake);
    connect(m_busy, &BusyStrip::cancelClicked, this, &DetailView::cancel);
    connect(m_sampler, &Sampler::pendingChanged, m_busy, &BusyStrip::setBusy);
    connect(m_sampler, &Sampler::progressed, m_busy, &BusyStrip::setProgress);
    connect(m_sampler, &Sampler::failed, this, [this](const Error &error) {
        m_error->showError(error);
        end();
    });
    connect(m_sampler, &Sampler::changed, this, [this] {
        const Drawing &drawing = m_sampler->drawing();
        if (drawing.isEmpty() || m_takes.size() < 2 || m_sampler->isStale())
            return;
        m_takes.last().sample = drawing.samples.first();
        m_takes.last().steps = drawing.steps;
        show();
    });
    connect(m_sampler, &Sampler::finished, this, &DetailView::end);
    connect(&m_host.theme(), &Theme::changed, this, &DetailView::restyle);
    restyle();
}

void DetailView::makeLayout()
{
    m_back->setObjectName(QStringLiteral("allPictures"));
    m_back->setAccessibleName(m_back->text());
    m_back->setToolTip(tr("Back to all pictures (Esc)"));
    m_back->setProperty("look", QStringLiteral("quiet"));
    m_title->setProperty("look", QStringLiteral("caption"));
    m_title->setTextFormat(Qt::PlainText);
    auto *group = new QButtonGroup(this);
    for (QPushButton *button : {m_how, m_which}) {
        button->setCheckable(true);
        button->setProperty("look", QStringLiteral("chip"));
        group->addButton(button);
    }
    m_how->setObjectName(QStringLiteral("insideHow"));
    m_how->setAccessibleName(m_how->text());
    m_which->setObjectName(QStringLiteral("insideWords"));
    m_which->setAccessibleName(m_which->text());
    m_which->setToolTip(tr("Which word made which part of the picture"));
    m_menu->setObjectName(QStringLiteral("sampleMenu"));
    m_menu->setAccessibleName(m_menu->text());
    m_menu->setToolTip(tr("Send it to another page, draw more like it, paint over it, save it"));
    m_stack->addWidget(m_theatre);
    m_stack->addWidget(m_scrubber);
    m_stack->addWidget(m_words);

    auto *head = new QHBoxLayout;
    head->setSpacing(8);
    head->addWidget(m_back);
    head->addWidget(m_how);
    head->addWidget(m_which);
    head->addSpacing(8);
    head->addWidget(m_title, 1);
    head->addWidget(m_menu);
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(8);
    column->addLayout(head);
    column->addWidget(m_error);
    column->addWidget(m_stack, 1);
    column->addWidget(m_strip);
    column->addWidget(m_busy);
}

void DetailView::restyle()
{
    m_back->setIcon(m_host.theme().icon(QStringLiteral("chevron-left")));
    m_title->setMinimumWidth(0);
}

void DetailView::showSample(const Drawing &drawing, const SamplePointer &sample)
{
    if (!sample)
        return;
    const QString of = drawing.key + QString::number(sample->index);
    const Take first = takeOf(drawing, sample);
    if (of != m_of) {
        m_sampler->clear();
        m_error->clear();
        m_takes = {first};
        m_current = 0;
        m_begun = 1;
        m_of = of;
        m_tokens = sample->gridWidth > 0;
        m_theatre->point(-1);
        m_scrubber->player()->play(false);
        m_scrubber->setTake({}); // it begins at its last step, with what was seen in the grid
        if (inside() != Words)
            setInside(m_tokens ? Tokens : Steps);
    } else {
        m_takes[0] = first;
    }
    m_how->setText(m_tokens ? tr("Tokens") : tr("Steps"));
    m_how->setAccessibleName(m_how->text());
    m_how->setToolTip(m_tokens ? tr("How it was written, tile by tile")
                               : tr("How it was found in noise, step by step"));
    show();
}

void DetailView::show()
{
    const Take &now = take();
    if (m_tokens)
        m_theatre->setTake(now);
    else
        m_scrubber->setTake(now);
    m_words->setTake(now);
    m_strip->setTakes(m_takes, m_current);
    m_title->setText(now.title);
    Q_EMIT takeChanged();
}

void DetailView::setInside(Inside inside)
{
    if (inside != Words)
        inside = m_tokens ? Tokens : Steps;
    m_stack->setCurrentIndex(inside);
    (inside == Words ? m_which : m_how)->setChecked(true);
    if (inside == Words) {
        m_scrubber->player()->play(false);
        m_words->ask();
    }
}

DetailView::Inside DetailView::inside() const
{
    return Inside(m_stack->currentIndex());
}

void DetailView::showTake(int index)
{
    if (index < 0 || index >= m_takes.size())
        return;
    m_current = index;
    show();
}

bool DetailView::isBusy() const
{
    return m_sampler->isPending() || m_words->isBusy() || !m_theatre->isSettled();
}

void DetailView::end()
{
    if (m_takes.size() > 1 && !m_takes.last().sample) { // cancelled before anything could be seen
        m_takes.removeLast();
        m_current = std::min(m_current, int(m_takes.size()) - 1);
    }
    if (m_takes.isEmpty())
        return;
    if (m_takes.size() > 1)
        m_takes.last().stopped = !m_takes.last().sample->finished;
    show();
}

bool DetailView::letGo()
{
    return inside() == Tokens && m_theatre->letGo();
}

bool DetailView::cancel()
{
    const bool drawing = m_sampler->cancel();
    const bool words = m_words->isBusy();
    m_words->cancel();
    return drawing || words;
}

void DetailView::rest()
{
    m_scrubber->player()->play(false);
}

void DetailView::start(Take take)
{
    m_error->clear();
    m_sampler->clear(); // another take of the same prompt must not be taken for this one
    if (m_takes.size() > 1 && !m_takes.last().sample)
        m_takes.removeLast();
    else if (m_takes.size() > 1)
        m_takes.last().stopped = !m_takes.last().sample->finished;
    // The first stays; of the others the oldest goes.
    if (m_takes.size() >= kMostTakes)
        m_takes.removeAt(1);
    take.sample.reset();
    take.steps = 0;
    take.stopped = false;
    take.request = toRequest(take.parameters);
    m_takes.append(take);
    ++m_begun;
    m_current = int(m_takes.size()) - 1;
    m_sampler->draw(take.parameters, take.request);
    m_strip->setTakes(m_takes, m_current);
}

void DetailView::again(int cell, int token)
{
    if (!hasTake() || !take().sample || !take().sample->finished || cell < 0 ||
        cell >= int(take().sample->tokens.size()))
        return;
    Take next = take();
    next.parameters.keepTokens.clear();
    for (int i = 0; i < cell; ++i)
        next.parameters.keepTokens.append(take().sample->tokens[std::size_t(i)].token);
    if (token >= 0)
        next.parameters.keepTokens.append(token);
    // Another seed each time, and the same ones in the same order on any day.
    next.parameters.seed = m_takes.first().parameters.seed + 1000 * quint64(m_begun);
    m_theatre->canvas()->setFocus(); // the button rests until the tiles are there
    next.title = tr("Again from tile %1, take %2").arg(cell + 1).arg(m_begun + 1);
    start(next);
}

void DetailView::branch(int step, quint64 seed, const QString &prompt)
{
    if (!hasTake() || !take().sample || !take().sample->finished)
        return;
    // A branch of a branch would need both; every branch leaves the picture that was opened.
    Take next = m_takes.first();
    next.parameters.branchStep = step;
    next.parameters.branchSeed = seed;
    next.parameters.branchPrompt = prompt;
    next.parameters.branchDraft = next.sample ? next.sample->draft : 0;
    next.title = prompt.isEmpty() ? tr("Another way from step %1, seed %2").arg(step + 1).arg(seed)
                                  : tr("“%1” from step %2, seed %3").arg(prompt).arg(step + 1).arg(seed);
    m_scrubber->player()->slider()->setFocus();
    start(next);
}

} // namespace orrery::text_to_image
