// SPDX-License-Identifier: Apache-2.0
#include "plugins/speech/view/words/answer_card.h"

#include "plugins/speech/view/words/unit_strip.h"
#include "widgets/theme/theme.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QLocale>
#include <QPainter>
#include <QToolButton>
#include <QVBoxLayout>

#include <algorithm>

namespace orrery::speech {

namespace {

constexpr int kRow = 18;     ///< px of a bar, at least
constexpr int kMostRow = 32; ///< px

QString distanceText(double distance)
{
    return QLocale().toString(distance, 'f', 2);
}

} // namespace

DistanceBars::DistanceBars(QWidget *parent) : QWidget(parent)
{
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Preferred);
    setMaximumHeight(kMost * Theme::instance().px(kMostRow) + Theme::instance().fontPx(12));
    setToolTip(tr("Distance to each word's nearer take: changes that turn one row of units into the other, as a share "
                  "of the longer one. Short is near. What lies beyond the line is none of these words: it stands half "
                  "way between takes of one word and takes of different ones."));
    connect(&Theme::instance(), &Theme::changed, this, [this] {
        setMaximumHeight(kMost * Theme::instance().px(kMostRow) + Theme::instance().fontPx(12));
        updateGeometry();
        update();
    });
}

QSize DistanceBars::sizeHint() const
{
    const Theme &theme = Theme::instance();
    return {theme.px(200), kMost * std::max(theme.px(kRow), theme.fontPx(12) + 6) + theme.fontPx(12) + 4};
}

void DistanceBars::setAnswer(const WordAnswer &answer, const QStringList &words)
{
    m_answer = answer;
    m_words = words;
    QStringList lines;
    for (const WordDistance &one : answer.all)
        lines.append(tr("%1: %2").arg(words.value(one.word), distanceText(one.distance)));
    setAccessibleName(lines.isEmpty() ? tr("Distances to the words")
                                      : tr("Distances to the words: %1").arg(lines.join(QStringLiteral(", "))));
    update();
}

void DistanceBars::paintEvent(QPaintEvent *)
{
    if (m_answer.all.empty())
        return;
    const Theme &theme = Theme::instance();
    const Colours &colours = theme.colours();
    QPainter painter(this);
    painter.setFont(theme.font(TextRole::Caption));
    const double foot = theme.fontPx(12) + 4; // what the line means
    const double row = (height() - foot) / kMost;
    const double names = std::min(width() * 0.3, double(theme.px(88)));
    const double numbers = Theme::figuresWidth(painter.font(), QStringLiteral("0.00")) + 8;
    const QRectF bars(names + 6, 0, std::max(10.0, width() - names - 6 - numbers), height());
    const int count = std::min(kMost, int(m_answer.all.size()));
    for (int i = 0; i < count; ++i) {
        const WordDistance &one = m_answer.all[std::size_t(i)];
        const QRectF line(0, i * row, width(), row);
        const bool chosen = i == 0 && m_answer.word >= 0;
        painter.setPen(chosen ? colours.text : colours.muted);
        painter.drawText(QRectF(0, line.top(), names, row), Qt::AlignRight | Qt::AlignVCenter,
                         painter.fontMetrics().elidedText(m_words.value(one.word), Qt::ElideRight, int(names)));
        const double inset = row * 0.28;
        const QRectF groove(bars.left(), line.top() + inset, bars.width(), row - 2 * inset);
        painter.fillRect(groove, colours.line);
        painter.fillRect(QRectF(groove.left(), groove.top(), groove.width() * one.distance, groove.height()),
                         chosen ? colours.accent : colours.muted);
        painter.setPen(chosen ? colours.text : colours.muted);
        Theme::drawFigures(painter, QRectF(bars.right() + 4, line.top(), numbers - 4, row),
                           Qt::AlignRight | Qt::AlignVCenter, distanceText(one.distance));
    }
    const double limit = std::round(bars.left() + bars.width() * m_answer.limit);
    painter.setPen(QPen(colours.text, 1, Qt::DashLine));
    painter.drawLine(QPointF(limit, 0), QPointF(limit, height()));
    const QString beyond = tr("beyond %1: none").arg(distanceText(m_answer.limit));
    const double wide = painter.fontMetrics().horizontalAdvance(beyond) + 4;
    const bool left = limit + wide > width(); // no room at its right
    painter.setPen(colours.muted);
    painter.drawText(QRectF(left ? std::max(0.0, limit - wide) : limit + 4, height() - foot, wide, foot),
                     Qt::AlignLeft | Qt::AlignBottom, beyond);
}

