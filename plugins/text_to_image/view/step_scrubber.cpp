// SPDX-License-Identifier: Apache-2.0
#include "plugins/text_to_image/view/step_scrubber.h"

#include "orrery/picture_source.h"
#include "plugins/text_to_image/view/cell_canvas.h"
#include "plugins/text_to_image/view/seed_box.h"
#include "plugins/text_to_image/view/step_player.h"
#include "widgets/ranking/ranking.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QLocale>
#include <QPushButton>
#include <QRandomGenerator>
#include <QVBoxLayout>

#include <algorithm>

namespace orrery::text_to_image {

namespace {
constexpr int kPlayMs = 2000; // the whole way, however many steps it has
} // namespace

StepScrubber::StepScrubber(QWidget *parent)
    : QWidget(parent), m_canvas(new CellCanvas(this)), m_player(new StepPlayer(tr("Step"), kPlayMs, this)),
      m_words(new QLabel(this)), m_side(new QWidget(this)), m_prompt(new QLineEdit(this)), m_seed(new SeedBox(this)),
      m_branch(new QPushButton(tr("Go another way from here"), this))
{
    setObjectName(QStringLiteral("stepScrubber"));
    m_words->setProperty("look", QStringLiteral("caption"));
    m_words->setTextFormat(Qt::PlainText);
    m_prompt->setObjectName(QStringLiteral("branchPrompt"));
    m_prompt->setAccessibleName(tr("Prompt from this step on"));
    m_prompt->setPlaceholderText(tr("the same words"));
    m_prompt->setClearButtonEnabled(true);
    m_seed->lock()->hide();
    m_seed->number()->setObjectName(QStringLiteral("branchSeed"));
    m_seed->dice()->setObjectName(QStringLiteral("branchDice"));
    m_seed->setSeed(1 + QRandomGenerator::global()->bounded(1'000'000u));
    m_branch->setObjectName(QStringLiteral("branch"));
    m_branch->setAccessibleName(m_branch->text());

    auto *left = new QVBoxLayout;
    left->setSpacing(4);
    left->addWidget(m_canvas, 1);
    left->addWidget(m_player);
    left->addWidget(m_words);
    auto *column = new QVBoxLayout(m_side);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(6);
    auto *heading = new QLabel(tr("Branch"), m_side);
    heading->setProperty("look", QStringLiteral("heading"));
    m_story = new QLabel(tr("Early steps settle what it is and where; late ones only its edges. Hide the picture "
                            "under new noise from the step you chose on, and see what still can change."),
                         m_side);
    m_story->setProperty("look", QStringLiteral("caption"));
    m_story->setWordWrap(true);
    m_branch->setToolTip(m_story->text());
    const auto caption = [this](const QString &text) {
        auto *label = new QLabel(text, m_side);
        label->setProperty("look", QStringLiteral("caption"));
        return label;
    };
    column->addWidget(heading);
    column->addWidget(m_story);
    column->addWidget(caption(tr("Words from here on")));
    column->addWidget(m_prompt);
    column->addWidget(caption(tr("Seed of the new noise")));
    column->addWidget(m_seed);
    column->addWidget(m_branch, 0, Qt::AlignLeft);
    column->addStretch();
    auto *row = new QHBoxLayout(this);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(16);
    row->addLayout(left, 1);
    row->addWidget(m_side);

    connect(m_player, &StepPlayer::stepChanged, this, [this](int step) {
        if (!m_moving)
            m_looked = step < m_player->last() ? step : -1;
        showStep();
    });
    connect(m_seed, &SeedBox::seedEdited, m_seed, &SeedBox::setSeed);
    connect(m_seed, &SeedBox::diceClicked, this,
            [this] { m_seed->setSeed(1 + QRandomGenerator::global()->bounded(1'000'000u)); });
    const auto branch = [this] {
        if (!m_branch->isEnabled()) // Return in the prompt comes here too
            return;
        Q_EMIT branchWanted(m_player->step(), m_seed->number()->text().toULongLong(), m_prompt->text().simplified());
    };
    connect(m_branch, &QPushButton::clicked, this, branch);
    connect(m_prompt, &QLineEdit::returnPressed, this, branch);
}

void StepScrubber::resizeEvent(QResizeEvent *event)
{
    QWidget::resizeEvent(event);
    m_story->setVisible(height() > Theme::instance().px(300)); // else it stands in the tip of the button
    m_side->setFixedWidth(std::clamp(width() * 34 / 100, Theme::instance().px(190), Theme::instance().px(260)));
}

void StepScrubber::setTake(const Take &take)
{
    m_take = take;
    if (!take.sample)
        m_looked = -1;
    const int last = take.sample ? std::max(0, int(take.sample->looks.size()) - 1) : 0;
    // A picture that is being drawn is followed, unless somebody looks at a step: of another one, too, as soon as it is
    // there.
    m_moving = true;
    m_player->setLast(last);
    m_player->setStep(m_looked < 0 ? last : std::min(m_looked, last));
    m_moving = false;
    showStep();
}

QString StepScrubber::words() const
{
    return m_words->text();
}

void StepScrubber::showStep()
{
    const int step = m_player->step();
    const bool known = m_take.sample && !m_take.sample->looks.empty();
    m_branch->setEnabled(known && m_take.sample->finished && step > 0);
    m_player->button()->setEnabled(known);
    if (!known) {
        m_canvas->setPicture(m_take.sample ? toImage(m_take.sample->picture) : QImage(), tr("The picture"));
        m_words->setText(tr("Its steps were not kept."));
        return;
    }
    const auto &looks = m_take.sample->looks;
    const generate::StepLook &look = looks[std::size_t(std::min(step, int(looks.size()) - 1))];
    m_canvas->setPicture(toImage(look.picture), tr("The picture as guessed at step %1").arg(step + 1));
    // Of all that there will be, not of those that are there.
    const int all = m_take.sample->finished ? int(looks.size()) : std::max(m_take.steps, int(looks.size()));
    QString words = tr("Step %1 of %2 · %3 of what it sees is noise").arg(step + 1).arg(all).arg(shareText(look.noise));
    if (look.clipScore)
        words += tr(" · CLIP %1").arg(cosineText(*look.clipScore));
    m_words->setText(words);
    m_words->setToolTip(
        tr("What stands here is the model's guess at the finished picture; %1 looks of the model, %2 ms")
            .arg(look.evaluations)
            .arg(QLocale().toString(look.milliseconds, 'f', 0)));
}

} // namespace orrery::text_to_image
