// SPDX-License-Identifier: Apache-2.0
#include "widgets/matrix/matrix_view.h"

#include "widgets/matrix/signed_colours.h"
#include "widgets/ranking/ranking.h"
#include "widgets/theme/theme.h"

#include <QGraphicsOpacityEffect>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QPainter>
#include <QPixmap>
#include <QStyledItemDelegate>
#include <QTableView>
#include <QVBoxLayout>

#include <algorithm>
#include <cmath>
#include <limits>

namespace orrery {

namespace {

constexpr int kCellWidth = 64;
constexpr int kCellHeight = 44;
constexpr int kThumbnail = 36;

/// Cells as plain colour with the number on it; the colours stay the same in the dark, as a legend must.
class CellDelegate final : public QStyledItemDelegate
{
public:
    using QStyledItemDelegate::QStyledItemDelegate;

    void paint(QPainter *painter, const QStyleOptionViewItem &option, const QModelIndex &index) const override
    {
        const auto *model = static_cast<const MatrixModel *>(index.model());
        const Theme &theme = Theme::instance();
        const double value = model->value(index.row(), index.column());
        painter->save();
        if (std::isnan(value)) {
            painter->fillRect(option.rect, theme.colours().ground);
            painter->setPen(theme.colours().muted);
            painter->drawText(option.rect, Qt::AlignCenter, QStringLiteral("–"));
        } else {
            const QColor ground = signedColour(value / model->limit());
            painter->fillRect(option.rect, ground);
            painter->setPen(readableOn(ground));
            painter->setFont(theme.font(TextRole::Caption));
            painter->drawText(option.rect, Qt::AlignCenter, index.data().toString());
        }
        if (option.state & QStyle::State_Selected || option.state & QStyle::State_HasFocus) {
            painter->setPen(QPen(theme.colours().accent, 3));
            painter->setBrush(Qt::NoBrush);
            painter->drawRect(option.rect.adjusted(1, 1, -2, -2));
        }
        painter->restore();
    }
};

/// Texts over the columns, turned so that long prompts fit over narrow cells.
class TurnedHeader final : public QHeaderView
{
public:
    explicit TurnedHeader(QWidget *parent) : QHeaderView(Qt::Horizontal, parent) { setSectionsClickable(true); }

    QSize sectionSizeFromContents(int section) const override
    {
        const Theme &theme = Theme::instance();
        const QFontMetrics metrics(theme.font(TextRole::Caption));
        const QString text = model()->headerData(section, Qt::Horizontal, Qt::DisplayRole).toString();
        return {theme.px(kCellWidth),
                std::clamp(metrics.horizontalAdvance(text) + theme.px(16), theme.px(48), theme.px(168))};
    }

protected:
    void paintSection(QPainter *painter, const QRect &rect, int section) const override
    {
        const Theme &theme = Theme::instance();
        painter->save();
        painter->fillRect(rect, theme.colours().surface);
        painter->setFont(theme.font(TextRole::Caption));
        painter->setPen(theme.colours().text);
        painter->translate(rect.left() + rect.width() / 2.0, rect.bottom() - 6);
        painter->rotate(-90);
        const QString text = model()->headerData(section, Qt::Horizontal, Qt::DisplayRole).toString();
        const QString shown = painter->fontMetrics().elidedText(text, Qt::ElideRight, rect.height() - 12);
        painter->drawText(QRectF(0, -rect.width() / 2.0, rect.height() - 10, rect.width()),
                          Qt::AlignVCenter | Qt::AlignLeft, shown);
        painter->restore();
    }
};

} // namespace

void MatrixModel::setMatrix(SignedMatrix matrix)
{
    beginResetModel();
    m_matrix = std::move(matrix);
    m_limit = 0;
    for (const QList<double> &row : m_matrix.values)
        for (const double value : row)
            m_limit = std::max(m_limit, std::fabs(value));
    // Round up to a tenth, so that small changes do not repaint the whole scale.
    m_limit = std::clamp(std::ceil(m_limit * 10) / 10, 0.1, 1.0);
    endResetModel();
}

double MatrixModel::value(int row, int column) const
{
    const QList<double> values = m_matrix.values.value(row);
    return column < values.size() ? values[column] : std::numeric_limits<double>::quiet_NaN();
}

QString MatrixModel::sentence(int row, int column) const
{
    if (row < 0 || column < 0 || row >= m_matrix.rows.size() || column >= m_matrix.columns.size())
        return {};
    if (const QString error = m_matrix.errors.value(row); !error.isEmpty())
        return tr("%1: %2").arg(m_matrix.rows[row], error);
    return tr("%1 × %2: cosine %3").arg(m_matrix.rows[row], m_matrix.columns[column], cosineText(value(row, column)));
}

int MatrixModel::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_matrix.rows.size());
}

int MatrixModel::columnCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_matrix.columns.size());
}

QVariant MatrixModel::data(const QModelIndex &index, int role) const
{
    const double number = value(index.row(), index.column());
    switch (role) {
    case Qt::DisplayRole:
        return std::isnan(number) ? QString() : cosineText(number);
    case Qt::AccessibleTextRole:
    case Qt::ToolTipRole:
        return sentence(index.row(), index.column());
    default:
        return {};
    }
}