AnswerCard::AnswerCard(QWidget *parent)
    : QWidget(parent), m_title(new QLabel(this)), m_answer(new QLabel(this)), m_sentence(new QLabel(this)),
      m_tally(new QLabel(this)), m_strip(new UnitStrip(this)), m_bars(new DistanceBars(this)),
      m_right(new QToolButton(this)), m_wrong(new QToolButton(this))
{
    m_title->setProperty("look", QStringLiteral("heading"));
    m_answer->setProperty("look", QStringLiteral("answer"));
    m_answer->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
    for (QLabel *label : {m_sentence, m_tally})
        label->setProperty("look", QStringLiteral("caption"));
    m_sentence->setWordWrap(true);
    for (QToolButton *button : {m_right, m_wrong}) {
        button->setCheckable(true);
        button->setEnabled(false);
    }
    connect(m_right, &QToolButton::clicked, this, [this] { Q_EMIT judged(true); });
    connect(m_wrong, &QToolButton::clicked, this, [this] { Q_EMIT judged(false); });
    makeLayout();
    connect(&Theme::instance(), &Theme::changed, this, &AnswerCard::restyle);
    restyle();
}

void AnswerCard::makeLayout()
{
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(12, 8, 12, 10);
    column->setSpacing(4);
    auto *top = new QHBoxLayout;
    top->setSpacing(4);
    top->addWidget(m_title, 1);
    top->addWidget(m_tally);
    top->addWidget(m_right);
    top->addWidget(m_wrong);
    column->addLayout(top);
    column->addWidget(m_answer);
    column->addWidget(m_sentence);
    column->addWidget(m_strip, 1);
    column->addSpacing(4);
    column->addWidget(m_bars, 2);
    column->addStretch(0);
}

void AnswerCard::restyle()
{
    const Theme &theme = Theme::instance();
    m_right->setIcon(theme.icon(QStringLiteral("tick")));
    m_wrong->setIcon(theme.icon(QStringLiteral("close")));
    for (QToolButton *button : {m_right, m_wrong})
        button->setIconSize({theme.px(16), theme.px(16)});
    fitAnswer();
    update();
}

void AnswerCard::setTitle(const QString &title, const QString &hint)
{
    m_title->setText(title);
    m_title->setToolTip(hint);
    m_title->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
    m_right->setAccessibleName(tr("%1: that was right").arg(title));
    m_wrong->setAccessibleName(tr("%1: that was wrong").arg(title));
    m_right->setToolTip(tr("That was right"));
    m_wrong->setToolTip(tr("That was wrong"));
    m_answer->setAccessibleName(tr("%1: the word that was heard").arg(title));
    m_strip->setAccessibleName(tr("%1 of the word that was heard").arg(title));
}

void AnswerCard::showAnswer(const WordAnswer &answer, const QStringList &words, const std::vector<int> &units)
{
    const bool none = answer.word < 0;
    setAnswer(none ? tr("none of these") : words.value(answer.word));
    QString sentence;
    if (answer.nearest < 0)
        sentence = tr("There are no takes to compare with.");
    else if (none)
        sentence = tr("nearest “%1” at %2, beyond the limit of %3")
                       .arg(words.value(answer.nearest), distanceText(answer.distance), distanceText(answer.limit));
    else if (answer.next < 0)
        sentence = tr("distance %1").arg(distanceText(answer.distance));
    else
        sentence = tr("distance %1, next “%2” %3")
                       .arg(distanceText(answer.distance), words.value(answer.next), distanceText(answer.nextDistance));
    m_sentence->setText(sentence);
    m_strip->setUnits(units);
    m_bars->setAnswer(answer, words);
    for (QToolButton *button : {m_right, m_wrong})
        button->setEnabled(true);
}

void AnswerCard::showError(const QString &error)
{
    clear(error);
    m_sentence->setText(error);
}

void AnswerCard::clear(const QString &text)
{
    setAnswer(QStringLiteral("–"));
    m_sentence->setText(text);
    m_strip->setPlaceholder(tr("units of the next word"));
    m_strip->setUnits({});
    m_bars->setAnswer({}, {});
    for (QToolButton *button : {m_right, m_wrong}) {
        button->setChecked(false);
        button->setEnabled(false);
    }
}

void AnswerCard::setVerdict(std::optional<bool> verdict, int right, int judged)
{
    m_right->setChecked(verdict == true);
    m_wrong->setChecked(verdict == false);
    m_tally->setText(judged == 0 ? QString() : tr("right %1 of %2").arg(right).arg(judged));
}

void AnswerCard::setAnswer(const QString &answer)
{
    m_said = answer;
    m_answer->setToolTip(answer);
    fitAnswer();
}

void AnswerCard::fitAnswer()
{
    const QFontMetrics metrics(Theme::instance().font(TextRole::Answer));
    m_answer->setText(metrics.elidedText(m_said, Qt::ElideRight, std::max(40, width() - 24)));
}

void AnswerCard::resizeEvent(QResizeEvent *event)
{
    QWidget::resizeEvent(event);
    fitAnswer();
}

QString AnswerCard::answer() const
{
    return m_said;
}

QString AnswerCard::sentence() const
{
    return m_sentence->text();
}

QString AnswerCard::tally() const
{
    return m_tally->text();
}

void AnswerCard::paintEvent(QPaintEvent *)
{
    const Colours &colours = Theme::instance().colours();
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(QPen(colours.line, 1));
    painter.setBrush(colours.surface);
    painter.drawRoundedRect(QRectF(rect()).adjusted(0.5, 0.5, -0.5, -0.5), 6, 6);
}

} // namespace orrery::speech
