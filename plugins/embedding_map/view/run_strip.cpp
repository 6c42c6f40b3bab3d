// SPDX-License-Identifier: Apache-2.0
#include "plugins/embedding_map/view/run_strip.h"

#include "plugins/embedding_map/view/quality_panel.h"
#include "widgets/theme/theme.h"

#include <QContextMenuEvent>
#include <QGridLayout>
#include <QHBoxLayout>
#include <QKeyEvent>
#include <QLabel>
#include <QMenu>
#include <QScrollArea>
#include <QScrollBar>
#include <QStyle>
#include <QTimer>
#include <QToolButton>
#include <QWheelEvent>

#include <algorithm>
#include <cmath>

namespace orrery::embedding_map {

namespace {
constexpr int kThumbnail = 40;
constexpr int kAroundThumbnail = 12; ///< a chip's margins, and its border at its thickest
} // namespace

RunChip::RunChip(const QString &key, QWidget *parent)
    : QFrame(parent), m_key(key), m_thumbnail(new QLabel(this)), m_title(new QLabel(this)), m_numbers(new QLabel(this)),
      m_delete(new QToolButton(this))
{
    const Theme &theme = Theme::instance();
    setProperty("look", QStringLiteral("card"));
    setFocusPolicy(Qt::StrongFocus);
    setCursor(Qt::PointingHandCursor);
    m_thumbnail->setFixedSize(theme.px(kThumbnail), theme.px(kThumbnail));
    m_title->setTextFormat(Qt::PlainText);
    m_numbers->setTextFormat(Qt::PlainText);
    m_numbers->setProperty("look", QStringLiteral("caption"));
    m_delete->setIcon(theme.icon(QStringLiteral("close")));
    m_delete->setIconSize({theme.px(12), theme.px(12)});
    m_delete->setToolTip(tr("Delete this map; it can be made again"));
    m_delete->setFocusPolicy(Qt::NoFocus); // Delete on the chip does the same
    connect(m_delete, &QToolButton::clicked, this, &RunChip::deleteWanted);
    auto *grid = new QGridLayout(this);
    grid->setContentsMargins(6, 4, 4, 4);
    grid->setHorizontalSpacing(8);
    grid->setVerticalSpacing(0);
    grid->addWidget(m_thumbnail, 0, 0, 2, 1);
    grid->addWidget(m_title, 0, 1);
    grid->addWidget(m_numbers, 1, 1, 1, 2);
    grid->addWidget(m_delete, 0, 2, Qt::AlignTop | Qt::AlignRight);
    setShown(false, false);
}

void RunChip::setRun(const MapRun &run, const QImage &thumbnail, bool making)
{
    m_thumbnail->setPixmap(QPixmap::fromImage(thumbnail));
    const QString title = making ? titleOf(run.parameters) : run.title();
    m_title->setText(title);
    QStringList numbers;
    if (making)
        numbers.append(tr("being made"));
    if (!making && !run.flat)
        numbers.append(run.seconds < 10 ? tr("%1 s").arg(run.seconds, 0, 'f', 1)
                                        : tr("%1 s").arg(std::lround(run.seconds)));
    if (run.quality)
        numbers.append(tr("keeps %1 of neighbours").arg(qualityText(QStringLiteral("recall"), run.quality->knnRecall)));
    m_numbers->setText(numbers.join(QStringLiteral(" · ")));
    QStringList tip{title};
    if (std::isfinite(run.loss))
        tip.append(lossText(run));
    tip += run.notes;
    setToolTip(tip.join(u'\n'));
    setAccessibleName(tr("Map: %1").arg(title));
    setAccessibleDescription(numbers.join(QStringLiteral(", ")));
    m_delete->setAccessibleName(tr("Delete the map %1").arg(title));
    m_delete->setVisible(!making && !run.flat);
}

void RunChip::setShown(bool shown, bool beside)
{
    m_shown = shown;
    const Colours &colours = Theme::instance().colours();
    const QColor border = shown ? colours.accent : beside ? colours.muted : colours.line;
    setStyleSheet(
        QStringLiteral("orrery--embedding_map--RunChip { background: %1; border: %2px solid %3; border-radius: "
                       "6px; } orrery--embedding_map--RunChip:focus { border: 2px solid %4; }")
            .arg((shown ? colours.selected : colours.surface).name())
            .arg(shown || beside ? 2 : 1)
            .arg(border.name(), colours.accent.name()));
}

void RunChip::mousePressEvent(QMouseEvent *event)
{
    if (event->button() == Qt::LeftButton)
        event->modifiers() & Qt::ShiftModifier ? besideWanted() : chosen();
}

void RunChip::keyPressEvent(QKeyEvent *event)
{
    switch (event->key()) {
    case Qt::Key_Return:
    case Qt::Key_Enter:
        Q_EMIT chosen();
        return;
    case Qt::Key_Delete:
    case Qt::Key_Backspace:
        Q_EMIT deleteWanted();
        return;
    case Qt::Key_Left:
        focusPreviousChild();
        return;
    case Qt::Key_Right:
        focusNextChild();
        return;
    default:
        QFrame::keyPressEvent(event);
    }
}

void RunChip::contextMenuEvent(QContextMenuEvent *event)
{
    // A chip goes when its map does, or the theme changes, also while its menu is open: the menu is the window's.
    auto *menu = new QMenu(window());
    menu->setAttribute(Qt::WA_DeleteOnClose);
    menu->addAction(tr("Show"), this, &RunChip::chosen);
    menu->addAction(tr("Compare with the map on screen"), this, &RunChip::besideWanted);
    menu->addAction(tr("Delete"), this, &RunChip::deleteWanted);
    connect(this, &QObject::destroyed, menu, &QWidget::close);
    menu->popup(event->globalPos());
}

RunStrip::RunStrip(QWidget *parent) : QWidget(parent), m_scroll(new QScrollArea(this))
{
    setObjectName(QStringLiteral("runStrip"));
    setAccessibleName(tr("Maps that were made"));
    auto *inside = new QWidget;
    m_row = new QHBoxLayout(inside);
    m_row->setContentsMargins(0, 0, 0, 0);
    m_row->setSpacing(8);
    m_row->addStretch();
    m_scroll->setWidget(inside);
    m_scroll->setWidgetResizable(true);
    m_scroll->setFocusPolicy(Qt::NoFocus);
    m_scroll->setVerticalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    measure();
    m_scroll->viewport()->installEventFilter(this);
    // Chips grow when their numbers come, and the row with them, in either order: queued, until they have their places.
    connect(m_scroll->horizontalScrollBar(), &QScrollBar::rangeChanged, this, &RunStrip::reveal, Qt::QueuedConnection);
    connect(m_scroll->horizontalScrollBar(), &QScrollBar::actionTriggered, this, [this] { m_revealed.clear(); });
    // Chips are made anew in other colours and sizes; who listens to the theme after this one fills them.
    connect(&Theme::instance(), &Theme::changed, this, [this] {
        measure();
        qDeleteAll(m_chips);
        m_chips.clear();
        m_thumbnails.clear();
        m_drawn.clear();
    });
    auto *row = new QHBoxLayout(this);
    row->setContentsMargins(0, 0, 0, 0);
    row->addWidget(m_scroll);
}

void RunStrip::measure()
{
    // As high as a chip, and the scroll bar below it however thick the style draws that one: a row that does not fit
    // could be scrolled up and down, and the newest map would never be whole.
    const int row = std::max(Theme::instance().px(kThumbnail) + kAroundThumbnail, m_row->sizeHint().height());
    const int bar = m_scroll->horizontalScrollBar()->sizeHint().height();
    m_scroll->setFixedHeight(row + bar + 2 * m_scroll->frameWidth());
}

bool RunStrip::event(QEvent *event)
{
    if (event->type() == QEvent::StyleChange || event->type() == QEvent::Show)
        measure();
    return QWidget::event(event);
}

RunChip *RunStrip::chip(const QString &key) const
{
    for (RunChip *chip : m_chips)
        if (chip->key() == key)
            return chip;
    return nullptr;
}

void RunStrip::setRuns(const QList<MapRun> &runs, const MapRun *making, const ScatterColouring &colouring)
{
    QList<const MapRun *> wanted;
    for (const MapRun &run : runs)
        if (!making || run.key != making->key)
            wanted.append(&run);
    if (making)
        wanted.append(making);
    for (RunChip *chip : QList<RunChip *>(m_chips))
        if (std::ranges::none_of(wanted, [&](const MapRun *run) { return run->key == chip->key(); })) {
            m_chips.removeAll(chip);
            chip->hide();
            chip->deleteLater();
        }
    const Theme &theme = Theme::instance();
    const int side = theme.px(kThumbnail);
    // How many are coloured counts, too: the first points of a collection have the same colours as all of it.
    const QString colour = QStringLiteral("%1 %2 %3 %4 %5")
                               .arg(int(colouring.kind))
                               .arg(colouring.classes.size())
                               .arg(colouring.values.size())
                               .arg(theme.dark())
                               .arg(colouring.title);
    bool added = false;
    for (const MapRun *run : wanted) {
        RunChip *chip = this->chip(run->key);
        if (!chip) {
            chip = new RunChip(run->key, this);
            m_row->insertWidget(m_row->count() - 1, chip);
            m_chips.append(chip);
            chip->installEventFilter(this);
            connect(chip, &RunChip::chosen, this, [this, key = run->key] { Q_EMIT chosen(key); });
            connect(chip, &RunChip::besideWanted, this, [this, key = run->key] { Q_EMIT besideWanted(key); });
            connect(chip, &RunChip::deleteWanted, this, [this, key = run->key] { Q_EMIT deleteWanted(key); });
            added = true;
        }
        if (m_drawn.value(run->key) != run->positions || colour != m_colour || m_thumbnails.value(run->key).isNull()) {
            m_drawn.insert(run->key, run->positions);
            m_thumbnails.insert(run->key, thumbnailOf(*run, colouring, {side, side}));
        }
        chip->setRun(*run, m_thumbnails.value(run->key), making == run);
    }
    m_colour = colour;
    for (auto it = m_drawn.begin(); it != m_drawn.end();)
        if (!chip(it.key())) {
            m_thumbnails.remove(it.key());
            it = m_drawn.erase(it);
        } else {
            ++it;
        }
    if (added)
        m_revealed = wanted.last()->key;
    measure();
}

void RunStrip::reveal()
{
    if (RunChip *wanted = chip(m_revealed))
        m_scroll->ensureWidgetVisible(wanted, 0, 0);
}

bool RunStrip::eventFilter(QObject *object, QEvent *event)
{
    if ((event->type() == QEvent::Resize || event->type() == QEvent::Move) && object != m_scroll->viewport())
        QMetaObject::invokeMethod(this, &RunStrip::reveal, Qt::QueuedConnection);
    if (object != m_scroll->viewport() || event->type() != QEvent::Wheel)
        return QWidget::eventFilter(object, event);
    // An ordinary wheel turns up and down only, and the row lies across. It is taken before the scroll area sees it,
    // which would move a row that is still being laid out up and down.
    QScrollBar *bar = m_scroll->horizontalScrollBar();
    const QPoint turned = static_cast<QWheelEvent *>(event)->angleDelta();
    m_revealed.clear();
    bar->setValue(bar->value() - (std::abs(turned.x()) > std::abs(turned.y()) ? turned.x() : turned.y()));
    event->setAccepted(bar->maximum() > 0);
    return true;
}

void RunStrip::setShown(const QString &shown, const QString &beside)
{
    if (m_shown != shown) {
        m_shown = m_revealed = shown;
        QTimer::singleShot(0, this, &RunStrip::reveal);
    }
    for (RunChip *chip : std::as_const(m_chips))
        chip->setShown(chip->key() == shown, !beside.isEmpty() && chip->key() == beside);
}

} // namespace orrery::embedding_map
