// SPDX-License-Identifier: Apache-2.0
#include "plugins/text_to_image/view/seed_box.h"

#include "widgets/theme/theme.h"

#include <QHBoxLayout>
#include <QKeyEvent>
#include <QLineEdit>
#include <QRegularExpressionValidator>
#include <QToolButton>

#include <limits>

namespace orrery::text_to_image {

SeedBox::SeedBox(QWidget *parent)
    : QWidget(parent), m_number(new QLineEdit(this)), m_lock(new QToolButton(this)), m_dice(new QToolButton(this))
{
    m_number->setObjectName(QStringLiteral("seed"));
    m_number->setAccessibleName(tr("Seed"));
    m_number->setValidator(new QRegularExpressionValidator(QRegularExpression(QStringLiteral("\\d{0,20}")), this));
    m_number->installEventFilter(this);
    m_lock->setObjectName(QStringLiteral("seedLock"));
    m_lock->setCheckable(true);
    m_lock->setAccessibleName(tr("Keep the seed"));
    m_lock->setToolTip(tr("Locked: every drawing begins with the same chance, so one changed word shows its effect. "
                          "Unlocked: each Draw takes another."));
    m_dice->setObjectName(QStringLiteral("inspectorDice"));
    m_dice->setAccessibleName(tr("Another seed"));
    m_dice->setToolTip(tr("Another seed: the same words, other pictures"));
    auto *row = new QHBoxLayout(this);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(4);
    row->addWidget(m_number, 1);
    for (QToolButton *button : {m_lock, m_dice}) {
        button->setFocusPolicy(Qt::StrongFocus);
        row->addWidget(button);
    }
    setFocusProxy(m_number);
    connect(m_number, &QLineEdit::editingFinished, this, &SeedBox::commit);
    connect(m_lock, &QToolButton::clicked, this, [this](bool on) {
        restyle();
        Q_EMIT lockToggled(on);
    });
    connect(m_dice, &QToolButton::clicked, this, &SeedBox::diceClicked);
    connect(&Theme::instance(), &Theme::changed, this, &SeedBox::restyle);
    restyle();
}

void SeedBox::restyle()
{
    const Theme &theme = Theme::instance();
    m_lock->setIcon(theme.icon(m_lock->isChecked() ? QStringLiteral("lock") : QStringLiteral("unlock")));
    m_dice->setIcon(theme.icon(QStringLiteral("dice")));
}

void SeedBox::setSeed(quint64 seed)
{
    m_seed = seed;
    if (!m_number->hasFocus() || m_number->text().toULongLong() != seed)
        m_number->setText(QString::number(seed));
}

void SeedBox::setLocked(bool locked)
{
    m_lock->setChecked(locked);
    restyle();
}

void SeedBox::commit()
{
    bool right = false;
    const quint64 seed = m_number->text().toULongLong(&right);
    if (!right) {
        m_number->setText(QString::number(m_seed));
        return;
    }
    if (seed != m_seed)
        Q_EMIT seedEdited(seed);
}

bool SeedBox::eventFilter(QObject *object, QEvent *event)
{
    if (object == m_number && event->type() == QEvent::KeyPress) {
        const int key = static_cast<QKeyEvent *>(event)->key();
        if (key == Qt::Key_Up && m_seed < std::numeric_limits<quint64>::max()) {
            Q_EMIT seedEdited(m_seed + 1);
            return true;
        }
        if (key == Qt::Key_Down && m_seed > 0) {
            Q_EMIT seedEdited(m_seed - 1);
            return true;
        }
    }
    return QWidget::eventFilter(object, event);
}

} // namespace orrery::text_to_image
