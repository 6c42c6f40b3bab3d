// SPDX-License-Identifier: Apache-2.0
#include "plugins/text_to_image/view/generate_page.h"

#include "plugins/text_to_image/view/audit_view.h"
#include "plugins/text_to_image/view/detail_view.h"
#include "plugins/text_to_image/view/duel_view.h"
#include "plugins/text_to_image/view/generate_inspector.h"
#include "plugins/text_to_image/view/generate_play.h"
#include "plugins/text_to_image/view/generate_state.h"
#include "plugins/text_to_image/view/mask_pad.h"
#include "plugins/text_to_image/view/model_chip.h"
#include "plugins/text_to_image/view/model_facts.h"
#include "plugins/text_to_image/view/prompt_bar.h"
#include "plugins/text_to_image/view/prompt_queue.h"
#include "plugins/text_to_image/view/sample_grid.h"
#include "plugins/text_to_image/view/sentence_chips.h"
#include "plugins/text_to_image/view/step_player.h"
#include "widgets/busy_strip.h"
#include "widgets/error_card.h"
#include "widgets/plain_editor.h"

#include <QLabel>
#include <QLocale>
#include <QPushButton>
#include <QScrollArea>
#include <QStackedWidget>
#include <QTabBar>

namespace orrery::text_to_image {

namespace {
constexpr int kMostKept = 32;
} // namespace

GeneratePage::GeneratePage(PluginHost &host, QWidget *parent)
    : Page(host, parent), m_play(std::make_unique<GeneratePlay>(*this)),
      m_state(new GenerateState(host.workspace(), this)), m_facts(new ModelFacts(host, this)),
      m_sampler(new Sampler(host, QStringLiteral("text_to_image.draw"), this))
{
    m_delay.setSingleShot(true);
    connect(&m_delay, &QTimer::timeout, this, &GeneratePage::draw);
    makeLayout();
    connectParts();
    makeMenu();
    makeCommands();
    showWhat();
}

GeneratePage::~GeneratePage() = default;

QWidget *GeneratePage::createModelChip(QWidget *parent)
{
    m_modelChip = new ModelChip(host(), *m_state, *m_facts, parent);
    m_modelChip->showDiffusionOnly(part() == Duel);
    return m_modelChip;
}

QWidget *GeneratePage::createInspector(QWidget *parent)
{
    m_inspector = new GenerateInspector(host(), *m_state, *m_facts, parent);
    m_inspector->showDiffusionOnly(part() == Duel);
    connect(m_inspector, &GenerateInspector::diceClicked, this, &GeneratePage::roll);
    return m_inspector;
}

GenerateInspector *GeneratePage::inspector()
{
    return m_inspector;
}

void GeneratePage::focusPrompt()
{
    m_prompt->focusText();
}

void GeneratePage::shown()
{
    if (!m_wasShown) { // the runnable example: it draws itself
        m_wasShown = true;
        m_facts->wake();
        draw();
    }
}

bool GeneratePage::cancel()
{
    m_delay.stop();
    const bool detail = m_detail->cancel(), duel = m_duel->cancel();
    if (m_sampler->cancel() || detail || duel)
        return true;
    if (part() == Queue && m_queue->stopCurrent())
        return true;
    if (m_painting) {
        m_painting = false;
        showWhat();
        return true;
    }
    if (!isDetailOpen())
        return false;
    if (m_detail->letGo())
        return true;
    closeDetail();
    return true;
}

void GeneratePage::showPartNow()
{
    m_stack->setCurrentIndex(part());
    if (m_inspector)
        m_inspector->showDiffusionOnly(part() == Duel);
    if (m_modelChip)
        m_modelChip->showDiffusionOnly(part() == Duel);
    m_prompt->setVisible(part() != Failures);
    showChips();
    m_detail->rest();
    m_duel->player()->play(false);
    if (m_wasShown && part() == Duel)
        draw();
    else if (part() != Failures)
        schedule(0);
}

void GeneratePage::showChips()
{
    // On a wall three pictures beside each other need the room; the prompt above them says the same.
    m_prompt->chips()->setVisible(part() != Duel || !host().theme().presenting());
}

void GeneratePage::hidden()
{
    m_detail->rest();
    m_duel->player()->play(false);
}

void GeneratePage::openDetail(int index)
{
    const SamplePointer sample = m_sampler->drawing().sample(index);
    if (!sample || sample->picture.empty())
        return;
    m_open = index;
    m_grid->setCurrent(index);
    m_detail->showSample(m_sampler->drawing(), sample);
    showPart(Pictures);
    m_stage->setCurrentWidget(m_detail);
    m_status->hide(); // it speaks of all of them
}

void GeneratePage::closeDetail()
{
    m_detail->rest();
    m_open = -1;
    showWhat();
    m_status->setVisible(!m_status->text().isEmpty());
    m_grid->setFocus();
}

bool GeneratePage::isDetailOpen() const
{
    return m_open >= 0;
}

void GeneratePage::showPart(Part part)
{
    m_tabs->setCurrentIndex(part);
}

GeneratePage::Part GeneratePage::part() const
{
    return static_cast<Part>(m_tabs->currentIndex());
}

bool GeneratePage::isBusy() const
{
    return m_delay.isActive() || m_sampler->isPending() || m_detail->isBusy() || m_duel->isBusy() ||
           !m_facts->isSettled();
}

QString GeneratePage::errorText() const
{
    if (m_error->isVisibleTo(m_stack->widget(Pictures)))
        return m_error->message();
    if (part() == Duel && !m_duel->errorText().isEmpty())
        return m_duel->errorText();
    return m_facts->isMissing(modelOf(m_state->parameters())) ? tr("The model that draws is not installed.")
                                                              : QString();
}

void GeneratePage::schedule(int delayMs)
{
    if (m_wasShown && part() != Queue) // there one writes for later
        m_delay.start(delayMs);
}

void GeneratePage::drawClicked()
{
    if (part() == Queue || part() == Failures)
        showPart(Pictures);
    const Drawing &drawing = m_sampler->drawing();
    if (!m_state->seedLocked()) {
        m_state->rollSeed();
    } else if (part() != Duel && drawing.complete && drawing.key == keyOf(m_state->parameters())) {
        host().notify(tr("The same words and the same seed draw the same pictures."), tr("Another seed"),
                      [this] { roll(); });
        return;
    }
    draw();
}

void GeneratePage::roll()
{
    m_state->rollSeed();
    draw();
}

void GeneratePage::draw()
{
    m_delay.stop();
    beginWithAModelThatIsThere();
    m_wasShown = true;
    m_facts->wake();
    showWhat();
    if (part() == Duel) { // the pictures can wait until somebody looks at them
        m_duel->start();
        return;
    }
    const Parameters parameters = m_state->parameters();
    if (parameters.prompt.simplified().isEmpty() || m_facts->isMissing(modelOf(parameters))) {
        m_sampler->clear();
        return;
    }
    const QString key = keyOf(parameters);
    const Drawing &now = m_sampler->drawing();
    if (m_sampler->asked() == key && (m_sampler->isPending() || (now.key == key && now.complete)))
        return;
    clearError();
    for (const Drawing &kept : std::as_const(m_kept))
        if (kept.key == key) {
            m_sampler->show(kept);
            return;
        }
    m_sampler->draw(parameters);
    showDrawing(); // what is there belongs to an earlier question now
}

void GeneratePage::beginWithAModelThatIsThere()
{
    if (m_begun)
        return;
    const generate::Method asked = m_state->parameters().method;
    const auto other = asked == generate::Method::Tokens ? generate::Method::Diffusion : generate::Method::Tokens;
    if (m_facts->isMissing(modelOf(m_state->parameters())) && !m_facts->isMissing(modelOf({.method = other})))
        m_state->edit(tr("Draw by %1").arg(titleOf(other)), [other](Parameters &p) { p.method = other; });
    m_begun = !m_facts->isMissing(modelOf(m_state->parameters()));
}

void GeneratePage::keep(const Drawing &drawing)
{
    if (!drawing.complete)
        return;
    m_kept.removeIf([&](const Drawing &kept) { return kept.key == drawing.key; });
    m_kept.append(drawing);
    if (m_kept.size() > kMostKept)
        m_kept.removeFirst();
    QList<Drawing *> newestFirst;
    for (auto it = m_kept.rbegin(); it != m_kept.rend(); ++it)
        newestFirst.append(&*it);
    forgetOldSteps(newestFirst);
}

void GeneratePage::showWhat()
{
    const Parameters parameters = m_state->parameters();
    const QString model = modelOf(parameters);
    if (m_facts->isMissing(model)) {
        const auto other =
            parameters.method == generate::Method::Tokens ? generate::Method::Diffusion : generate::Method::Tokens;
        const bool usable = !m_facts->isMissing(modelOf({.method = other}));
        m_otherMethod->setText(tr("Draw by %1 instead").arg(titleOf(other)));
        m_otherMethod->setAccessibleName(m_otherMethod->text());
        m_otherMethod->setVisible(usable);
        m_stage->setCurrentWidget(m_noModel);
    } else if (parameters.prompt.simplified().isEmpty()) {
        m_stage->setCurrentWidget(m_noPrompt);
    } else {
        m_stage->setCurrentWidget(m_painting       ? static_cast<QWidget *>(m_maskPad)
                                  : isDetailOpen() ? static_cast<QWidget *>(m_detail)
                                                   : m_scroll);
        return;
    }
    m_open = -1;
    m_painting = false;
}

void GeneratePage::showDrawing()
{
    const Drawing &drawing = m_sampler->drawing();
    const bool stale = m_sampler->isStale();
    const Parameters parameters = m_state->parameters();
    const int wanted = m_sampler->isPending() ? parameters.count : int(drawing.samples.size());
    if (drawing.samples.isEmpty())
        if (const generate::DescribeResult *facts = m_facts->describe(modelOf(parameters)))
            m_grid->setPictureSize({facts->width, facts->height});
    m_grid->setRanked(drawing.parameters.rerank);
    m_grid->setDrawing(drawing, wanted, stale);
    if (isDetailOpen() && !stale) {
        // The same place of the new drawing: with the seed locked it is the same picture, said otherwise.
        if (const SamplePointer open = drawing.sample(m_open); open && !open->picture.empty())
            m_detail->showSample(drawing, open);
    }
    m_audit->setDrawing(stale ? Drawing() : drawing);
    showStatus();
    const bool anything =
        std::any_of(drawing.samples.begin(), drawing.samples.end(), [](const auto &s) { return !s->picture.empty(); });
    if (!m_started && anything) {
        m_started = true;
        Q_EMIT firstResult();
    }
}

void GeneratePage::showStatus()
{
    m_status->setText(status());
    m_status->setVisible(!m_status->text().isEmpty() && !isDetailOpen());
}

QString GeneratePage::status() const
{
    const Drawing &drawing = m_sampler->drawing();
    if (drawing.isEmpty())
        return {};
    QStringList parts;
    int finished = 0;
    for (const SamplePointer &sample : drawing.samples)
        finished += sample->finished ? 1 : 0;
    if (m_sampler->isStale())
        parts.append(tr("Pictures of before; the new ones are on their way"));
    else if (drawing.stopped)
        parts.append(tr("Stopped · %1 of %2 finished").arg(finished).arg(drawing.parameters.count));
    else if (drawing.complete && drawing.seconds > 0)
        parts.append((finished == 1 ? tr("1 picture in %1 s") : tr("%1 pictures in %2 s").arg(finished))
                         .arg(QLocale().toString(drawing.seconds, 'f', drawing.seconds < 10 ? 1 : 0)));
    if (drawing.complete && drawing.method == generate::Method::Diffusion && drawing.steps > 0)
        parts.append(drawing.steps == 1 ? tr("1 step each") : tr("%1 steps each").arg(drawing.steps));
    if (drawing.complete)
        parts.append(tr("seed %1").arg(drawing.parameters.seed));
    QString text = parts.join(QStringLiteral(" · "));
    for (const QString &note : drawing.notes)
        if (!m_facts->readPrompt().cut || note != QLatin1String(generate::kPromptCut)) // the prompt says it already
            text += (text.isEmpty() ? QString() : QStringLiteral("\n")) + note;
    return text;
}

void GeneratePage::showError(const Error &error)
{
    for (ErrorCard *card : {m_error, m_audit->error()}) { // both wait for this drawing
        card->showError(error);
        switch (error.code) {
        case ErrorCode::NotFound:
        case ErrorCode::ModelFile:
            card->setRemedy(tr("Models"), [this] { host().showPage(QStringLiteral("models")); });
            break;
        case ErrorCode::OutOfMemory:
            card->setRemedy(tr("Draw one at a time"), [this] {
                clearError();
                m_state->edit(tr("Draw one at a time"), [](Parameters &p) { p.count = 1; });
            });
            break;
        default:
            card->setRemedy(tr("Try again"), [this] {
                clearError();
                draw();
            });
        }
    }
}

void GeneratePage::clearError()
{
    m_error->clear();
    m_audit->error()->clear();
}

} // namespace orrery::text_to_image
