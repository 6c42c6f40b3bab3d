// SPDX-License-Identifier: Apache-2.0
// What the word board looks like, and what it says.
#include "plugins/speech/view/model_title.h"
#include "plugins/speech/view/words/answer_card.h"
#include "plugins/speech/view/words/unit_asker.h"
#include "plugins/speech/view/words/word_board.h"
#include "plugins/speech/view/words/word_card.h"
#include "plugins/speech/view/words/word_ear.h"
#include "plugins/speech/view/words/word_meter.h"
#include "widgets/error_card.h"

#include <QGridLayout>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QPainter>
#include <QPushButton>
#include <QScrollArea>
#include <QStyle>
#include <QToolButton>
#include <QVBoxLayout>

#include <algorithm>

namespace orrery::speech {

namespace {

constexpr int kLeastCardWidth = 190; ///< px
constexpr int kMostColumns = 4;

/// A microphone that is on has a red dot.
QIcon dot(const QColor &colour)
{
    QPixmap pixmap(24, 24);
    pixmap.fill(Qt::transparent);
    QPainter painter(&pixmap);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(Qt::NoPen);
    painter.setBrush(colour);
    painter.drawEllipse(QRectF(5, 5, 14, 14));
    return QIcon(pixmap);
}

} // namespace

void WordBoard::makeBar()
{
    m_listen = new QPushButton(tr("Listen"), this);
    m_listen->setCheckable(true);
    m_listen->setAccessibleName(tr("Turn the microphone on or off"));
    m_listen->setToolTip(tr("The microphone is off until you click. What is said stays in memory, and only until this "
                            "page is closed, unless you keep it."));
    m_ready = new QPushButton(tr("Ready words"), this);
    m_ready->setToolTip(tr("Three words, said by two synthetic voices: no microphone needed"));
    m_say = new QPushButton(tr("Hear one"), this);
    m_say->setToolTip(tr("Another voice says one of the words, or one that is not on the board"));
    m_keep = new QPushButton(tr("Keep"), this);
    m_keep->setToolTip(tr("Puts the takes into the tray, as recordings"));
    m_add = new QPushButton(tr("Add a word"), this);
    m_level = new WordMeter(this);
    m_level->hide();
    m_prompt = new QLabel(this);
    m_prompt->setProperty("look", QStringLiteral("title"));
    m_prompt->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
    m_note = new QLabel(this);
    m_note->setProperty("look", QStringLiteral("caption"));
    m_note->setWordWrap(true);
}

void WordBoard::makeLayout()
{
    makeBar();
    m_error = new ErrorCard(this);
    m_cardArea = new QWidget(this);
    m_grid = new QGridLayout(m_cardArea);
    m_grid->setContentsMargins(0, 0, 0, 0);
    m_grid->setSpacing(8);
    m_scroll = new QScrollArea(this);
    m_scroll->setWidgetResizable(true);
    m_scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_scroll->setFocusPolicy(Qt::NoFocus);
    m_scroll->setWidget(m_cardArea);

    auto *bar = new QHBoxLayout;
    bar->setSpacing(8);
    bar->addWidget(m_listen);
    bar->addStretch(1);
    for (QPushButton *button : {m_say, m_ready, m_add, m_keep})
        bar->addWidget(button);

    auto *answers = new QHBoxLayout;
    answers->setSpacing(8);
    for (AnswerCard *&card : m_answers) {
        card = new AnswerCard(this);
        answers->addWidget(card, 1);
    }
    nameEars();
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(8);
    column->addLayout(bar);
    auto *prompt = new QHBoxLayout;
    prompt->setSpacing(16);
    prompt->addWidget(m_prompt, 1);
    prompt->addWidget(m_level);
    column->addLayout(prompt);
    column->addWidget(m_note);
    column->addWidget(m_error);
    column->addWidget(m_scroll, 3);
    column->addLayout(answers, 2);
}

void WordBoard::nameEars()
{
    const auto title = [](const QString &name, int units) { // in large type there is room for the name only
        return Theme::instance().presenting() ? name : tr("%1 · %n units", nullptr, units).arg(name);
    };
    const UnitKind &kind = m_asker->kind();
    answer(Ear::Model)
        .setTitle(title(modelTitle(kind.model), kind.codebook),
                  tr("The sound as units of the model that this page uses, compared with those of the takes"));
    answer(Ear::Cepstra)
        .setTitle(title(tr("MFCC"), kCepstraUnits),
                  tr("The same sound and the same comparison, but with units of mel-frequency cepstra: what one had "
                     "before models learned to listen"));
}

void WordBoard::restyle()
{
    const Theme &theme = Theme::instance();
    nameEars();
    m_listen->setIcon(m_ear->isOn() ? dot(theme.colours().error) : theme.icon(QStringLiteral("microphone")));
    placeCards();
}

void WordBoard::showCards()
{
    const QList<WordBook::Word> &words = m_book.words();
    while (m_cards.size() > words.size())
        delete m_cards.takeLast();
    while (m_cards.size() < words.size()) {
        auto *card = new WordCard(m_cardArea);
        const int word = int(m_cards.size());
        connect(card, &WordCard::renamed, this, [this, word](const QString &name) { rename(word, name); });
        connect(
            card, &WordCard::removeClicked, this, [this, word] { removeWord(word); }, Qt::QueuedConnection);
        connect(card, &WordCard::againClicked, this, [this, word](int take) { sayAgain({word, take}); });
        connect(card, &WordCard::playClicked, this, [this, word](int take) {
            if (const HeardPointer &heard = m_book.words()[word].takes[std::size_t(take)])
                play(heard->sound);
        });
        m_cards.append(card);
        m_columns = 0;
    }
    int frames = 0; // one scale for all of them
    for (const WordBook::Word &word : words)
        for (const HeardPointer &take : word.takes)
            frames = std::max(frames, take ? int(take->units[0].size()) : 0);
    for (int word = 0; word < words.size(); ++word)
        m_cards[word]->setWord(words[word], frames, words.size() > 2);
    placeCards();
    showPrompt();
}

void WordBoard::placeCards()
{
    const int columns = std::clamp(width() / Theme::instance().px(kLeastCardWidth), 1, kMostColumns);
    const int used = std::min(columns, std::max(1, int(m_cards.size())));
    if (used == m_columns && m_grid->count() == m_cards.size())
        return;
    m_columns = used;
    while (QLayoutItem *item = m_grid->takeAt(0))
        delete item;
    for (int column = 0; column < kMostColumns; ++column)
        m_grid->setColumnStretch(column, column < used ? 1 : 0);
    const int rows = (int(m_cards.size()) + used - 1) / used;
    for (int row = 0; row < kMostWords; ++row)
        m_grid->setRowStretch(row, row < rows ? 1 : 0);
    for (int i = 0; i < m_cards.size(); ++i)
        m_grid->addWidget(m_cards[i], i / used, i % used);
    // What few cards leave is for the answers.
    m_scroll->setMaximumHeight(rows * (m_cards.isEmpty() ? 0 : m_cards[0]->maximumHeight() + m_grid->spacing()));
    QWidget *before = m_keep;
    for (const WordCard *card : m_cards) {
        QWidget *const order[] = {card->name(),   card->removeButton(), card->play(0),
                                  card->again(0), card->play(1),        card->again(1)};
        for (QWidget *widget : order) {
            setTabOrder(before, widget);
            before = widget;
        }
    }
}

void WordBoard::resizeEvent(QResizeEvent *event)
{
    QWidget::resizeEvent(event);
    placeCards();
}

QString WordBoard::prompt() const
{
    return m_prompt->text();
}

void WordBoard::showPrompt()
{
    const std::optional<TakePlace> next = awaited();
    const bool on = m_ear->isOn();
    QString text;
    if (m_asker->isBusy() && !on)
        text = tr("Listening to what was said…");
    else if (on && m_ear->isLost())
        text = tr("The microphone is gone; it is looked for");
    else if (on && m_ear->isMuted())
        text = tr("The microphone waits while something plays");
    else if (on && next)
        text = next->take == 0 ? tr("Say “%1”, the first time").arg(m_book.words()[next->word].name)
                               : tr("Say “%1” once more").arg(m_book.words()[next->word].name);
    else if (on)
        text = tr("Say one of the words");
    else if (next)
        text = m_book.taken() == 0 ? tr("Say each word twice, and it is recognised from then on")
                                   : tr("Still to say: %1 of %2 takes")
                                         .arg(int(m_book.words().size()) * kTakes - m_book.taken())
                                         .arg(int(m_book.words().size()) * kTakes);
    else
        text =
            hasReadyWords() ? tr("Hear one, or listen and say one yourself") : tr("Listen, and say one of the words");
    m_prompt->setText(text);
    m_prompt->setToolTip(text);
    m_level->setVisible(on);
    m_listen->setChecked(on);
    m_listen->setText(on ? tr("Stop listening") : tr("Listen"));
    m_listen->setIcon(on ? dot(Theme::instance().colours().error)
                         : Theme::instance().icon(QStringLiteral("microphone")));
    m_say->setVisible(hasReadyWords());
    m_keep->setEnabled(m_book.taken() > 0);
    m_add->setEnabled(m_book.words().size() < kMostWords);
    const bool fresh = m_book.taken() == 0 && !on;
    m_ready->setProperty("look", fresh ? QStringLiteral("primary") : QString());
    m_say->setProperty("look", hasReadyWords() && !on ? QStringLiteral("primary") : QString());
    for (QPushButton *button : {m_ready, m_say}) {
        button->style()->unpolish(button);
        button->style()->polish(button);
    }
    for (int word = 0; word < m_cards.size(); ++word)
        m_cards[word]->setAwaited(next && next->word == word && (on || m_target) ? next->take : -1);
    if (!m_asker->isBusy() && !on && fresh && m_note->text().isEmpty())
        note(tr("Click Listen, drop a recording of the words one after the other, or let the ready voices say them."));
}

void WordBoard::showTally()
{
    for (const Ear ear : {Ear::Model, Ear::Cepstra})
        answer(ear).setVerdict(m_tally.verdict(ear), m_tally.right(ear), m_tally.judged(ear));
}

void WordBoard::note(const QString &text)
{
    m_note->setText(text);
    m_note->setVisible(!text.isEmpty());
}

} // namespace orrery::speech
