// SPDX-License-Identifier: Apache-2.0
#include "plugins/speech/view/speech_inspector.h"

#include <QButtonGroup>
#include <QCheckBox>
#include <QComboBox>
#include <QHBoxLayout>
#include <QLabel>
#include <QLocale>
#include <QPushButton>

#include <algorithm>

namespace orrery::speech {

namespace {

constexpr int kSizes[] = {50, 100, 200};
const QString kInput = QStringLiteral("speech/input");
const QString kOutput = QStringLiteral("speech/output");

QString titleOf(const SoundDevice &device)
{
    return QStringLiteral("%1 (%2)").arg(QString::fromStdString(device.name), QString::fromStdString(device.hostApi));
}

} // namespace

SpeechInspector::SpeechInspector(PluginHost &host, Recordings &recordings, QWidget *parent)
    : InspectorPanel(parent), m_host(host), m_recordings(recordings)
{
    const auto row = [this](QButtonGroup *group, const QString &name) {
        auto *box = new QWidget(this);
        box->setAccessibleName(name);
        auto *layout = new QHBoxLayout(box);
        layout->setContentsMargins(0, 0, 0, 0);
        layout->setSpacing(4);
        for (QAbstractButton *button : group->buttons())
            layout->addWidget(button);
        layout->addStretch();
        return box;
    };
    m_models = new QButtonGroup(this);
    const QStringList models{QLatin1String(kUnitsModel), QLatin1String(kMfcc), QLatin1String(kWav2VecModel)},
        titles{tr("HuBERT"), tr("MFCC"), tr("wav2vec 2.0")};
    for (int i = 0; i < models.size(); ++i) {
        auto *button = new QPushButton(titles[i], this);
        button->setCheckable(true);
        button->setAccessibleName(tr("Listen with %1").arg(titles[i]));
        m_models->addButton(button, i);
        connect(button, &QPushButton::clicked, this, [this, model = models[i]] { m_recordings.setModel(model); });
    }
    m_codebooks = new QButtonGroup(this);
    for (const int size : kSizes) {
        auto *button = new QPushButton(QString::number(size), this);
        button->setCheckable(true);
        button->setAccessibleName(tr("%1 units").arg(size));
        m_codebooks->addButton(button, size);
        connect(button, &QPushButton::clicked, this, [this, size] { m_recordings.setCodebook(size); });
    }
    m_inputs = new QComboBox(this);
    m_inputs->setObjectName(QStringLiteral("inputs"));
    m_outputs = new QComboBox(this);
    m_outputs->setObjectName(QStringLiteral("outputs"));
    for (QComboBox *box : {m_inputs, m_outputs})
        box->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    m_about = new QLabel(this);
    m_about->setProperty("look", QStringLiteral("caption"));
    m_about->setTextFormat(Qt::PlainText);
    m_about->setWordWrap(true);

    addControl(
        tr("Hears with"), row(m_models, tr("Model")),
        tr("HuBERT has learned what in speech belongs together. MFCC only measures the shape of the spectrum: the "
           "baseline that papers compare with. wav2vec 2.0 also reads phones; they stand under its units."),
        [this] { m_recordings.setModel(QLatin1String(kUnitsModel)); });
    addControl(tr("Units to choose from"), row(m_codebooks, tr("Units to choose from")),
               tr("More units tell finer differences, and the same word then less often gets the same ones."),
               [this] { m_recordings.setCodebook(100); });
    addControl(tr("Microphone"), m_inputs,
               tr("Which microphone listens, by its name and the system that gives it. It stays off until you click."));
    addControl(tr("Loudspeaker"), m_outputs, tr("Where sounds are played."));
    m_fast = new QCheckBox(tr("Faster, in coarser numbers"), this);
    m_fast->setObjectName(QStringLiteral("fast"));
    connect(m_fast, &QCheckBox::clicked, &m_recordings, &Recordings::setFast);
    addControl(
        tr("Precision"), m_fast,
        tr("Computes with half as many digits (bfloat16 for float32). Now and then a unit comes out differently; "
           "large models hear a sound sooner."),
        [this] { m_recordings.setFast(false); });
    addNote(m_about);

    connect(m_inputs, &QComboBox::activated, this, [this] {
        m_host.setSetting(kInput, m_inputs->currentData());
        Q_EMIT inputChosen(m_inputs->currentData().toString());
    });
    connect(m_outputs, &QComboBox::activated, this, [this] {
        m_host.setSetting(kOutput, m_outputs->currentData());
        Q_EMIT outputChosen(m_outputs->currentData().toString());
    });
    connect(&m_recordings, &Recordings::kindChanged, this, &SpeechInspector::showKind);
    connect(&m_recordings, &Recordings::problemChanged, this, &SpeechInspector::showKind);
    showDevices(sound::DevicesResult{});
    showKind();
}

void SpeechInspector::wake()
{
    if (m_awake)
        return;
    m_awake = true;
    lookForDevices();
    describe();
}

void SpeechInspector::showKind()
{
    const UnitKind kind = m_recordings.kind();
    m_models->button(kind.model == QLatin1String(kMfcc)           ? 1
                     : kind.model == QLatin1String(kWav2VecModel) ? 2
                                                                  : 0)
        ->setChecked(true);
    if (QAbstractButton *button = m_codebooks->button(kind.codebook))
        button->setChecked(true);
    m_fast->setChecked(kind.fast);
    if (m_described != kind.model)
        describe();
}

void SpeechInspector::describe()
{
    const QString model = m_recordings.kind().model;
    if (!m_awake)
        return;
    m_described = model;
    JobOptions options;
    options.title = tr("Look at %1").arg(model).toStdString();
    options.channel = "speech.describe";
    m_host.submit(
        this, kDescribe, {model.toStdString()}, std::move(options),
        [this, model](const Result<DescribeResult> &result) {
            if (model != m_recordings.kind().model)
                return;
            for (QAbstractButton *button : m_codebooks->buttons())
                button->setEnabled(!result || result->codebooks.empty() ||
                                   std::ranges::count(result->codebooks, m_codebooks->id(button)) > 0);
            m_fast->setEnabled(!result || result->fast || m_recordings.kind().fast);
            if (!result) {
                m_about->clear();
                return;
            }
            const QLocale locale;
            const QString left = locale.toString(result->leftMs / 1000, 'g', 2),
                          right = locale.toString(result->rightMs / 1000, 'g', 2);
            m_about->setText((result->local
                                  ? tr("A unit depends on %1 s before and %2 s after it.")
                                  : tr("It hears all of a sound at once. Live, it is given %1 s before a unit and "
                                       "%2 s after it."))
                                 .arg(left, right));
            // A size that this model does not have: the nearest that it has.
            const int now = m_recordings.kind().codebook;
            if (!result->codebooks.empty() && std::ranges::count(result->codebooks, now) == 0)
                m_recordings.setCodebook(
                    *std::ranges::min_element(result->codebooks, {}, [now](int size) { return std::abs(size - now); }));
        });
}

void SpeechInspector::lookForDevices()
{
    if (!m_awake || m_looking)
        return;
    m_looking = true;
    JobOptions options;
    options.title = tr("Look for microphones").toStdString();
    m_host.submit(this, sound::kDevices, {}, std::move(options), [this](const Result<sound::DevicesResult> &result) {
        m_looking = false;
        showDevices(result);
    });
}

void SpeechInspector::showDevices(const Result<sound::DevicesResult> &result)
{
    const auto fill = [&](QComboBox *box, const QString &key, const QString &usual, const QString &none, bool input) {
        const QString wanted = m_host.setting(key).toString();
        box->clear();
        bool any = !m_awake;
        box->addItem(usual, QString());
        if (result)
            for (const SoundDevice &device : result->devices)
                if ((input ? device.inputs : device.outputs) > 0) {
                    box->addItem(titleOf(device), QString::fromStdString(device.id));
                    any = true;
                }
        if (!any)
            box->setItemText(0, none);
        box->setEnabled(any);
        box->setCurrentIndex(std::max(0, box->findData(wanted)));
        return box->currentData().toString();
    };
    Q_EMIT inputChosen(fill(m_inputs, kInput, tr("The system's own"), tr("No microphone found"), true));
    Q_EMIT outputChosen(fill(m_outputs, kOutput, tr("The system's own"), tr("No loudspeaker found"), false));
}

} // namespace orrery::speech
