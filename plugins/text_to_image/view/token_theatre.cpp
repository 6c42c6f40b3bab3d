// SPDX-License-Identifier: Apache-2.0
#include "plugins/text_to_image/view/token_theatre.h"

#include "orrery/picture_source.h"
#include "plugins/text_to_image/view/cell_canvas.h"
#include "plugins/text_to_image/view/tile_layout.h"
#include "widgets/ranking/ranking.h"
#include "widgets/theme/theme.h"

#include <QCheckBox>
#include <QHBoxLayout>
#include <QLabel>
#include <QListWidget>
#include <QLocale>
#include <QPainter>
#include <QPushButton>
#include <QResizeEvent>
#include <QVBoxLayout>

#include <algorithm>
#include <cmath>

namespace orrery::text_to_image {

namespace {

constexpr int kTintAlpha = 150;                   // of the least decided tile; the picture is still seen under it
constexpr int kAround = 3;                        // tiles on a side of what is shown of an alternative
constexpr int kPictureSide = 72, kSmallSide = 48; // 3 × 3 tiles of 8 pixels, three times and twice
constexpr int kSmallBelow = 330;                  // height of the theatre

/// One hue that grows out of nothing: over a picture, a scale of colours would lay its own low end on what was sure.
QColor doubtColour(double share)
{
    return QColor(213, 94, 0, int(kTintAlpha * std::clamp(share, 0.0, 1.0)));
}

/// The colour that fills most of a picture: its ground.
QColor groundOf(const QImage &picture)
{
    if (picture.isNull())
        return Qt::white;
    const QImage small = picture.scaled(32, 32, Qt::IgnoreAspectRatio, Qt::FastTransformation);
    QHash<QRgb, int> times;
    QRgb most = small.pixel(0, 0);
    int mostTimes = 0;
    for (int y = 0; y < small.height(); ++y)
        for (int x = 0; x < small.width(); ++x)
            if (const int now = ++times[small.pixel(x, y) & 0xfff0f0f0]; now > mostTimes) {
                mostTimes = now;
                most = small.pixel(x, y);
            }
    return QColor(most);
}

/// The tiles around one, sharp and with an outline, which white needs on white. The line around the tile itself lies
/// outside of it: a tile is few pixels, and a frame upon it would hide what the choice changed.
/// @param picture  empty: not there yet
QPixmap aroundTile(const QImage &picture, int columns, int rows, int cell, int side, double ratio)
{
    const Colours &colours = Theme::instance().colours();
    QPixmap pixmap(QSize(side, side) * ratio);
    pixmap.setDevicePixelRatio(ratio);
    pixmap.fill(picture.isNull() ? colours.line : QColor(Qt::transparent));
    if (picture.isNull() || columns <= 0 || rows <= 0)
        return pixmap;
    const int wide = std::min(kAround, columns), high = std::min(kAround, rows);
    // At the border the tile stands at the side: more of the picture is seen than with nothing beyond it.
    const int left = std::clamp(cell % columns - wide / 2, 0, columns - wide);
    const int top = std::clamp(cell / columns - high / 2, 0, rows - high);
    const QSize tile(picture.width() / columns, picture.height() / rows);
    const QRect part(left * tile.width(), top * tile.height(), wide * tile.width(), high * tile.height());
    const QRectF place = sharpRect(part.size(), QRectF(1, 1, side - 2, side - 2), ratio);
    QPainter painter(&pixmap);
    painter.drawImage(place, picture, part);
    painter.setRenderHint(QPainter::Antialiasing); // lines on half coordinates fill whole pixels
    const auto frame = [&painter](const QRectF &rect, double outside, const QColor &colour) {
        painter.setPen(QPen(colour, 1));
        painter.drawRect(rect.adjusted(-outside, -outside, outside, outside));
    };
    const double times = place.width() / part.width();
    const QRectF middle(place.left() + (cell % columns - left) * tile.width() * times,
                        place.top() + (cell / columns - top) * tile.height() * times, tile.width() * times,
                        tile.height() * times);
    frame(middle, 1.5, Qt::white); // on a tile of the accent's own colour
    frame(middle, 0.5, colours.accent);
    frame(place, 0.5, colours.line);
    return pixmap;
}

/// From sure to undecided, in the colours of the tiles and over the ground of the picture.
class EntropyLegend final : public QWidget
{
public:
    explicit EntropyLegend(QWidget *parent) : QWidget(parent)
    {
        setAccessibleName(TokenTheatre::tr("Colours: bare tiles were sure, the more orange the more undecided"));
        setFixedHeight(Theme::instance().px(26));
    }
    void setMost(double bits, const QColor &ground)
    {
        m_most = bits;
        m_ground = ground;
        update();
    }

protected:
    void paintEvent(QPaintEvent *) override
    {
        const Theme &theme = Theme::instance();
        QPainter painter(this);
        const double bar = theme.px(8);
        painter.fillRect(QRectF(0, 0, width(), bar), m_ground);
        for (int x = 0; x < width(); ++x)
            painter.fillRect(QRectF(x, 0, 1, bar), doubtColour(double(x) / std::max(1, width() - 1)));
        painter.setRenderHint(QPainter::Antialiasing);
        painter.setPen(QPen(theme.colours().line, 1));
        painter.drawRect(QRectF(0.5, 0.5, width() - 1, bar - 1));
        painter.setFont(theme.font(TextRole::Caption));
        painter.setPen(theme.colours().muted);
        const QRectF words(0, bar + 2, width(), height() - bar - 2);
        painter.drawText(words, Qt::AlignLeft | Qt::AlignTop, TokenTheatre::tr("sure"));
        painter.drawText(words, Qt::AlignRight | Qt::AlignTop,
                         TokenTheatre::tr("undecided, %1 bits").arg(QLocale().toString(m_most, 'f', 1)));
    }

private:
    double m_most = 1;
    QColor m_ground = Qt::white;
};

} // namespace

QString entropyText(double bits)
{
    const QString text = QLocale().toString(bits, 'f', 1);
    const long choices = std::lround(std::exp2(bits));
    if (choices > 1)
        return TokenTheatre::tr("%1 bits: as undecided as among %2 equal choices").arg(text).arg(choices);
    return (bits < 0.05 ? TokenTheatre::tr("Sure: %1 bits") : TokenTheatre::tr("Almost sure: %1 bits")).arg(text);
}

TokenTheatre::TokenTheatre(PluginHost &host, QWidget *parent)
    : QWidget(parent), m_host(host), m_canvas(new CellCanvas(this)), m_side(new QWidget(this)),
      m_tint(new QCheckBox(tr("Tint by doubt"), this)), m_legend(new EntropyLegend(this)), m_heading(new QLabel(this)),
      m_words(new QLabel(this)), m_alternatives(new QListWidget(this)),
      m_again(new QPushButton(tr("Again from here"), this))
{
    setObjectName(QStringLiteral("tokenTheatre"));
    m_canvas->setLines(true);
    m_canvas->setToolTip(
        tr("A click holds a tile; another click or Esc lets it go. A double click or Return draws again from it."));
    m_tint->setObjectName(QStringLiteral("tint"));
    m_tint->setAccessibleName(m_tint->text());
    m_tint->setToolTip(tr("Lays how undecided the model was over each tile"));
    m_tint->setChecked(true);
    m_heading->setProperty("look", QStringLiteral("heading"));
    m_words->setProperty("look", QStringLiteral("caption"));
    m_words->setWordWrap(true);
    m_alternatives->setObjectName(QStringLiteral("alternatives"));
    m_alternatives->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_alternatives->setAccessibleName(tr("What else could stand here"));
    m_alternatives->setToolTip(
        tr("The tiles around it, with each of these instead. Double-click or Return goes on from it."));
    m_again->setObjectName(QStringLiteral("again"));
    m_again->setAccessibleName(tr("Again from here"));
    m_again->setToolTip(tr("Everything before this tile stays; from here on it is drawn by another chance"));

    auto *column = new QVBoxLayout(m_side);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(6);
    column->addWidget(m_tint);
    column->addWidget(m_legend);
    column->addWidget(m_heading);
    column->addWidget(m_words);
    column->addWidget(m_alternatives, 1);
    column->addWidget(m_again, 0, Qt::AlignLeft);
    auto *row = new QHBoxLayout(this);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(16);
    row->addWidget(m_canvas, 1);
    row->addWidget(m_side);

    connect(m_canvas, &CellCanvas::cellPointed, this, [this] { showCell(); });
    connect(m_canvas, &CellCanvas::cellHeld, this, [this] { showCell(); });
    connect(m_canvas, &CellCanvas::cellChosen, this, [this] { wantAgain(-1); });
    connect(m_again, &QPushButton::clicked, this, [this] { wantAgain(-1); });
    connect(m_tint, &QCheckBox::toggled, this, &TokenTheatre::showTake);
    connect(m_alternatives, &QListWidget::itemActivated, this,
            [this](const QListWidgetItem *item) { wantAgain(item->data(Qt::UserRole).toInt()); });
}

void TokenTheatre::wantAgain(int token)
{
    if (m_again->isEnabled()) // not from a picture that is still being drawn
        Q_EMIT againWanted(cell(), token);
}

bool TokenTheatre::letGo()
{
    if (m_canvas->heldCell() < 0)
        return false;
    m_canvas->letGo();
    return true;
}

void TokenTheatre::resizeEvent(QResizeEvent *event)
{
    QWidget::resizeEvent(event);
    const int limit = Theme::instance().px(kSmallBelow);
    if ((event->oldSize().height() < limit) != (height() < limit))
        showCell();
    m_side->setFixedWidth(std::clamp(width() * 36 / 100, Theme::instance().px(190), Theme::instance().px(280)));
}

int TokenTheatre::cell() const
{
    return m_canvas->currentCell();
}

void TokenTheatre::point(int cell)
{
    m_canvas->setCurrentCell(cell);
    showCell();
}

void TokenTheatre::setTake(const Take &take)
{
    const bool same = m_take.sample && take.sample && m_take.sample->seed == take.sample->seed &&
                      m_take.sample->tokens.size() == take.sample->tokens.size() && m_take.title == take.title;
    m_take = take;
    if (!same)
        m_pictures.clear();
    showTake();
    if (m_canvas->currentCell() < 0 && take.sample && !take.sample->tokens.empty()) {
        // The tile that was least decided is the most interesting one.
        const auto most = std::max_element(take.sample->tokens.begin(), take.sample->tokens.end(),
                                           [](const auto &a, const auto &b) { return a.entropy < b.entropy; });
        if (take.sample->finished)
            m_canvas->setCurrentCell(int(most - take.sample->tokens.begin()));
    }
    showCell();
}

void TokenTheatre::showTake()
{
    if (!m_take.sample) {
        m_canvas->setPicture({}, tr("Nothing yet"));
        return;
    }
    const generate::Sample &sample = *m_take.sample;
    double most = 0.1;
    for (const generate::TokenLook &look : sample.tokens)
        most = std::max(most, look.entropy);
    QList<QColor> tints;
    if (m_tint->isChecked())
        for (const generate::TokenLook &look : sample.tokens)
            tints.append(look.kept ? QColor(Qt::transparent) : doubtColour(look.entropy / most));
    const QImage picture = toImage(sample.picture);
    static_cast<EntropyLegend *>(m_legend)->setMost(most, groundOf(picture));
    m_legend->setEnabled(m_tint->isChecked());
    m_canvas->setPicture(picture, tr("The picture in its %1 tiles").arg(sample.gridWidth * sample.gridHeight));
    m_canvas->setCells(sample.gridWidth, sample.gridHeight, tints);
}

void TokenTheatre::showCell()
{
    const int at = cell();
    const bool known = m_take.sample && at >= 0 && at < int(m_take.sample->tokens.size());
    m_again->setEnabled(known && m_take.sample->finished);
    m_alternatives->clear();
    if (!known) {
        m_heading->setText(tr("Point at a tile"));
        m_words->setText(
            tr("The picture was written tile by tile, from the top left to the bottom right, each chosen by lot "
               "after all those before it. A click holds a tile."));
        return;
    }
    const generate::Sample &sample = *m_take.sample;
    const generate::TokenLook &look = sample.tokens[std::size_t(at)];
    const QString heading = m_canvas->heldCell() == at ? tr("Tile %1 of %2, held") : tr("Tile %1 of %2");
    m_heading->setText(heading.arg(at + 1).arg(sample.gridWidth * sample.gridHeight));
    m_words->setText(look.kept ? tr("Taken over from before; not drawn by lot here.") : entropyText(look.entropy));
    m_canvas->setAccessibleDescription(m_heading->text() + QStringLiteral(". ") + m_words->text());
    const QList<QImage> pictures = m_pictures.value(at);
    const Theme &theme = Theme::instance();
    const int side = theme.px(height() < theme.px(kSmallBelow) ? kSmallSide : kPictureSide) + 2; // and the outline
    m_alternatives->setIconSize({side, side});
    for (std::size_t i = 0; i < look.alternatives.size(); ++i) {
        const generate::Alternative &other = look.alternatives[i];
        const bool taken = other.token == look.token;
        auto *item = new QListWidgetItem(
            taken ? tr("%1, taken").arg(shareText(other.probability)) : shareText(other.probability), m_alternatives);
        item->setData(Qt::UserRole, other.token);
        const QPixmap pixmap = aroundTile(pictures.value(qsizetype(i)), sample.gridWidth, sample.gridHeight, at, side,
                                          devicePixelRatioF());
        QIcon icon(pixmap);
        icon.addPixmap(pixmap, QIcon::Selected);
        item->setIcon(icon);
    }
    if (pictures.isEmpty() && sample.finished && !look.alternatives.empty())
        askPictures();
}

std::vector<int> TokenTheatre::tokensWith(int cell, int token) const
{
    std::vector<int> tokens;
    for (const generate::TokenLook &look : m_take.sample->tokens)
        tokens.push_back(look.token);
    tokens[std::size_t(cell)] = token;
    return tokens;
}

void TokenTheatre::askPictures()
{
    const int at = cell();
    generate::DecodeTokensRequest request;
    request.model = m_take.request.model;
    for (const generate::Alternative &other : m_take.sample->tokens[std::size_t(at)].alternatives)
        request.grids.push_back(tokensWith(at, other.token));
    const quint64 number = ++m_number;
    ++m_open;
    JobOptions options;
    options.title = tr("Show other tiles").toStdString();
    options.channel = "text_to_image.alternatives";
    m_host.submit(this, generate::kDecodeTokens, std::move(request), std::move(options),
                  [this, number, at](const Result<generate::DecodeTokensResult> &result) {
                      --m_open;
                      if (number != m_number || !result)
                          return;
                      QList<QImage> pictures;
                      for (const Picture &picture : result->pictures)
                          pictures.append(toImage(picture));
                      m_pictures.insert(at, pictures);
                      if (at == cell())
                          showCell();
                  });
}

} // namespace orrery::text_to_image
