// SPDX-License-Identifier: Apache-2.0
#include "plugins/text_to_image/view/queue_view.h"

#include "orrery/picture_source.h"
#include "plugins/text_to_image/view/generate_state.h"
#include "widgets/busy_strip.h"
#include "widgets/error_card.h"
#include "widgets/ranking/flow_layout.h"

#include <QAbstractItemModel>
#include <QLabel>
#include <QListWidget>
#include <QLocale>
#include <QPainter>
#include <QPushButton>
#include <QStackedWidget>
#include <QVBoxLayout>

#include <algorithm>

namespace orrery::text_to_image {

namespace {

constexpr int kThumbs = 4; // of each entry

QString stageText(const PromptQueue::Entry &entry, bool paused)
{
    using Stage = PromptQueue::Stage;
    const int count = entry.parameters.count;
    switch (entry.stage) {
    case Stage::Waiting:
        return paused ? QueueView::tr("waiting, the queue is paused") : QueueView::tr("waiting");
    case Stage::Drawing:
        return QueueView::tr("being drawn");
    case Stage::Done:
        return count == 1 ? QueueView::tr("1 picture") : QueueView::tr("%1 pictures").arg(count);
    case Stage::Stopped:
        return QueueView::tr("stopped; %1 of %2 begun").arg(entry.drawing.samples.size()).arg(count);
    case Stage::Failed:
        return entry.error;
    }
    return {};
}

/// What tells two entries with the same words apart.
QString howText(const PromptQueue::Entry &entry)
{
    const Parameters &p = entry.parameters;
    QStringList parts{titleOf(p.method)};
    const int steps = p.steps > 0 ? p.steps : entry.drawing.steps; // the model's own are known when it has begun
    if (p.method == generate::Method::Tokens)
        parts.append(QueueView::tr("temperature %1").arg(QLocale().toString(p.temperature, 'f', 2)));
    else if (steps > 0)
        parts.append(steps == 1 ? QueueView::tr("1 step") : QueueView::tr("%1 steps").arg(steps));
    parts.append(QueueView::tr("seed %1").arg(p.seed));
    return parts.join(QStringLiteral(" · "));
}

QIcon thumbsOf(const Drawing &drawing, int side)
{
    QPixmap pixmap(side * kThumbs + 2 * (kThumbs - 1), side);
    pixmap.fill(Qt::transparent);
    QPainter painter(&pixmap);
    for (int i = 0; i < kThumbs; ++i) {
        const QRect place(i * (side + 2), 0, side, side);
        painter.fillRect(place, Theme::instance().colours().line);
        if (const SamplePointer sample = drawing.sample(i); sample && !sample->picture.empty())
            painter.drawImage(place.adjusted(1, 1, -1, -1), toImage(sample->picture)); // the rest: a line around it
    }
    painter.end();
    QIcon icon(pixmap);
    icon.addPixmap(pixmap, QIcon::Selected);
    return icon;
}

} // namespace

QueueView::QueueView(GenerateState &state, PromptQueue &queue, QWidget *parent)
    : QWidget(parent), m_state(state), m_queue(queue), m_stack(new QStackedWidget(this)), m_list(new QListWidget(this)),
      m_add(new QPushButton(tr("Add this prompt"), this)), m_pause(new QPushButton(this)),
      m_up(new QPushButton(tr("Earlier"), this)), m_down(new QPushButton(tr("Later"), this)),
      m_stop(new QPushButton(tr("Stop"), this)), m_remove(new QPushButton(tr("Remove"), this)),
      m_count(new QLabel(this)), m_busy(new BusyStrip(tr("Drawing the queue…"), this))
{
    setObjectName(QStringLiteral("queue"));
    auto *none = new EmptyState(tr("Prompts that you put here are drawn one after the other while you go on."), this);
    none->addButton(tr("Add this prompt"), [this] { m_add->click(); });
    m_list->setObjectName(QStringLiteral("queueList"));
    m_list->setAccessibleName(tr("Prompts in the queue"));
    m_list->setSelectionMode(QAbstractItemView::ExtendedSelection);
    m_list->setDragDropMode(QAbstractItemView::InternalMove);
    m_list->setToolTip(tr("Drag to change the order; double-click or Return shows the pictures"));
    m_stack->addWidget(none);
    m_stack->addWidget(m_list);
    m_stop->setToolTip(tr("Stops what is being drawn, and keeps what is there"));
    m_add->setToolTip(
        tr("Puts the prompt, as the inspector says, at the end of the queue (Shift+Return in the prompt)"));
    auto *tools = new QWidget(this);
    auto *flow = new FlowLayout(tools, 6);
    for (QPushButton *button : {m_add, m_pause, m_up, m_down, m_stop, m_remove}) {
        button->setAccessibleName(button->text());
        flow->addWidget(button);
    }
    m_count->setProperty("look", QStringLiteral("caption"));
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(8);
    column->addWidget(tools);
    column->addWidget(m_stack, 1);
    column->addWidget(m_count);
    column->addWidget(m_busy);

    connect(m_add, &QPushButton::clicked, this, [this] { m_queue.add(m_state.parameters()); });
    connect(m_pause, &QPushButton::clicked, this, [this] { m_queue.setPaused(!m_queue.isPaused()); });
    connect(m_up, &QPushButton::clicked, this, [this] { moveBy(-1); });
    connect(m_down, &QPushButton::clicked, this, [this] { moveBy(1); });
    connect(m_stop, &QPushButton::clicked, this, [this] { m_queue.stopCurrent(); });
    connect(m_remove, &QPushButton::clicked, this, [this] {
        QList<quint64> ids;
        for (const QListWidgetItem *item : m_list->selectedItems())
            ids.append(item->data(Qt::UserRole).toULongLong());
        m_queue.remove(ids);
    });
    connect(m_busy, &BusyStrip::cancelClicked, this, [this] { m_queue.stopCurrent(); });
    connect(m_list, &QListWidget::itemActivated, this,
            [this](const QListWidgetItem *item) { Q_EMIT opened(item->data(Qt::UserRole).toULongLong()); });
    connect(m_list, &QListWidget::itemSelectionChanged, this, &QueueView::showButtons);
    connect(m_list->model(), &QAbstractItemModel::rowsMoved, this, [this] {
        if (m_showing)
            return;
        // The list moved its rows by itself: the queue follows, place by place.
        QList<quint64> order;
        for (int row = 0; row < m_list->count(); ++row)
            order.append(m_list->item(row)->data(Qt::UserRole).toULongLong());
        m_showing = true;
        for (int row = 0; row < order.size(); ++row)
            m_queue.move(order[row], row);
        m_showing = false;
        showButtons();
    });
    connect(&m_queue, &PromptQueue::changed, this, [this] {
        if (!m_showing)
            showEntries();
    });
    connect(&m_queue, &PromptQueue::drawn, this, [this](quint64 id) {
        for (int row = 0; row < m_queue.entries().size(); ++row)
            if (m_queue.entries()[row].id == id)
                showEntry(row);
    });
    connect(&m_queue, &PromptQueue::progressed, m_busy, &BusyStrip::setProgress);
    connect(&Theme::instance(), &Theme::changed, this, &QueueView::showEntries);
    showEntries();
}

quint64 QueueView::current() const
{
    return m_list->currentItem() ? m_list->currentItem()->data(Qt::UserRole).toULongLong() : 0;
}

void QueueView::moveBy(int step)
{
    const int row = chosenRow();
    if (row >= 0 && row + step >= 0 && row + step < m_list->count())
        m_queue.move(m_list->item(row)->data(Qt::UserRole).toULongLong(), row + step);
}

int QueueView::chosenRow() const
{
    // The list has a current row even when nothing is chosen.
    const QList<QListWidgetItem *> chosen = m_list->selectedItems();
    if (chosen.isEmpty())
        return -1;
    return chosen.contains(m_list->currentItem()) ? m_list->currentRow() : m_list->row(chosen.first());
}

QString QueueView::countText() const
{
    return m_count->text();
}

void QueueView::showEntries()
{
    m_showing = true;
    const quint64 now = current();
    QList<quint64> selected;
    for (const QListWidgetItem *item : m_list->selectedItems())
        selected.append(item->data(Qt::UserRole).toULongLong());
    const auto &entries = m_queue.entries();
    while (m_list->count() > entries.size())
        delete m_list->takeItem(m_list->count() - 1);
    const int side = Theme::instance().px(32);
    m_list->setIconSize({side * kThumbs + 2 * (kThumbs - 1), side});
    for (int row = 0; row < entries.size(); ++row) {
        if (row == m_list->count())
            m_list->addItem(new QListWidgetItem);
        showEntry(row);
        if (entries[row].id == now || (now == 0 && row == 0))
            m_list->setCurrentRow(row, QItemSelectionModel::NoUpdate);
        m_list->item(row)->setSelected(selected.contains(entries[row].id));
    }
    m_stack->setCurrentIndex(entries.isEmpty() ? 0 : 1);
    const int waiting = m_queue.waiting();
    const bool done = std::all_of(entries.begin(), entries.end(),
                                  [](const auto &entry) { return entry.stage == PromptQueue::Stage::Done; });
    const QString left = done ? tr("all drawn") : waiting == 0 ? tr("none waiting") : tr("%1 waiting").arg(waiting);
    const QString head = m_queue.isPaused() ? tr("Paused") : tr("%1 in the queue").arg(entries.size());
    m_count->setText(entries.isEmpty() ? QString() : head + QStringLiteral(" · ") + left);
    m_busy->setBusy(m_queue.isDrawing());
    m_showing = false;
    showButtons();
}

void QueueView::showEntry(int row)
{
    QListWidgetItem *item = m_list->item(row);
    if (!item)
        return;
    const PromptQueue::Entry &entry = m_queue.entries()[row];
    item->setData(Qt::UserRole, QVariant::fromValue(entry.id));
    item->setText(entry.parameters.prompt.simplified() + u'\n' + howText(entry) + QStringLiteral(" · ") +
                  stageText(entry, m_queue.isPaused()));
    item->setIcon(thumbsOf(entry.drawing, Theme::instance().px(32)));
}

void QueueView::showButtons()
{
    m_pause->setText(m_queue.isPaused() ? tr("Go on") : tr("Pause"));
    m_pause->setAccessibleName(m_queue.isPaused() ? tr("Let the queue go on") : tr("Pause the queue"));
    const int row = chosenRow();
    m_up->setEnabled(row > 0);
    m_down->setEnabled(row >= 0 && row + 1 < m_list->count());
    m_stop->setEnabled(m_queue.isDrawing());
    m_remove->setEnabled(!m_list->selectedItems().isEmpty());
}

} // namespace orrery::text_to_image
