// SPDX-License-Identifier: Apache-2.0
#include "plugins/embedding_map/view/prompt_tint.h"

#include "engine/api/clip.h"
#include "plugins/embedding_map/view/background.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace orrery::embedding_map {

PromptTint::PromptTint(PluginHost &host, QObject *parent) : QObject(parent), m_host(host)
{
    m_pause.setSingleShot(true);
    m_pause.setInterval(kPauseMs);
    connect(&m_pause, &QTimer::timeout, this, &PromptTint::ask);
}

void PromptTint::setCollection(const MapCollection &collection)
{
    m_collection = collection;
    clear();
    if (!m_asked.isEmpty())
        ask();
}

void PromptTint::setWords(const QString &text)
{
    QStringList words;
    for (const QString &part : text.split(u',', Qt::SkipEmptyParts))
        if (const QString word = part.simplified(); !word.isEmpty() && !words.contains(word))
            words.append(word);
    if (words == m_asked)
        return;
    m_asked = words;
    if (words.isEmpty()) {
        clear();
        return;
    }
    setPending(!m_collection.model.isEmpty());
    m_pause.start();
}

void PromptTint::clear()
{
    ++m_number; // what is still on its way is late
    m_pause.stop();
    const bool had = !m_cosines.empty();
    m_words.clear();
    m_unknown.clear();
    m_cosines.clear();
    setPending(false);
    if (had)
        Q_EMIT changed();
}

void PromptTint::ask()
{
    if (m_collection.model.isEmpty() || m_asked.isEmpty()) {
        setPending(false);
        return;
    }
    const int number = ++m_number;
    setPending(true);
    clip::EncodeRequest request;
    request.model = m_collection.model.toStdString();
    for (const QString &word : m_asked)
        request.texts.push_back(word.toStdString());
    m_host.submit(this, clip::kEncode, std::move(request),
                  {.lane = Lane::Live,
                   .title = tr("Compare with “%1”").arg(m_asked.join(QStringLiteral(", "))).toStdString(),
                   .channel = "embedding_map.words"},
                  [this, number, words = m_asked](Result<clip::EncodeResult> result) {
                      if (number != m_number)
                          return;
                      if (!result) {
                          setPending(false);
                          if (result.error().code != ErrorCode::Cancelled)
                              Q_EMIT failed(result.error());
                          return;
                      }
                      QStringList unknown;
                      for (const std::string &word : result->unknownWords)
                          unknown.append(QString::fromStdString(word));
                      inBackground(
                          this,
                          [points = m_collection.points, embeddings = std::move(result->embeddings)] {
                              std::vector<std::vector<float>> cosines;
                              for (const clip::Embedding &embedding : embeddings) {
                                  std::vector<float> &all = cosines.emplace_back(std::size_t(points->rows), 0.0f);
                                  if (std::int64_t(embedding.size()) != points->columns)
                                      continue;
                                  for (std::int64_t row = 0; row < points->rows; ++row)
                                      all[row] =
                                          std::inner_product(embedding.begin(), embedding.end(),
                                                             points->values.begin() + row * points->columns, 0.0f);
                              }
                              return cosines;
                          },
                          [this, number, words, unknown](std::vector<std::vector<float>> cosines) {
                              if (number != m_number)
                                  return;
                              m_words = words;
                              m_unknown = unknown;
                              m_cosines = std::move(cosines);
                              setPending(false);
                              Q_EMIT changed();
                          });
                  });
}

ScatterColouring PromptTint::colouring() const
{
    ScatterColouring colouring;
    if (m_cosines.empty())
        return colouring;
    colouring.kind = ScatterColouring::Kind::Tint;
    const QString between = QStringLiteral("”, “");
    colouring.title = tr("Like “%1”").arg(m_words.join(between));
    if (!m_unknown.isEmpty()) // the nearest to a word that says nothing are as blue as the nearest to any other
        colouring.title += u'\n' + tr("It never read “%1”").arg(m_unknown.join(between));
    colouring.values.assign(m_cosines.front().size(), 0.0f);
    for (const std::vector<float> &cosines : m_cosines) {
        // The middle of all points is untinted: cosines of pictures with words lie close together and never reach 1.
        std::vector<float> sorted(cosines);
        const auto at = [&](double share) {
            const auto place = sorted.begin() + std::ptrdiff_t(share * double(sorted.size() - 1));
            std::nth_element(sorted.begin(), place, sorted.end());
            return *place;
        };
        if (sorted.empty())
            continue;
        const float none = at(0.6);
        const float full = std::max(at(0.995), none + 1e-6f);
        for (std::size_t i = 0; i < cosines.size(); ++i) {
            const float strength = std::clamp((cosines[i] - none) / (full - none), 0.0f, 1.0f);
            colouring.values[i] = std::max(colouring.values[i], strength * strength);
        }
    }
    return colouring;
}

QList<ScatterMark> PromptTint::marks(const std::vector<float> &positions) const
{
    QList<ScatterMark> marks;
    for (std::size_t i = 0; i < m_cosines.size(); ++i)
        if (m_cosines[i].size() * 2 == positions.size() && !positions.empty())
            marks.append(
                {ScatterMark::Kind::Prompt, m_words.value(qsizetype(i)), placeAmong(m_cosines[i], positions), {}});
    return marks;
}

void PromptTint::setPending(bool pending)
{
    if (pending == m_pending)
        return;
    m_pending = pending;
    Q_EMIT pendingChanged(pending);
}

QPointF placeAmong(const std::vector<float> &similarity, const std::vector<float> &positions, int nearest)
{
    const std::size_t count = std::min(similarity.size(), positions.size() / 2);
    if (count == 0)
        return {};
    std::vector<std::size_t> rows(count);
    std::iota(rows.begin(), rows.end(), std::size_t(0));
    const std::size_t k = std::min<std::size_t>(count, std::size_t(nearest) + 1);
    std::partial_sort(rows.begin(), rows.begin() + std::ptrdiff_t(k), rows.end(), [&](std::size_t a, std::size_t b) {
        return similarity[a] != similarity[b] ? similarity[a] > similarity[b] : a < b;
    });
    const float floor = similarity[rows[k - 1]];
    rows.resize(std::max<std::size_t>(1, k - 1));
    double extent = 0;
    for (std::size_t i = 0; i < positions.size(); ++i)
        extent = std::max(extent, std::fabs(double(positions[i])));
    const double reach = std::max(1e-12, 0.08 * extent);
    const auto weight = [&](std::size_t row) { return double(similarity[row] - floor) + 1e-9; };
    const auto kernel = [&](std::size_t a, std::size_t b) {
        const double dx = positions[2 * a] - positions[2 * b], dy = positions[2 * a + 1] - positions[2 * b + 1];
        return std::exp(-(dx * dx + dy * dy) / (2 * reach * reach));
    };
    std::size_t middle = rows.front();
    double densest = -1;
    for (const std::size_t row : rows) {
        double density = 0;
        for (const std::size_t other : rows)
            density += weight(other) * kernel(row, other);
        if (density > densest) {
            densest = density;
            middle = row;
        }
    }
    QPointF sum;
    double all = 0;
    for (const std::size_t row : rows) {
        const double w = weight(row) * kernel(middle, row);
        sum += w * QPointF(positions[2 * row], positions[2 * row + 1]);
        all += w;
    }
    return sum / all;
}

} // namespace orrery::embedding_map
