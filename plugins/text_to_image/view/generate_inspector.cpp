// SPDX-License-Identifier: Apache-2.0
#include "plugins/text_to_image/view/generate_inspector.h"

#include "plugins/text_to_image/view/seed_box.h"

#include <QButtonGroup>
#include <QCheckBox>
#include <QComboBox>
#include <QDoubleSpinBox>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QSignalBlocker>
#include <QSlider>
#include <QSpinBox>
#include <QStackedWidget>
#include <QVBoxLayout>

#include <utility>

namespace orrery::text_to_image {

using generate::Method;

GenerateInspector::GenerateInspector(PluginHost &host, GenerateState &state, ModelFacts &facts, QWidget *parent)
    : InspectorPanel(parent), m_state(state), m_facts(facts), m_tokens(new QPushButton(this)),
      m_diffusion(new QPushButton(this)), m_how(new QLabel(this)), m_count(new QSpinBox(this)),
      m_slot(new QStackedWidget(this)), m_seed(new SeedBox(this)), m_rerank(new QCheckBox(this)),
      m_topK(new QSpinBox(this)), m_drafts(new QSpinBox(this)), m_guidance(new QComboBox(this)),
      m_scheduler(new QComboBox(this)), m_negative(new QLineEdit(this)), m_fast(new QCheckBox(this))
{
    addMethod();
    addFirst();
    addMore();
    connect(&m_state, &GenerateState::parametersChanged, this, &GenerateInspector::showState);
    connect(&m_state, &GenerateState::seedLockChanged, this, [this] { m_seed->setLocked(m_state.seedLocked()); });
    connect(&m_facts, &ModelFacts::described, this, &GenerateInspector::showState);
    connect(&host, &PluginHost::modelCardsChanged, this, &GenerateInspector::showState);
    m_seed->setLocked(m_state.seedLocked());
    showState();
}

RatioSlider *GenerateInspector::makeSlider(const char *name, double least, double most, int decimals,
                                           const QString &undoText, std::function<void(Parameters &, double)> change)
{
    auto *slider = new RatioSlider(this);
    slider->setObjectName(QLatin1String(name));
    slider->setRange(least, most, decimals);
    connect(slider, &RatioSlider::edited, this, [this, undoText, change = std::move(change)](double value) {
        if (!m_reading)
            m_state.edit(
                undoText, [&](Parameters &p) { change(p, value); }, true);
    });
    return slider;
}

void GenerateInspector::addMethod()
{
    auto *box = new QWidget(this);
    auto *column = new QVBoxLayout(box);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(6);
    auto *row = new QHBoxLayout;
    row->setSpacing(6);
    auto *group = new QButtonGroup(this);
    const auto add = [&](QPushButton *button, Method method, const char *name) {
        button->setText(titleOf(method));
        button->setAccessibleName(button->text());
        button->setObjectName(QLatin1String(name));
        button->setCheckable(true);
        group->addButton(button);
        row->addWidget(button, 1);
        connect(button, &QPushButton::clicked, this, [this, method] {
            m_state.edit(tr("Draw by %1").arg(titleOf(method)), [&](Parameters &p) {
                if (p.method == method && p.model.isEmpty())
                    return;
                p.method = method;
                p.model.clear();
                p.scale = 0; // of the other model
            });
        });
    };
    add(m_tokens, Method::Tokens, "methodTokens");
    add(m_diffusion, Method::Diffusion, "methodDiffusion");
    m_how->setProperty("look", QStringLiteral("caption"));
    m_how->setWordWrap(true);
    column->addLayout(row);
    column->addWidget(m_how);
    box->setFocusProxy(m_tokens);
    addControl(
        tr("Method"), box,
        tr("Two ways to draw from words. Tokens writes the picture down as a text of little tiles, one after the "
           "other; diffusion begins with noise and takes it away, all over at once."),
        [this] {
            m_state.edit(tr("Reset the method"), [](Parameters &p) {
                if (p.method == Method::Tokens && p.model.isEmpty())
                    return;
                p.method = Method::Tokens; // as a new page has it
                p.model.clear();
                p.scale = 0; // of the other model
            });
        });
}

void GenerateInspector::addFirst()
{
    m_count->setObjectName(QStringLiteral("count"));
    m_count->setRange(1, Parameters::kMostCount);
    m_count->setKeyboardTracking(false);
    connect(m_count, &QSpinBox::valueChanged, this, [this](int value) {
        if (!m_reading)
            m_state.edit(
                tr("Change how many"), [&](Parameters &p) { p.count = value; }, true);
    });
    addControl(tr("Pictures"), m_count, tr("More take longer, and give CLIP more to choose among."),
               [this] { m_state.edit(tr("Reset how many"), [](Parameters &p) { p.count = Parameters::kCount; }); });

    m_scale =
        makeSlider("scale", 1, 20, 2, tr("Change the guidance"), [](Parameters &p, double value) { p.scale = value; });
    m_scale->setName(tr("Guidance scale"));
    addControl(tr("Guidance scale"), m_scale,
               tr("Larger follows the prompt more closely, and makes the pictures more alike; 1 is no guidance."),
               [this] { m_state.edit(tr("Reset the guidance"), [](Parameters &p) { p.scale = 0; }); });

    m_temperature = makeSlider("temperature", 0.1, 4, 2, tr("Change the temperature"),
                               [](Parameters &p, double value) { p.temperature = value; });
    m_temperature->setName(tr("Temperature"));
    m_steps = makeSlider("steps", 1, 250, 0, tr("Change the steps"),
                         [](Parameters &p, double value) { p.steps = int(value); });
    m_steps->setName(tr("Steps"));
    m_slot->addWidget(m_temperature);
    m_slot->addWidget(m_steps);
    m_slot->setSizePolicy(QSizePolicy::Preferred, QSizePolicy::Fixed);
    m_slotCaption = addControl(tr("Steps"), m_slot, {}, [this] {
        m_state.edit(tr("Reset temperature and steps"), [](Parameters &p) {
            p.temperature = generate::kUsualTemperature;
            p.steps = 0;
        });
    });

    connect(m_seed, &SeedBox::seedEdited, this, [this](quint64 seed) {
        m_state.edit(
            tr("Change the seed"), [&](Parameters &p) { p.seed = seed; }, true);
    });
    connect(m_seed, &SeedBox::lockToggled, this, [this](bool on) { m_state.setSeedLocked(on); });
    connect(m_seed, &SeedBox::diceClicked, this, &GenerateInspector::diceClicked);
    addControl(tr("Seed"), m_seed,
               tr("All that is left to chance follows from it: the same seed draws the same pictures, on any day. "
                  "Picture 2 has this seed plus one, and so on."),
               [this] { m_state.edit(tr("Reset the seed"), [](Parameters &p) { p.seed = 1; }); });

    m_rerank->setObjectName(QStringLiteral("rerank"));
    m_rerank->setText(tr("The best first"));
    connect(m_rerank, &QCheckBox::clicked, this, [this](bool on) {
        m_state.edit(on ? tr("Put the best first") : tr("Keep the order"), [&](Parameters &p) { p.rerank = on; });
    });
    addControl(
        tr("Reranking"), m_rerank,
        tr("Another model, CLIP, which learned to match pictures and words, scores each picture against the prompt. "
           "What writes tokens also says how likely it finds its own picture, and the score is of both: %1 times "
           "CLIP's cosine, and the log probability.")
            .arg(generate::kClipLogit),
        [this] { m_state.edit(tr("Keep the order"), [](Parameters &p) { p.rerank = false; }); });
}

void GenerateInspector::addMore()
{
    m_guidance->setObjectName(QStringLiteral("guidance"));
    for (const auto which : {generate::Guidance::None, generate::Guidance::ClassifierFree, generate::Guidance::Clip})
        m_guidance->addItem(titleOf(which), int(which));
    connect(m_guidance, &QComboBox::activated, this, [this] {
        m_state.edit(tr("Change the kind of guidance"),
                     [this](Parameters &p) { p.guidance = generate::Guidance(m_guidance->currentData().toInt()); });
    });
    addControl(tr("Guidance"), m_guidance,
               tr("Classifier-free compares what the model draws with the prompt and without it, and goes further in "
                  "that direction. By CLIP follows the gradient of another model's score. The page Duel shows all "
                  "three."),
               [this] {
                   m_state.edit(tr("Reset the kind of guidance"),
                                [](Parameters &p) { p.guidance = generate::Guidance::ClassifierFree; });
               });

    m_topK->setObjectName(QStringLiteral("topK"));
    m_topK->setRange(0, 100'000);
    m_topK->setSpecialValueText(tr("all of them"));
    m_topK->setKeyboardTracking(false);
    connect(m_topK, &QSpinBox::valueChanged, this, [this](int value) {
        if (!m_reading)
            m_state.edit(
                tr("Change top-k"), [&](Parameters &p) { p.topK = value; }, true);
    });
    addFor(Method::Tokens, tr("Only the likeliest (top-k)"), m_topK,
           tr("Tokens: each is drawn by lot among this many. Fewer are safer and duller."),
           [this] { m_state.edit(tr("Reset top-k"), [](Parameters &p) { p.topK = 0; }); });

    m_topP = makeSlider("topP", 0.05, 1, 2, tr("Change top-p"), [](Parameters &p, double value) { p.topP = value; });
    m_topP->setName(tr("Share of the likeliest (top-p)"));
    addFor(Method::Tokens, tr("Share of the likeliest (top-p)"), m_topP,
           tr("Tokens: each is drawn among the likeliest that together have this share. Less is safer and duller."),
           [this] { m_state.edit(tr("Reset top-p"), [](Parameters &p) { p.topP = 1; }); });

    m_drafts->setObjectName(QStringLiteral("drafts"));
    m_drafts->setRange(1, generate::kMostDrafts);
    m_drafts->setKeyboardTracking(false);
    connect(m_drafts, &QSpinBox::valueChanged, this, [this](int value) {
        if (!m_reading)
            m_state.edit(
                tr("Change the drafts"), [&](Parameters &p) { p.drafts = value; }, true);
    });
    addControl(
        tr("Drafts"), m_drafts,
        tr("Each picture is drawn so many times, and the one that the model itself finds best is kept: of tokens "
           "the likeliest, of diffusion the one that it would change least if there were noise over it. One "
           "draft is a plain sample; more go wrong less often, and take longer."),
        [this] { m_state.edit(tr("Reset the drafts"), [](Parameters &p) { p.drafts = 0; }); });

    m_scheduler->setObjectName(QStringLiteral("scheduler"));
    connect(m_scheduler, &QComboBox::activated, this, [this] {
        m_state.edit(tr("Change the scheduler"),
                     [this](Parameters &p) { p.scheduler = m_scheduler->currentData().toString(); });
    });
    addFor(Method::Diffusion, tr("Scheduler"), m_scheduler,
           tr("Diffusion: by which steps the noise is taken away. Some need few steps, some add noise anew."),
           [this] { m_state.edit(tr("Reset the scheduler"), [](Parameters &p) { p.scheduler.clear(); }); });

    m_negative->setObjectName(QStringLiteral("negative"));
    m_negative->setPlaceholderText(tr("What to stay away from"));
    m_negative->setClearButtonEnabled(true);
    connect(m_negative, &QLineEdit::textEdited, this, [this](const QString &text) {
        m_state.edit(
            tr("Type what to stay away from"), [&](Parameters &p) { p.negative = text; }, true);
    });
    addFor(Method::Diffusion, tr("Negative prompt"), m_negative,
           tr("Diffusion, with classifier-free guidance: words to go away from."),
           [this] { m_state.edit(tr("Nothing to stay away from"), [](Parameters &p) { p.negative.clear(); }); });

    m_strength = makeSlider("strength", 0.05, 1, 2, tr("Change the strength"),
                            [](Parameters &p, double value) { p.strength = value; });
    m_strength->setName(tr("Strength"));
    addFor(Method::Diffusion, tr("Strength"), m_strength,
           tr("Where a picture begins it: larger keeps less of that picture."), [this] {
               m_state.edit(tr("Reset the strength"), [](Parameters &p) { p.strength = Parameters().strength; });
           });

    m_fast->setObjectName(QStringLiteral("fast"));
    m_fast->setText(tr("Faster, in coarser numbers"));
    connect(m_fast, &QCheckBox::clicked, this, [this](bool on) {
        m_state.edit(on ? tr("Draw in coarser numbers") : tr("Draw in exact numbers"),
                     [&](Parameters &p) { p.fast = on; });
    });
    addControl(tr("Precision"), m_fast,
               tr("Computes with half as many digits (bfloat16 for float32). Pictures differ a little from the exact "
                  "ones, and the same seed still draws the same ones again."),
               [this] { m_state.edit(tr("Draw in exact numbers"), [](Parameters &p) { p.fast = false; }); });
}

void GenerateInspector::addFor(Method method, const QString &caption, QWidget *control, const QString &help,
                               std::function<void()> reset)
{
    m_ofMethod[method] << control << addControl(caption, control, help, std::move(reset));
}

void GenerateInspector::showFor(Method method, bool shown)
{
    for (QWidget *widget : m_ofMethod.value(method))
        widget->setVisible(shown);
}

void GenerateInspector::showDiffusionOnly(bool only)
{
    if (std::exchange(m_onlyDiffusion, only) != only)
        showState();
}

void GenerateInspector::showState()
{
    m_reading = true;
    const Parameters p = m_onlyDiffusion ? byDiffusion(m_state.parameters()) : m_state.parameters();
    const bool tokens = p.method == Method::Tokens;
    showFor(tokens ? Method::Diffusion : Method::Tokens, false); // first: never more than there is room for
    showFor(p.method, true);
    const generate::DescribeResult *facts = m_facts.describe(modelOf(p));
    (tokens ? m_tokens : m_diffusion)->setChecked(true);
    for (const Method method : {Method::Tokens, Method::Diffusion}) {
        const bool missing = m_facts.isMissing(modelOf({.method = method}));
        this->method(method)->setEnabled(p.method == method || !(missing || m_onlyDiffusion));
        this->method(method)->setToolTip(m_onlyDiffusion            ? tr("The duel is drawn by diffusion")
                                         : missing                  ? tr("Its model is not installed")
                                         : method == Method::Tokens ? tr("Writes the picture word by word, like DALL·E")
                                                                    : tr("Finds the picture in noise"));
    }
    m_how->setText(m_onlyDiffusion ? tr("The duel is drawn by diffusion, which finds the picture in noise.")
                   : tokens        ? tr("Writes the picture word by word, like DALL·E.")
                                   : tr("Finds the picture in noise."));
    m_count->setValue(p.count);
    m_scale->setValue(p.scale > 0 ? p.scale : facts && facts->scale > 0 ? facts->scale : 1);
    m_temperature->setValue(p.temperature);
    m_steps->setValue(p.steps > 0 ? p.steps : facts && facts->steps > 0 ? facts->steps : 1);
    m_slot->setCurrentIndex(tokens ? 0 : 1);
    m_slotCaption->setText(tokens ? tr("Temperature") : tr("Steps"));
    const QString slotHelp = tokens ? tr("Larger is bolder: unlikely tiles are drawn more often, and more goes wrong.")
                                    : tr("More are finer and take longer; after some, nothing is gained.");
    m_slot->setToolTip(slotHelp);
    m_slot->setWhatsThis(slotHelp);
    m_slotCaption->setToolTip(slotHelp);
    m_seed->setSeed(p.seed);
    m_rerank->setChecked(p.rerank);

    const bool guided = p.guidance != generate::Guidance::None;
    m_scale->setEnabled(guided);
    m_guidance->setCurrentIndex(m_guidance->findData(int(p.guidance)));
    m_topK->setValue(p.topK);
    m_topP->setValue(p.topP);
    m_drafts->setValue(m_onlyDiffusion ? 1
                       : p.drafts > 0  ? p.drafts
                       : facts         ? facts->drafts
                                       : 1); // the duel has one of each
    m_drafts->setEnabled(!m_onlyDiffusion && (!facts || facts->drafts > 1));
    m_scheduler->clear();
    const QString own = facts ? QString::fromStdString(facts->scheduler) : QString();
    m_scheduler->addItem(own.isEmpty() ? tr("The model's own") : tr("The model's own (%1)").arg(own), QString());
    if (facts)
        for (const std::string &id : facts->schedulers)
            m_scheduler->addItem(QString::fromStdString(id), QString::fromStdString(id));
    m_scheduler->setCurrentIndex(std::max(0, m_scheduler->findData(p.scheduler)));
    m_negative->setEnabled(p.guidance == generate::Guidance::ClassifierFree);
    if (m_negative->text() != p.negative)
        m_negative->setText(p.negative);
    m_strength->setValue(p.strength);
    m_strength->setEnabled(!p.image.isNull());
    m_fast->setChecked(p.fast);
    m_fast->setEnabled(p.fast || !facts || facts->fast);
    m_reading = false;
}

} // namespace orrery::text_to_image
