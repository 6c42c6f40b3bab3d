// SPDX-License-Identifier: Apache-2.0
#include "widgets/ranking/unknown_words_bar.h"

#include "widgets/ranking/flow_layout.h"

#include <QLabel>
#include <QPushButton>

namespace orrery {

namespace {
constexpr qsizetype kShown = 3; // more would push the ranking off the screen
}

UnknownWordsBar::UnknownWordsBar(QWidget *parent) : QWidget(parent), m_flow(new FlowLayout(this, 6))
{
    setObjectName(QStringLiteral("unknownWords"));
    setAccessibleName(tr("Words this model never read"));
    hide();
}

void UnknownWordsBar::setWords(const QStringList &words, const QList<QStringList> &nearest)
{
    if (words == m_words && nearest == m_nearest)
        return; // buttons keep the focus while ranks reflow
    m_words = words;
    m_nearest = nearest;
    while (QLayoutItem *item = m_flow->takeAt(0)) {
        delete item->widget();
        delete item;
    }
    const auto addText = [this](const QString &text) {
        auto *label = new QLabel(text, this);
        label->setTextFormat(Qt::PlainText);
        m_flow->addWidget(label);
        label->show();
    };
    for (qsizetype i = 0; i < std::min(words.size(), kShown); ++i) {
        const QStringList known = nearest.value(i);
        addText(known.isEmpty() ? tr("“%1” is a word this model never read.").arg(words[i])
                                : tr("“%1” is a word this model never read. Nearest it knows:").arg(words[i]));
        for (const QString &word : known) {
            auto *button = new QPushButton(word, this);
            button->setAccessibleName(tr("Use “%1” instead of “%2”").arg(word, words[i]));
            button->setToolTip(button->accessibleName());
            connect(button, &QPushButton::clicked, this,
                    [this, unknown = words[i], word] { Q_EMIT replacementChosen(unknown, word); });
            m_flow->addWidget(button);
            button->show();
        }
    }
    if (words.size() > kShown)
        addText(tr("… and %1 more").arg(words.size() - kShown));
    setVisible(!words.isEmpty());
    updateGeometry();
}

} // namespace orrery
