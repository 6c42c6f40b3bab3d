// SPDX-License-Identifier: Apache-2.0
#include "plugins/text_to_image/view/prompt_bar.h"

#include "plugins/text_to_image/view/generate_state.h"
#include "plugins/text_to_image/view/sentence_chips.h"
#include "widgets/notice_label.h"
#include "widgets/plain_editor.h"
#include "widgets/ranking/unknown_words_bar.h"

#include <QHBoxLayout>
#include <QKeyEvent>
#include <QLabel>
#include <QPushButton>
#include <QScrollBar>
#include <QToolButton>
#include <QVBoxLayout>

#include <algorithm>
#include <cmath>

namespace orrery::text_to_image {

namespace {
constexpr int kMostLines = 3;
constexpr int kMostBadges = 3;
} // namespace

PromptBar::PromptBar(GenerateState &state, ModelFacts &facts, QWidget *parent)
    : QWidget(parent), m_state(state), m_facts(facts), m_text(new PlainEditor(this)),
      m_marks(new UnknownWordMarks(m_text->document())), m_draw(new QPushButton(this)), m_dice(new QToolButton(this)),
      m_chips(new SentenceChips(this)), m_unknown(new UnknownWordsBar(this)), m_absent(new QLabel(this)),
      m_cut(new NoticeLabel(NoticeLabel::Kind::Warning, this))
{
    m_text->setObjectName(QStringLiteral("prompt"));
    m_text->setAccessibleName(tr("Prompt"));
    m_text->setAccessibleDescription(tr("What to draw. Return draws, Shift+Return puts it into the queue."));
    m_text->setPlaceholderText(tr("Say what to draw"));
    m_text->setLineWrapMode(QPlainTextEdit::WidgetWidth);
    m_text->installEventFilter(this);
    m_draw->setObjectName(QStringLiteral("draw"));
    m_draw->setProperty("look", QStringLiteral("primary"));
    m_dice->setObjectName(QStringLiteral("dice"));
    m_dice->setAccessibleName(tr("Another seed"));
    m_dice->setToolTip(tr("Another seed: the same words, other pictures"));
    m_dice->setFocusPolicy(Qt::StrongFocus);
    m_absent->setTextFormat(Qt::PlainText);
    m_absent->hide();
    m_cut->hide();
    m_absent->setObjectName(QStringLiteral("absentBadge"));
    m_absent->setProperty("look", QStringLiteral("badge"));
    m_absent->setWordWrap(false);
    m_absent->setToolTip(tr("One tenth of all combinations was kept from the model while it learned. Getting this one "
                            "right takes more than remembering."));
    m_cut->setText(tr("This is longer than the model can take in; the end of it is cut off."));

    auto *line = new QHBoxLayout;
    line->setSpacing(8);
    line->addWidget(m_text, 1);
    line->addWidget(m_draw, 0, Qt::AlignTop);
    line->addWidget(m_dice, 0, Qt::AlignTop);
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(8);
    column->addLayout(line);
    column->addWidget(m_chips);
    column->addWidget(m_unknown);
    column->addWidget(m_absent, 0, Qt::AlignLeft);
    column->addWidget(m_cut);

    connect(m_text, &QPlainTextEdit::textChanged, this, &PromptBar::readText);
    connect(m_draw, &QPushButton::clicked, this, [this] { m_drawing ? stopClicked() : drawClicked(); });
    connect(m_dice, &QToolButton::clicked, this, &PromptBar::diceClicked);
    connect(m_chips, &SentenceChips::promptChosen, this, [this](const QString &prompt, const QString &undoText) {
        m_state.edit(undoText, [&](Parameters &p) { p.prompt = prompt; });
    });
    connect(m_unknown, &UnknownWordsBar::replacementChosen, this, &PromptBar::replaceWord);
    connect(&m_state, &GenerateState::parametersChanged, this, &PromptBar::showState);
    connect(&m_facts, &ModelFacts::promptRead, this, &PromptBar::showRead);
    connect(&m_facts, &ModelFacts::described, this, &PromptBar::showVocabulary);
    connect(&Theme::instance(), &Theme::changed, this, &PromptBar::restyle);
    setDrawing(false);
    restyle();
    showState();
}

void PromptBar::restyle()
{
    const Theme &theme = Theme::instance();
    m_dice->setIcon(theme.icon(QStringLiteral("dice")));
    m_dice->setIconSize(QSize(theme.px(20), theme.px(20)));
    m_dice->setFixedSize(theme.px(34), theme.px(34));
    m_draw->setMinimumWidth(theme.px(76));
    m_absent->setFixedHeight(theme.px(24));
    fitText();
}

void PromptBar::fitText()
{
    // As many lines as the prompt has, up to three.
    const QFontMetrics metrics(Theme::instance().font());
    const int room = std::max(80, m_text->width() - Theme::instance().px(32));
    const int wide = metrics.horizontalAdvance(m_text->toPlainText());
    const int wanted = std::max(1, int(std::ceil(double(wide) / room)));
    const int lines = m_text->width() < 120 ? 1 : std::min(wanted, kMostLines); // 120: not laid out yet
    m_text->setVerticalScrollBarPolicy(wanted > kMostLines ? Qt::ScrollBarAsNeeded : Qt::ScrollBarAlwaysOff);
    m_text->setFixedHeight(
        std::max(Theme::instance().px(34), lines * metrics.lineSpacing() + Theme::instance().px(18)));
}

void PromptBar::setDrawing(bool drawing)
{
    m_drawing = drawing;
    m_draw->setText(drawing ? tr("Stop") : tr("Draw"));
    m_draw->setAccessibleName(m_draw->text());
    m_draw->setToolTip(drawing ? tr("Stops, and keeps what is drawn (Esc)") : tr("Draws it (Return)"));
}

void PromptBar::focusText()
{
    m_text->setFocus(Qt::ShortcutFocusReason);
    m_text->selectAll();
}

bool PromptBar::eventFilter(QObject *object, QEvent *event)
{
    if (object == m_text && event->type() == QEvent::KeyPress) {
        const auto *key = static_cast<QKeyEvent *>(event);
        if (key->key() == Qt::Key_Return || key->key() == Qt::Key_Enter) {
            if (key->modifiers() & Qt::ShiftModifier)
                Q_EMIT queueWanted();
            else
                Q_EMIT drawClicked();
            return true;
        }
    }
    if (object == m_text && event->type() == QEvent::Resize)
        fitText();
    return QWidget::eventFilter(object, event);
}

void PromptBar::readText()
{
    m_reading = true;
    QString text = m_text->toPlainText();
    text.replace(u'\n', u' '); // pasted
    m_state.edit(
        tr("Type the prompt"), [&](Parameters &p) { p.prompt = text; }, true);
    m_reading = false;
    fitText();
}

void PromptBar::showState()
{
    const Parameters parameters = m_state.parameters();
    if (!m_reading) {
        m_text->showText(parameters.prompt);
        fitText();
    }
    m_chips->setPrompt(parameters.prompt);
    showVocabulary();
    m_facts.read(modelOf(parameters), parameters.prompt);
}

void PromptBar::showVocabulary()
{
    m_chips->setVocabulary(m_facts.vocabulary(modelOf(m_state.parameters())));
}

void PromptBar::showRead()
{
    const generate::ReadPromptResult &read = m_facts.readPrompt();
    QStringList words;
    QList<QStringList> nearest;
    for (std::size_t i = 0; i < read.unknownWords.size(); ++i) {
        words.append(QString::fromStdString(read.unknownWords[i]));
        QStringList known;
        if (i < read.nearestKnown.size())
            for (const std::string &word : read.nearestKnown[i])
                known.append(QString::fromStdString(word));
        nearest.append(known);
    }
    {
        const QSignalBlocker quiet(m_text);
        m_marks->setWords(words);
    }
    m_unknown->setWords(words, nearest);
    m_badges.clear();
    for (const std::string &pair : read.absent)
        m_badges.append(QString::fromStdString(pair));
    QStringList shown;
    for (const QString &pair : m_badges.mid(0, kMostBadges))
        shown.append(QStringLiteral("“%1”").arg(pair));
    m_absent->setText(tr("%1 · never seen together in training").arg(shown.join(QStringLiteral(", "))));
    m_absent->setVisible(!m_badges.isEmpty());
    m_cut->setVisible(read.cut);
}

void PromptBar::replaceWord(const QString &unknown, const QString &known)
{
    m_state.edit(tr("Use “%1” instead of “%2”").arg(known, unknown),
                 [&](Parameters &p) { p.prompt.replace(wholeWord(unknown), known); });
}

} // namespace orrery::text_to_image
