// SPDX-License-Identifier: Apache-2.0
#include "engine/jobs/speech/unit_writer.h"

#include "engine/core/error.h"
#include "engine/jobs/speech/spoken_units.h"
#include "engine/models/babble/duration_classes.h"
#include "engine/models/dalle/token_lottery.h"

#include <algorithm>
#include <cmath>

namespace orrery::speech {

namespace {

constexpr std::int64_t kSpareSteps = 16;

} // namespace

UnitWriter::UnitWriter(UnitReader reader, Rules rules, std::vector<HeldUnit> prefix, std::uint64_t seed,
                       std::uint64_t branch)
    : m_reader(std::move(reader)), m_rules(std::move(rules)), m_prefix(std::move(prefix)), m_lots(seed, branch)
{
    if (m_reader.repeats()) { // one step a frame
        std::vector<HeldUnit> single;
        for (const HeldUnit &unit : m_prefix)
            single.insert(single.end(), unit.unit == kSentenceEnd ? 1U : std::size_t(std::max(0, unit.frames)),
                          {unit.unit, unit.unit == kSentenceEnd ? 0 : 1});
        m_prefix = std::move(single);
    }
    for (const HeldUnit &unit : m_prefix)
        m_prefixFrames += unit.unit == kSentenceEnd ? 0 : unit.frames;
}

bool UnitWriter::done() const
{
    if (m_steps < m_prefix.size())
        return false;
    // A sentence's end takes no time; a model that says nothing else must end, too.
    return m_frames - m_prefixFrames >= m_rules.frames ||
           std::int64_t(m_steps - m_prefix.size()) >= 2 * m_rules.frames + kSpareSteps ||
           (m_rules.units > 0 && m_steps - m_prefix.size() >= std::size_t(m_rules.units));
}

double UnitWriter::fraction() const
{
    double share = double(m_frames - m_prefixFrames) / double(m_rules.frames);
    if (m_rules.units > 0 && m_steps > m_prefix.size())
        share = std::max(share, double(m_steps - m_prefix.size()) / m_rules.units);
    return std::clamp(share, 0.0, 1.0);
}

int UnitWriter::drawFrames(const ContinueStep &step, double ticket) const
{
    if (step.unit == kSentenceEnd)
        return 0;
    if (m_reader.repeats())
        return 1;
    const std::vector<float> scores = m_reader.durations(step.unit);
    if (scores.empty())
        return m_rules.usualFrames ? m_rules.usualFrames(step.unit) : kUsualFrames;
    dalle::LotteryRules rules;
    rules.temperature = std::min(1.0, m_rules.temperature);
    return framesOfClass(dalle::drawToken(scores, rules, ticket).token);
}

Task<> UnitWriter::write(StepPacer &pace, ContinueBranch &branch)
{
    const std::vector<float> scores = m_reader.scores();
    const double ticket = m_lots.uniform(), durationTicket = m_lots.uniform();
    const dalle::LotteryRules rules{m_rules.temperature, m_rules.topK, 1};
    const generate::TokenLook look = dalle::drawToken(scores, rules, ticket);
    ContinueStep step;
    step.entropy = look.entropy;
    for (const auto &alternative : look.alternatives)
        if (alternative.probability > 0)
            step.alternatives.push_back({m_reader.unitAt(alternative.token), alternative.probability});
    if (m_steps < m_prefix.size()) {
        const HeldUnit &kept = m_prefix[m_steps];
        const int place = m_reader.placeOf(kept.unit);
        if (place < 0 || std::size_t(place) >= scores.size())
            throw Exception(ErrorCode::BadInput, "The beginning that is kept has a unit " + std::to_string(kept.unit) +
                                                     ", which the language model does not know");
        if (std::isinf(scores[std::size_t(place)]) || (kept.unit != kSentenceEnd && kept.frames < 1))
            throw Exception(ErrorCode::BadInput,
                            "The beginning that is kept has unit " + std::to_string(kept.unit) + " for " +
                                std::to_string(kept.frames) + " frames at place " + std::to_string(m_steps + 1) +
                                ", expected another unit than the one before, for at least one frame");
        step.unit = kept.unit;
        step.frames = kept.unit == kSentenceEnd ? 0 : kept.frames;
        step.kept = true;
    } else {
        step.unit = m_reader.unitAt(look.token);
        const std::int64_t left = m_rules.frames - (m_frames - m_prefixFrames);
        step.frames = int(std::min<std::int64_t>(left, drawFrames(step, durationTicket)));
    }
    // Relative to the likeliest one, because only five shares are told.
    const int likeliest = look.alternatives.front().token, place = m_reader.placeOf(step.unit);
    const double temperature = m_rules.temperature < dalle::kGreedy ? 1 : m_rules.temperature;
    step.share = look.alternatives.front().probability *
                 std::exp((double(scores[std::size_t(place)]) - double(scores[std::size_t(likeliest)])) / temperature);
    branch.logProbability += dalle::logShare(scores, place);
    m_frames += step.frames;
    ++m_steps;
    std::vector<HeldUnit> added{{step.unit, step.frames}};
    branch.steps.push_back(std::move(step));
    Task<> reading = m_reader.read(pace, std::move(added));
    co_await std::move(reading);
}

} // namespace orrery::speech