QVariant MatrixModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    const bool isRow = orientation == Qt::Vertical;
    const QString name = (isRow ? m_matrix.rows : m_matrix.columns).value(section);
    if (role == Qt::ToolTipRole || role == Qt::AccessibleTextRole)
        return name;
    if (role == Qt::DisplayRole)
        return isRow ? QFontMetrics(Theme::instance().font(TextRole::Caption))
                           .elidedText(name, Qt::ElideMiddle, Theme::instance().px(96))
                     : name;
    if (role == Qt::DecorationRole && isRow && section < m_matrix.thumbnails.size())
        return m_matrix.thumbnails[section].isNull() ? QVariant() : QPixmap::fromImage(m_matrix.thumbnails[section]);
    return {};
}

MatrixView::MatrixView(QWidget *parent)
    : QWidget(parent), m_model(new MatrixModel(this)), m_table(new QTableView(this)), m_legend(new SignedLegend(this)),
      m_readOut(new QLabel(this))
{
    m_table->setObjectName(QStringLiteral("matrixTable"));
    m_table->setAccessibleName(tr("Cosine of every picture with every text"));
    m_table->setHorizontalHeader(new TurnedHeader(m_table));
    m_table->setItemDelegate(new CellDelegate(m_table));
    m_table->setModel(m_model);
    m_table->setShowGrid(false);
    m_table->setFrameShape(QFrame::NoFrame);
    m_table->setSelectionMode(QAbstractItemView::SingleSelection);
    m_table->setCornerButtonEnabled(false);
    m_table->setMouseTracking(true);
    m_table->setHorizontalScrollMode(QAbstractItemView::ScrollPerPixel);
    m_table->setVerticalScrollMode(QAbstractItemView::ScrollPerPixel);
    m_table->verticalHeader()->setSectionResizeMode(QHeaderView::Fixed);
    m_table->horizontalHeader()->setSectionResizeMode(QHeaderView::Fixed);
    m_readOut->setTextFormat(Qt::PlainText);
    m_readOut->setWordWrap(true);

    auto *foot = new QHBoxLayout;
    foot->addWidget(m_readOut, 1);
    foot->addWidget(m_legend);
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->addWidget(m_table, 1);
    column->addLayout(foot);

    connect(m_table, &QTableView::entered, this, &MatrixView::readOutCell);
    connect(m_table->selectionModel(), &QItemSelectionModel::currentChanged, this,
            [this](const QModelIndex &current) { readOutCell(current); });
    connect(m_table, &QTableView::activated, this,
            [this](const QModelIndex &index) { Q_EMIT rowActivated(index.row()); });
    connect(m_table->verticalHeader(), &QHeaderView::sectionClicked, this, &MatrixView::rowActivated);
    connect(&Theme::instance(), &Theme::changed, this, &MatrixView::restyle);
    restyle();
}

void MatrixView::setMatrix(SignedMatrix matrix)
{
    const QModelIndex current = m_table->currentIndex();
    const QPoint place(current.column(), current.row());
    m_model->setMatrix(std::move(matrix));
    m_legend->setLimit(m_model->limit());
    restyle();
    if (current.isValid())
        m_table->setCurrentIndex(m_model->index(place.y(), place.x()));
    readOutCell(m_table->currentIndex());
}

QString MatrixView::readOut() const
{
    return m_readOut->text();
}

void MatrixView::setStale(bool stale)
{
    auto *effect = qobject_cast<QGraphicsOpacityEffect *>(m_table->graphicsEffect());
    if (stale && !effect) {
        effect = new QGraphicsOpacityEffect(m_table);
        effect->setOpacity(0.45);
        m_table->setGraphicsEffect(effect);
    } else if (!stale && effect) {
        m_table->setGraphicsEffect(nullptr);
    }
}

void MatrixView::readOutCell(const QModelIndex &index)
{
    const QString text = index.isValid() ? m_model->sentence(index.row(), index.column())
                                         : tr("Point at a cell, or walk with the arrow keys, to read it.");
    m_readOut->setText(text);
    m_legend->setMark(index.isValid() ? m_model->value(index.row(), index.column())
                                      : std::numeric_limits<double>::quiet_NaN());
}

void MatrixView::restyle()
{
    const Theme &theme = Theme::instance();
    m_table->horizontalHeader()->setDefaultSectionSize(theme.px(kCellWidth));
    m_table->verticalHeader()->setDefaultSectionSize(theme.px(kCellHeight));
    m_table->verticalHeader()->setFont(theme.font(TextRole::Caption));
    m_table->setIconSize({theme.px(kThumbnail), theme.px(kThumbnail)});
    int tallest = theme.px(48);
    for (int column = 0; column < m_model->columnCount(); ++column)
        tallest = std::max(
            tallest,
            static_cast<TurnedHeader *>(m_table->horizontalHeader())->sectionSizeFromContents(column).height());
    m_table->horizontalHeader()->setFixedHeight(tallest);
    m_table->viewport()->update();
}

} // namespace orrery
