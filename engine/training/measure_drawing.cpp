// SPDX-License-Identifier: Apache-2.0
#include "engine/training/measure_drawing.h"

#include "engine/core/error.h"

#include <algorithm>
#include <cstdio>

namespace orrery::training {

namespace {

using Attribute = PromptScenes::Attribute;
using Measures = std::vector<std::pair<std::string, double>>;

constexpr std::uint64_t kPromptStream = 0x11;
constexpr std::uint64_t kSeedsPerPrompt = 1000; ///< so that pictures of two prompts never share their noise

/// Right ones among all, by name, in the order in which the names came.
class Tally
{
public:
    void add(const std::string &name, bool right)
    {
        auto at = std::find_if(m_rows.begin(), m_rows.end(), [&](const Row &row) { return row.name == name; });
        if (at == m_rows.end())
            at = m_rows.insert(at, {name, 0, 0});
        ++at->all;
        at->right += right ? 1 : 0;
    }
    Measures measures() const
    {
        Measures result;
        for (const Row &row : m_rows)
            result.emplace_back(row.name, static_cast<double>(row.right) / static_cast<double>(row.all));
        return result;
    }

private:
    struct Row
    {
        std::string name;
        std::int64_t right, all;
    };
    std::vector<Row> m_rows;
};

void addComposition(Tally &tally, const PromptSpec &spec, const PictureVerdict &verdict, const std::string &suffix)
{
    tally.add("noun" + suffix, verdict.noun);
    if (spec.kind == PromptSpec::Kind::Relation) {
        tally.add("noun" + suffix, verdict.other);
        tally.add("position" + suffix, verdict.position);
    }
    if (spec.colour >= 0 || spec.otherColour >= 0)
        tally.add("colour" + suffix, verdict.colour);
    if (spec.count > 1)
        tally.add("count" + suffix, verdict.count);
}

std::string temperatureName(double temperature)
{
    char text[32];
    std::snprintf(text, sizeof text, ", temperature %.3g", temperature);
    return text;
}

/// Asks, judges and counts.
class Run
{
public:
    Run(StepPacer &pace, const PictureChecks &checks, const DrawPictures &draw, const DrawingMeasureOptions &options)
        : m_pace(pace), m_checks(checks), m_draw(draw), m_options(options)
    {
        m_all = (options.compositions ? options.prompts : 0) + (options.fillings ? 2 * fillings() : 0) +
                (options.signs ? kLengths * signs() * static_cast<int>(options.temperatures.size()) : 0);
    }

    Task<> compositions()
    {
        for (int i = 0; i < m_options.prompts; ++i) {
            Random random = lot(0, i);
            const std::array<Attribute, 3> kinds{Attribute::Colour, Attribute::Count, Attribute::Position};
            const PromptSpec spec = m_checks.scenes().prompt(random, Composer::Pairs::HeldOut, kinds[random.below(3)]);
            DrawingOrder order = orderOf(spec, i);
            order.count = m_options.best;
            order.scored = m_options.best > 1;
            Task<std::vector<DrawnPicture>> drawing = drawn(std::move(order));
            const std::vector<DrawnPicture> pictures = co_await std::move(drawing);
            Task<PictureVerdict> first = judged(spec, pictures.front().picture);
            addComposition(m_tally, spec, co_await std::move(first), "");
            if (m_options.best < 2)
                continue;
            const auto best =
                std::max_element(pictures.begin(), pictures.end(), [](const DrawnPicture &a, const DrawnPicture &b) {
                    return a.score.value() < b.score.value();
                });
            Task<PictureVerdict> second = judged(spec, best->picture);
            addComposition(m_tally, spec, co_await std::move(second), ", best of " + std::to_string(m_options.best));
        }
    }

    Task<> filled()
    {
        for (const Attribute attribute : {Attribute::ShapeOf, Attribute::MadeOf})
            for (int i = 0; i < fillings(); ++i) {
                const bool madeOf = attribute == Attribute::MadeOf;
                Random random = lot(madeOf ? 2 : 1, i);
                const PromptSpec spec = m_checks.scenes().prompt(random, Composer::Pairs::HeldOut, attribute);
                Task<std::vector<DrawnPicture>> drawing = drawn(orderOf(spec, i));
                const std::vector<DrawnPicture> pictures = co_await std::move(drawing);
                Task<PictureVerdict> judging = judged(spec, pictures.front().picture);
                const PictureVerdict verdict = co_await std::move(judging);
                const std::string name = madeOf ? "made of" : "in the shape of";
                m_tally.add(name + ", noun", madeOf ? verdict.other : verdict.noun);
                m_tally.add(name + ", shape", madeOf ? verdict.noun : verdict.other);
            }
    }

