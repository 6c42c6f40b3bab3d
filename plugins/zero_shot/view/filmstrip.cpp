// SPDX-License-Identifier: Apache-2.0
#include "plugins/zero_shot/view/filmstrip.h"

#include "plugins/zero_shot/view/batch_ranker.h"

namespace orrery::zero_shot {

namespace {
constexpr int kThumbnail = 48;
constexpr int kUnusableRole = Qt::UserRole; ///< its icon says that something is wrong with it
} // namespace

Filmstrip::Filmstrip(PluginHost &host, BatchRanker &batch, QWidget *parent)
    : QListWidget(parent), m_host(host), m_batch(batch)
{
    setObjectName(QStringLiteral("filmstrip"));
    setAccessibleName(tr("Selected pictures and their first guesses"));
    setViewMode(QListView::IconMode);
    setFlow(QListView::LeftToRight);
    setWrapping(false);
    setMovement(QListView::Static);
    setUniformItemSizes(true);
    setLayoutMode(QListView::Batched);
    setVerticalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    const Theme &theme = Theme::instance();
    setIconSize({theme.px(kThumbnail), theme.px(kThumbnail)});
    setGridSize({theme.px(96), theme.px(kThumbnail + 32)});
    setFixedHeight(theme.px(kThumbnail + 52));
    hide();
    connect(&host.workspace(), &Workspace::selectionChanged, this, &Filmstrip::showSelection);
    connect(&host.workspace(), &Workspace::itemChanged, this, [this](const ItemId &id) {
        if (const auto place = m_shown.indexOf(id); place >= 0)
            showItem(item(static_cast<int>(place)));
    });
    connect(&batch, &BatchRanker::advanced, this, &Filmstrip::showGuesses);
    connect(this, &QListWidget::currentRowChanged, this, [this](int row) {
        Workspace &workspace = m_host.workspace();
        if (row >= 0 && row < m_shown.size() && workspace.selection().current != m_shown[row])
            workspace.select(workspace.selection().items, m_shown[row]);
    });
    showSelection();
}

void Filmstrip::showSelection()
{
    const Selection &selection = m_host.workspace().selection();
    QList<ItemId> pictures;
    for (const Item &item : m_host.workspace().items(selection.items))
        if (item.hasPicture())
            pictures.append(item.id);
    const QSignalBlocker quiet(this);
    if (pictures != m_shown) {
        m_shown = pictures;
        clear();
        for (qsizetype i = 0; i < m_shown.size(); ++i)
            addItem(new QListWidgetItem);
        showGuesses();
    }
    setCurrentRow(static_cast<int>(m_shown.indexOf(selection.current)));
    setVisible(m_shown.size() > 1);
}

void Filmstrip::showGuesses()
{
    for (int row = 0; row < count(); ++row)
        showItem(item(row));
}

void Filmstrip::showItem(QListWidgetItem *row) const
{
    const Item picture = m_host.workspace().item(m_shown.value(this->row(row)));
    const auto guess = m_batch.guess(picture.id);
    const bool unusable = guess && !guess->error.isEmpty();
    if (!unusable && row->data(kUnusableRole).toBool())
        row->setIcon({});
    row->setData(kUnusableRole, unusable);
    if (!picture.picture.isNull() && row->icon().isNull())
        row->setIcon(QPixmap::fromImage(
            picture.picture.scaled(2 * kThumbnail, 2 * kThumbnail, Qt::KeepAspectRatio, Qt::SmoothTransformation)));
    QString text = picture.name;
    QString tip = picture.name;
    if (unusable) {
        text = tr("unusable");
        tip = guess->error;
        row->setIcon(Theme::instance().icon(QStringLiteral("error"), Theme::instance().colours().error));
    } else if (guess) {
        text = guess->unfamiliar ? tr("%1?").arg(guess->label) : guess->label;
        tip = guess->unfamiliar
                  ? tr("%1: %2, a guess: unlike anything this model learned from").arg(picture.name, guess->label)
                  : tr("%1: %2").arg(picture.name, guess->label);
    }
    row->setText(text);
    row->setToolTip(tip);
    row->setData(Qt::AccessibleTextRole, tip);
}

} // namespace orrery::zero_shot
