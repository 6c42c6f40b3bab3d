// SPDX-License-Identifier: Apache-2.0
#include "plugins/speech/view/words/word_card.h"

#include "plugins/speech/view/words/unit_strip.h"
#include "widgets/theme/theme.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QLocale>
#include <QPainter>
#include <QToolButton>
#include <QVBoxLayout>

namespace orrery::speech {

namespace {
constexpr int kLongestName = 24;
constexpr int kMostHeight = 168; ///< px: strips grow where there is room
} // namespace

WordCard::WordCard(QWidget *parent)
    : QWidget(parent), m_name(new QLineEdit(this)), m_distance(new QLabel(this)), m_remove(new QToolButton(this))
{
    for (int take = 0; take < kTakes; ++take) {
        TakeRow &row = m_takes[std::size_t(take)];
        row.number = new QLabel(QLocale().toString(take + 1), this);
        row.number->setProperty("look", QStringLiteral("caption"));
        row.number->setMinimumWidth(Theme::instance().fontPx(12)); // one digit is narrower than another
        row.strip = new UnitStrip(this);
        row.play = new QToolButton(this);
        row.again = new QToolButton(this);
        connect(row.play, &QToolButton::clicked, this, [this, take] { Q_EMIT playClicked(take); });
        connect(row.again, &QToolButton::clicked, this, [this, take] { Q_EMIT againClicked(take); });
    }
    m_name->setMaxLength(kLongestName);
    m_name->setPlaceholderText(tr("a word"));
    m_distance->setProperty("look", QStringLiteral("caption"));
    connect(m_name, &QLineEdit::editingFinished, this, [this] { Q_EMIT renamed(m_name->text().simplified()); });
    connect(m_remove, &QToolButton::clicked, this, &WordCard::removeClicked);
    makeLayout();
    connect(&Theme::instance(), &Theme::changed, this, &WordCard::restyle);
    restyle();
}

void WordCard::makeLayout()
{
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(10, 8, 10, 10);
    column->setSpacing(4);
    auto *top = new QHBoxLayout;
    top->setSpacing(6);
    top->addWidget(m_name, 1);
    top->addWidget(m_distance);
    top->addWidget(m_remove);
    column->addLayout(top);
    for (const TakeRow &row : m_takes) {
        auto *line = new QHBoxLayout;
        line->setSpacing(4);
        line->addWidget(row.number);
        line->addWidget(row.strip, 1);
        line->addWidget(row.play);
        line->addWidget(row.again);
        column->addLayout(line, 1);
    }
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Preferred);
}

void WordCard::restyle()
{
    const Theme &theme = Theme::instance();
    m_remove->setIcon(theme.icon(QStringLiteral("close")));
    for (const TakeRow &row : m_takes) {
        row.play->setIcon(theme.icon(QStringLiteral("play")));
        row.again->setIcon(theme.icon(QStringLiteral("refresh")));
        for (QToolButton *button : {row.play, row.again})
            button->setIconSize({theme.px(14), theme.px(14)});
    }
    m_remove->setIconSize({theme.px(12), theme.px(12)});
    setMaximumHeight(theme.px(kMostHeight));
    update();
}

void WordCard::nameParts()
{
    const QString word = m_name->text().isEmpty() ? tr("this word") : tr("“%1”").arg(m_name->text());
    m_name->setAccessibleName(tr("Word on the board"));
    m_remove->setAccessibleName(tr("Take %1 off the board").arg(word));
    m_remove->setToolTip(m_remove->accessibleName());
    for (int take = 0; take < kTakes; ++take) {
        const TakeRow &row = m_takes[std::size_t(take)];
        row.strip->setAccessibleName(tr("Units of %1, take %2").arg(word).arg(take + 1));
        row.play->setAccessibleName(tr("Hear %1, take %2").arg(word).arg(take + 1));
        row.play->setToolTip(row.play->accessibleName());
        row.again->setAccessibleName(m_there[std::size_t(take)] ? tr("Say %1 again, take %2").arg(word).arg(take + 1)
                                                                : tr("Say %1 now, take %2").arg(word).arg(take + 1));
        row.again->setToolTip(row.again->accessibleName());
    }
}

void WordCard::setWord(const WordBook::Word &word, int frames, bool removable)
{
    if (m_name->text() != word.name && !m_name->hasFocus())
        m_name->setText(word.name);
    m_remove->setVisible(removable);
    for (std::size_t take = 0; take < word.takes.size(); ++take) {
        const HeardPointer &heard = word.takes[take];
        m_there[take] = heard != nullptr;
        m_takes[take].strip->setUnits(heard ? heard->units[0] : std::vector<int>(), frames);
        m_takes[take].play->setEnabled(heard && heard->sound);
    }
    setAwaited(m_awaited);
    nameParts();
}

void WordCard::setAwaited(int take)
{
    m_awaited = take;
    for (int i = 0; i < kTakes; ++i)
        m_takes[std::size_t(i)].strip->setPlaceholder(m_there[std::size_t(i)] ? tr("no units")
                                                      : i == take             ? tr("say it now")
                                                                              : tr("not said yet"));
    update();
}

void WordCard::light(double distance)
{
    m_lit = true;
    m_distance->setText(QLocale().toString(distance, 'f', 2));
    m_distance->setToolTip(tr("Distance to the nearer one of its two takes: 0 is the same units, 1 none in common"));
    update();
}

void WordCard::goOut()
{
    m_lit = false;
    m_distance->clear();
    update();
}

void WordCard::paintEvent(QPaintEvent *)
{
    const Colours &colours = Theme::instance().colours();
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const double width = m_lit ? 3 : m_awaited >= 0 ? 2 : 1;
    painter.setPen(QPen(m_lit || m_awaited >= 0 ? colours.accent : colours.line, width,
                        m_awaited >= 0 && !m_lit ? Qt::DashLine : Qt::SolidLine));
    painter.setBrush(m_lit ? colours.selected : colours.surface);
    painter.drawRoundedRect(QRectF(rect()).adjusted(width / 2, width / 2, -width / 2, -width / 2), 6, 6);
}

} // namespace orrery::speech