    Task<> written()
    {
        for (const double temperature : m_options.temperatures)
            for (int length = 1; length <= kLengths; ++length)
                for (int i = 0; i < signs(); ++i) {
                    Random random = lot(2 + length, i);
                    PromptSpec spec;
                    do
                        spec = m_checks.scenes().prompt(random, Composer::Pairs::HeldOut, Attribute::Sign);
                    while (static_cast<int>(spec.word.size()) != length);
                    DrawingOrder order = orderOf(spec, i);
                    order.temperature = temperature;
                    Task<std::vector<DrawnPicture>> drawing = drawn(std::move(order));
                    const std::vector<DrawnPicture> pictures = co_await std::move(drawing);
                    Task<PictureVerdict> judging = judged(spec, pictures.front().picture);
                    const PictureVerdict verdict = co_await std::move(judging);
                    m_tally.add("sign of " + std::to_string(length) + (length == 1 ? " letter" : " letters") +
                                    (m_options.temperatures.size() > 1 ? temperatureName(temperature) : ""),
                                verdict.word == spec.word);
                }
    }

    Measures measures() const { return m_tally.measures(); }

private:
    static constexpr int kLengths = SignReader::kMostLetters;

    int fillings() const { return std::max(1, m_options.prompts / 5); }
    int signs() const { return std::max(1, m_options.prompts / 10); }
    Random lot(int part, int index) const
    {
        return Random(m_options.seed ^ (kPromptStream + static_cast<std::uint64_t>(part)) << 32,
                      static_cast<std::uint64_t>(index));
    }
    DrawingOrder orderOf(const PromptSpec &spec, int index) const
    {
        DrawingOrder order;
        order.spec = spec;
        order.seed = m_options.seed + static_cast<std::uint64_t>(index) * kSeedsPerPrompt;
        return order;
    }

    Task<std::vector<DrawnPicture>> drawn(DrawingOrder order)
    {
        m_pace.scope().progress(static_cast<double>(m_done++) / std::max(1, m_all),
                                "Drawing \"" + order.spec.caption + "\"");
        const auto count = static_cast<std::size_t>(order.count);
        const bool scored = order.scored;
        Task<std::vector<DrawnPicture>> drawing = m_draw(std::move(order));
        std::vector<DrawnPicture> pictures = co_await std::move(drawing);
        if (pictures.size() != count ||
            (scored && std::any_of(pictures.begin(), pictures.end(), [](const auto &p) { return !p.score; })))
            throw Exception(ErrorCode::Internal, "evaluate: asked for " + std::to_string(count) +
                                                     (scored ? " scored pictures" : " pictures") + ", got " +
                                                     std::to_string(pictures.size()));
        co_return pictures;
    }

    Task<PictureVerdict> judged(const PromptSpec &spec, const CheckedPicture &picture)
    {
        PictureVerdict verdict;
        std::function<void()> work = [&] { verdict = m_checks.check(spec, picture); };
        co_await m_pace.scope().outside(std::move(work));
        co_await m_pace.step();
        co_return verdict;
    }

    StepPacer &m_pace;
    const PictureChecks &m_checks;
    const DrawPictures &m_draw;
    const DrawingMeasureOptions &m_options;
    Tally m_tally;
    int m_done = 0;
    int m_all = 0;
};

Task<std::vector<DrawnPicture>> paintTruth(std::shared_ptr<const PromptScenes> scenes, DrawingOrder order)
{
    std::vector<DrawnPicture> pictures(static_cast<std::size_t>(order.count));
    for (std::size_t k = 0; k < pictures.size(); ++k) {
        Random random(order.seed + k, 0);
        const std::vector<std::uint8_t> planes = scenes->paint(order.spec, random, CheckedPicture::kSize);
        pictures[k] = {CheckedPicture::fromPlanes(planes.data()), 1.0};
    }
    co_return pictures;
}

} // namespace

Task<Measures> measureDrawing(StepPacer &pace, const PictureChecks &checks, DrawPictures draw,
                              DrawingMeasureOptions options)
{
    if (options.prompts < 1 || options.best < 1)
        throw Exception(ErrorCode::BadInput, "evaluate: at least one prompt and one picture of each are needed");
    Run run(pace, checks, draw, options);
    if (options.compositions) {
        Task<> part = run.compositions();
        co_await std::move(part);
    }
    if (options.fillings) {
        Task<> part = run.filled();
        co_await std::move(part);
    }
    if (options.signs) {
        Task<> part = run.written();
        co_await std::move(part);
    }
    co_return run.measures();
}

DrawPictures drawTruth(std::shared_ptr<const PromptScenes> scenes)
{
    return [scenes](DrawingOrder order) { return paintTruth(scenes, std::move(order)); };
}

} // namespace orrery::training
