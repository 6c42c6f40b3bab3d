// SPDX-License-Identifier: Apache-2.0
#include "plugins/zero_shot/view/batch_ranker.h"

#include "plugins/zero_shot/view/picture_sources.h"

namespace orrery::zero_shot {

void BatchRanker::start(const QList<Item> &items, const Question &question)
{
    cancel();
    m_question = question;
    m_queue = items;
    m_done = 0;
    m_total = static_cast<int>(items.size());
    m_guesses.clear();
    if (!m_queue.isEmpty() && !m_question.labels.isEmpty())
        next();
}

bool BatchRanker::cancel()
{
    const bool wasRunning = isRunning();
    ++m_round;
    m_queue.clear();
    if (m_running.valid())
        m_running.cancel();
    return wasRunning;
}

std::optional<BatchRanker::Guess> BatchRanker::guess(const ItemId &id) const
{
    const auto found = m_guesses.constFind(id);
    return found == m_guesses.constEnd() ? std::nullopt : std::optional(*found);
}

void BatchRanker::next()
{
    const QList<Item> chunk = m_queue.mid(0, kChunk);
    std::vector<PictureSource> sources;
    for (const Item &item : chunk)
        sources.push_back(toSource(item));
    JobOptions options;
    options.title = tr("Rank %1 of %2 pictures").arg(m_done + 1).arg(m_total).toStdString();
    options.channel = "zero_shot.batch";
    m_running =
        m_host.submit(this, clip::kClassify, toRequest(m_host.currentModel(), m_question, std::move(sources), false),
                      std::move(options), [this, chunk, round = m_round](Result<clip::ClassifyResult> result) {
                          if (round != m_round)
                              return;
                          if (!result && result.error().code == ErrorCode::Cancelled) {
                              m_queue.clear(); // somebody wants none of them; the pictures are not to blame
                              Q_EMIT advanced();
                              return;
                          }
                          for (qsizetype i = 0; i < chunk.size(); ++i) {
                              Guess guess;
                              if (!result) {
                                  guess.error = QString::fromStdString(result.error().message);
                              } else {
                                  const Answer answer = toAnswer(m_question, *result, static_cast<std::size_t>(i));
                                  guess.error = answer.pictureError;
                                  guess.unfamiliar = answer.unfamiliar();
                                  if (!answer.ranking.isEmpty()) {
                                      guess.label = answer.ranking.entries.front().label;
                                      guess.share = answer.ranking.entries.front().share;
                                  }
                              }
                              m_guesses.insert(chunk[i].id, guess);
                          }
                          m_done += static_cast<int>(chunk.size());
                          m_queue.remove(0, chunk.size());
                          if (!m_queue.isEmpty())
                              next();
                          Q_EMIT advanced();
                      });
}

} // namespace orrery::zero_shot
