// SPDX-License-Identifier: Apache-2.0
#include "plugins/embedding_map/view/failures_view.h"

#include "widgets/failure_cards.h"

#include <QCoreApplication>
#include <QTimer>
#include <QVBoxLayout>

#include <cmath>
#include <numbers>
#include <random>

namespace orrery::embedding_map {

namespace {

const QString kGroups = QStringLiteral("made:groups");
const QString kNoise = QStringLiteral("made:noise");
const QString kDigits = QStringLiteral("digits");
constexpr int kDimensions = 50;

QString say(const char *text)
{
    return QCoreApplication::translate("EmbeddingMap", text);
}

/// Normal numbers that are the same in every standard library.
class Normal
{
public:
    explicit Normal(std::uint64_t seed) : m_engine(seed) {}
    float operator()()
    {
        const auto uniform = [this] { return (double(m_engine() >> 11) + 0.5) * 0x1.0p-53; };
        return float(std::sqrt(-2 * std::log(uniform())) * std::cos(2 * std::numbers::pi * uniform()));
    }

private:
    std::mt19937_64 m_engine;
};

MapCollection groups()
{
    // Two beside each other, one ten times as far away; the second five times as wide as the others.
    struct Group
    {
        const char *name;
        float at, width;
    };
    constexpr Group kThree[] = {{QT_TRANSLATE_NOOP("EmbeddingMap", "small"), 0, 0.4f},
                                {QT_TRANSLATE_NOOP("EmbeddingMap", "wide, beside it"), 12, 2},
                                {QT_TRANSLATE_NOOP("EmbeddingMap", "small, ten times as far"), 120, 0.4f}};
    constexpr int kEach = 200;
    MapCollection made;
    auto points = std::make_shared<NpyMatrix>();
    points->rows = 3 * kEach;
    points->columns = kDimensions;
    Normal normal(7);
    RowFact fact{say("Group"), {}, {}, {}};
    for (int group = 0; group < 3; ++group) {
        fact.names.append(say(kThree[group].name));
        for (int i = 0; i < kEach; ++i) {
            fact.classes.push_back(group);
            for (int d = 0; d < kDimensions; ++d)
                points->values.push_back((d == 0 ? kThree[group].at : 0) + kThree[group].width * normal());
        }
    }
    made.points = points;
    made.facts = {fact};
    return made;
}

MapCollection noise()
{
    MapCollection made;
    auto points = std::make_shared<NpyMatrix>();
    points->rows = 500;
    points->columns = 100;
    Normal normal(11);
    for (std::int64_t i = 0; i < points->rows * points->columns; ++i)
        points->values.push_back(normal());
    made.points = points;
    return made;
}

class MadeUpSource final : public CollectionSource
{
public:
    MadeUpSource(QString id, QString title, QString summary, MapCollection (*make)())
        : m_id(std::move(id)), m_title(std::move(title)), m_summary(std::move(summary)), m_make(make)
    {}
    QString id() const override { return m_id; }
    QString title() const override { return m_title; }
    QString summary() const override { return m_summary; }
    void load() override
    {
        // Small enough to be made here; told later, as of a file.
        m_loading = true;
        QTimer::singleShot(0, this, [this] {
            if (!std::exchange(m_loading, false))
                return;
            if (!m_made.points) {
                m_made = m_make();
                m_made.id = m_id;
                m_made.title = m_title;
                m_made.what = m_summary;
            }
            Q_EMIT loaded(m_made, true);
        });
    }
    void cancel() override { m_loading = false; }

private:
    QString m_id, m_title, m_summary;
    MapCollection (*m_make)();
    MapCollection m_made;
    bool m_loading = false;
};

} // namespace

Sources madeUpSources()
{
    Sources sources;
    sources.push_back(std::make_unique<MadeUpSource>(
        kGroups, say("Three groups, made up"),
        say("600 points: two groups beside each other, one of them wide, and a third far away"), groups));
    sources.push_back(std::make_unique<MadeUpSource>(kNoise, say("Noise, made up"),
                                                     say("500 points of mere chance, without any group"), noise));
    return sources;
}

QList<PreparedFailure> preparedFailures()
{
    MapParameters pca;
    pca.method = maps::Method::Pca;
    MapParameters usual;
    MapParameters random;
    random.start = maps::Start::Random;
    MapParameters narrow;
    narrow.perplexity = 3;
    return {
        {QStringLiteral("distance"), say("Sizes of islands, and the sea between them"),
         say("Two groups lie beside each other, the third ten times as far away, and one is five times as wide. PCA, "
             "at "
             "the left, shows both. t-SNE makes three islands of about the same size, about as far from each other: it "
             "heeds only who is next to whom."),
         kGroups, pca, usual},
        {QStringLiteral("start"), say("Another start, another picture"),
         say("The same digits and seed; only the start differs. The islands are nearly the same, but where they lie to "
             "each other follows from the start. From a random one it means nothing: compare the two correlations of "
             "distances."),
         kDigits, usual, random},
        {QStringLiteral("noise"), say("Groups in mere chance"),
         say("500 points without any group. At perplexity 3 they look like many small groups, and at 30 like none, "
             "which is the truth. Before you believe a small group, look whether a wider neighbourhood keeps it."),
         kNoise, narrow, usual},
    };
}

FailuresView::FailuresView(QWidget *parent) : QWidget(parent)
{
    QList<FailureCard> cards;
    const auto failures = preparedFailures();
    for (const auto &failure : failures)
        cards.append({failure.id, failure.title, failure.why, {}});
    auto *view = new FailureCards(
        tr("Three things such maps get wrong, and why. Each shows two maps of the same points side by side."), cards,
        this);
    connect(view, &FailureCards::chosen, this, [this, failures](int index) { Q_EMIT chosen(failures[index]); });
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->addWidget(view);
}

} // namespace orrery::embedding_map
