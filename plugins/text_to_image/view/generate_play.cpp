// SPDX-License-Identifier: Apache-2.0
#include "plugins/text_to_image/view/generate_play.h"

#include "plugins/text_to_image/view/detail_view.h"
#include "plugins/text_to_image/view/duel_view.h"
#include "plugins/text_to_image/view/generate_inspector.h"
#include "plugins/text_to_image/view/generate_page.h"
#include "plugins/text_to_image/view/prompt_bar.h"
#include "plugins/text_to_image/view/sample_grid.h"
#include "plugins/text_to_image/view/seed_box.h"
#include "plugins/text_to_image/view/sentence_chips.h"
#include "widgets/plain_editor.h"
#include "widgets/ranking/ranking.h"

#include <QCheckBox>
#include <QPushButton>
#include <QSpinBox>
#include <QTabBar>

#include <cmath>

namespace orrery::text_to_image {

namespace {

const QString kPrompt = QStringLiteral("prompt");
const QString kMethod = QStringLiteral("method");
const QString kCount = QStringLiteral("count");
const QString kSeed = QStringLiteral("seed");
const QString kScale = QStringLiteral("scale");
const QString kTemperature = QStringLiteral("temperature");
const QString kSteps = QStringLiteral("steps");
const QString kRerank = QStringLiteral("rerank");
const QString kInside = QStringLiteral("inside");
const QString kView = QStringLiteral("view");
const QString kScore = QStringLiteral("score");
const QString kPictures = QStringLiteral("pictures");
const QString kOwn = QStringLiteral("own");

/// In the order of generate::Method.
QStringList methods()
{
    return {QStringLiteral("tokens"), QStringLiteral("diffusion")};
}

/// In the order of GeneratePage::Part.
QStringList views()
{
    return {kPictures, QStringLiteral("duel"), QStringLiteral("audit"), QStringLiteral("queue"),
            QStringLiteral("failures")};
}

/// In the order of generate::Guidance.
QStringList lanes()
{
    return {QStringLiteral("duel none"), QStringLiteral("duel classifier-free"), QStringLiteral("duel clip")};
}

/// Not tr(): a class that is no QObject would borrow the context of another.
QString say(const char *text)
{
    return GeneratePage::tr(text);
}

QString wholeNumber(const QJsonValue &value, double least, double most)
{
    const double number = value.toDouble(-1);
    return value.isDouble() && number == std::floor(number) && number >= least && number <= most
               ? QString()
               : say("expected a whole number from %1 to %2").arg(least).arg(most, 0, 'f', 0);
}

} // namespace

QStringList GeneratePlay::actions() const
{
    return {kPrompt, kMethod, kCount, kSeed, kScale, kTemperature, kSteps, kRerank, kInside, kView};
}

QString GeneratePlay::refusal(const QString &action, const QJsonValue &value) const
{
    if (action == kPrompt)
        return value.toString().simplified().isEmpty() ? say("expected a prompt") : QString();
    if (action == kMethod)
        return refusalUnlessOneOf(value, methods());
    if (action == kCount)
        return wholeNumber(value, 1, Parameters::kMostCount);
    if (action == kSeed)
        return wholeNumber(value, 0, 9e15);
    if (action == kScale)
        return value.toString() == kOwn || (value.toDouble() > 0 && value.toDouble() <= 100)
                   ? QString()
                   : say("expected a number above 0, 100 at most, or \"own\"");
    if (action == kTemperature)
        return value.toDouble() > 0 && value.toDouble() <= 100 ? QString()
                                                               : say("expected a number above 0, 100 at most");
    if (action == kSteps)
        return value.toString() == kOwn ? QString() : wholeNumber(value, 1, 1000);
    if (action == kRerank)
        return value.isBool() ? QString() : say("expected true or false");
    if (action == kInside)
        return wholeNumber(value, 0, Parameters::kMostCount);
    if (action == kView)
        return refusalUnlessOneOf(value, views());
    return noSuchAction(action);
}

void GeneratePlay::act(const QString &action, const QJsonValue &value)
{
    if (!refusal(action, value).isEmpty())
        return;
    GenerateState &state = m_page.state();
    const QString text = value.toString().simplified();
    const double number = value.toDouble();
    if (action == kInside) {
        if (number > 0)
            m_page.openDetail(int(number) - 1);
        else
            m_page.closeDetail();
        return;
    }
    if (action == kView) {
        m_page.showPart(static_cast<GeneratePage::Part>(views().indexOf(text)));
        return;
    }
    state.edit(say("Change %1").arg(action), [&](Parameters &p) {
        if (action == kPrompt)
            p.prompt = text;
        else if (action == kMethod && p.method != generate::Method(methods().indexOf(text))) {
            p.method = generate::Method(methods().indexOf(text));
            p.model.clear();
            p.scale = 0;
        } else if (action == kCount)
            p.count = int(number);
        else if (action == kSeed)
            p.seed = quint64(number);
        else if (action == kScale)
            p.scale = value.isString() ? 0 : number;
        else if (action == kTemperature)
            p.temperature = number;
        else if (action == kSteps)
            p.steps = value.isString() ? 0 : int(number);
        else if (action == kRerank)
            p.rerank = value.toBool();
    });
    m_page.shown(); // a lesson may play before anybody has seen the page
    m_page.draw();
}

bool GeneratePlay::settled() const
{
    return !m_page.isBusy();
}

QString GeneratePlay::trouble() const
{
    if (!settled())
        return {};
    const QString error = m_page.errorText();
    if (!error.isEmpty())
        return error;
    return m_page.sampler().drawing().isEmpty() ? say("Nothing is drawn: the prompt is empty.") : QString();
}

Readings GeneratePlay::readings() const
{
    const Drawing &drawing = m_page.sampler().drawing();
    if (!m_shown.isEmpty() && m_shownFor == m_page.sampler().asked())
        return m_shown;
    Readings readings;
    readings[QString()].insert(kPictures, double(drawing.samples.size()));
    for (const SamplePointer &sample : drawing.samples)
        if (sample->clipScore)
            readings[QStringLiteral("picture %1").arg(sample->index + 1)].insert(kScore, *sample->clipScore);
    if (m_page.part() == GeneratePage::Duel)
        for (int lane = 0; lane < DuelView::kLanes; ++lane)
            if (const SamplePointer sample = m_page.duel().lane(lane).samples.value(0);
                sample && !sample->looks.empty() && sample->looks.back().clipScore)
                readings[lanes()[lane]].insert(kScore, *sample->looks.back().clipScore);
    return readings;
}

void GeneratePlay::showReadings(const Readings &readings)
{
    m_shown = readings;
    m_shownFor = m_page.sampler().asked();
    // The pictures are this machine's; the numbers below them are those that were stored.
    Drawing drawing = m_page.sampler().drawing();
    for (SamplePointer &sample : drawing.samples) {
        const auto stored = readings.constFind(QStringLiteral("picture %1").arg(sample->index + 1));
        if (stored == readings.constEnd() || !stored->contains(kScore))
            continue;
        auto changed = std::make_shared<generate::Sample>(*sample);
        changed->clipScore = stored->value(kScore);
        sample = changed;
    }
    m_page.grid().setDrawing(drawing, int(drawing.samples.size()), false);
}

QString GeneratePlay::numberText(const QString &quantity, double value) const
{
    return quantity == kPictures ? QString::number(value, 'f', 0) : cosineText(value);
}

QStringList GeneratePlay::controls() const
{
    return {kPrompt,
            QStringLiteral("chips"),
            QStringLiteral("draw"),
            kPictures,
            QStringLiteral("views"),
            kMethod,
            kCount,
            kScale,
            kTemperature,
            kSteps,
            kSeed,
            kRerank};
}

QWidget *GeneratePlay::control(const QString &name) const
{
    if (name == kPrompt)
        return m_page.promptBar().text();
    if (name == QLatin1String("chips"))
        return m_page.promptBar().chips();
    if (name == QLatin1String("draw"))
        return m_page.promptBar().drawButton();
    if (name == kPictures)
        return &m_page.grid();
    if (name == QLatin1String("views"))
        return &m_page.tabs();
    GenerateInspector *inspector = m_page.inspector();
    if (!inspector)
        return nullptr;
    if (name == kMethod)
        return inspector->method(generate::Method::Tokens)->parentWidget();
    if (name == kCount)
        return inspector->count();
    if (name == kScale)
        return inspector->scale();
    if (name == kTemperature)
        return inspector->temperature();
    if (name == kSteps)
        return inspector->steps();
    if (name == kSeed)
        return inspector->seed();
    return name == kRerank ? static_cast<QWidget *>(inspector->rerank()) : nullptr;
}

QJsonObject GeneratePlay::view() const
{
    return {{QStringLiteral("part"), int(m_page.part())},
            {QStringLiteral("inside"), m_page.isDetailOpen() ? m_page.grid().current() : -1}};
}

void GeneratePlay::setView(const QJsonObject &view)
{
    m_page.showPart(static_cast<GeneratePage::Part>(view.value(QStringLiteral("part")).toInt()));
    const int inside = view.value(QStringLiteral("inside")).toInt(-1);
    if (inside >= 0)
        m_page.openDetail(inside);
    else if (m_page.isDetailOpen())
        m_page.closeDetail();
}

} // namespace orrery::text_to_image
