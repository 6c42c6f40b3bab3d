// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "plugins/zero_shot/view/answer.h"

#include <QWidget>

class QLabel;
class QVBoxLayout;

namespace orrery::zero_shot {

/// What one prompt alone says, beside what they say together.
struct Vote
{
    QString pattern;        ///< "a drawing of {}"; empty when the model does not tell its own
    QString label;          ///< its first guess
    double share = 0;       ///< of that guess
    double answerShare = 0; ///< of the name that all prompts together put first
    int answerRank = 0;     ///< of that name, from 1
};
QList<Vote> votesOf(const Answer &answer);
/// "All 3 prompts together: fox 93 %. The first alone: fox 88 %, so the others add 5 points."
QString ensembleSentence(const Answer &answer, const QList<Vote> &votes);

/// The votes as a list, for the inspector. Thread: interface.
class VotesView final : public QWidget
{
    Q_OBJECT

public:
    explicit VotesView(QWidget *parent = nullptr);
    void setAnswer(const Answer &answer);
    QString sentence() const;

private:
    QLabel *m_sentence;
    QLabel *m_list;
};

} // namespace orrery::zero_shot
