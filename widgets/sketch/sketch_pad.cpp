// SPDX-License-Identifier: Apache-2.0
#include "widgets/sketch/sketch_pad.h"

#include "widgets/theme/theme.h"

#include <QActionGroup>
#include <QButtonGroup>
#include <QColorDialog>
#include <QGridLayout>
#include <QHBoxLayout>
#include <QMenu>
#include <QPainter>
#include <QSlider>
#include <QToolButton>
#include <QVBoxLayout>
#include <QWidgetAction>

namespace orrery {

namespace {

struct NamedColour
{
    const char *name;
    QRgb rgb;
};
/// Crayons of a first box, not the class colours of the plots: what children reach for.
constexpr NamedColour kColours[] = {
    {QT_TRANSLATE_NOOP("SketchPad", "Black"), 0x1C1B1A},  {QT_TRANSLATE_NOOP("SketchPad", "Brown"), 0x7A4B2A},
    {QT_TRANSLATE_NOOP("SketchPad", "Red"), 0xD42B3F},    {QT_TRANSLATE_NOOP("SketchPad", "Orange"), 0xE8722A},
    {QT_TRANSLATE_NOOP("SketchPad", "Yellow"), 0xFBCB3B}, {QT_TRANSLATE_NOOP("SketchPad", "Green"), 0x3F9B45},
    {QT_TRANSLATE_NOOP("SketchPad", "Blue"), 0x2F7FC4},   {QT_TRANSLATE_NOOP("SketchPad", "Purple"), 0x7A4FB5},
};

QIcon swatch(const QColor &colour, const QColor &ring)
{
    QPixmap pixmap(40, 40);
    pixmap.setDevicePixelRatio(2);
    pixmap.fill(Qt::transparent);
    QPainter painter(&pixmap);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(QPen(ring, 1));
    painter.setBrush(colour);
    painter.drawEllipse(QRectF(1.5, 1.5, 17, 17));
    return QIcon(pixmap);
}

} // namespace

QStringList SketchPad::stamps()
{
    return QString::fromUtf8("🌞 ⭐ 🌙 ☁️ 🔥 💧 ❤️ 🐱 🐶 🦊 🐟 🐦 🐝 🌳 🌷 🍎 🍕 🏠 🚗 ⛵ 🎩 "
                             "👓 "
                             "👄 "
                             "👀")
        .split(u' ');
}

SketchPad::SketchPad(QWidget *parent)
    : QWidget(parent), m_canvas(new SketchCanvas(this)), m_tools(new QButtonGroup(this))
{
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(8);

    auto *tools = new QHBoxLayout;
    tools->setSpacing(2);
    tools->addWidget(addTool(SketchCanvas::Tool::Pencil, QStringLiteral("pencil"), tr("Pencil"),
                             tr("Pencil: draws lines; a pen's pressure makes them thicker")));
    tools->addWidget(
        addTool(SketchCanvas::Tool::Eraser, QStringLiteral("eraser"), tr("Eraser"), tr("Eraser: back to white paper")));
    tools->addWidget(
        addTool(SketchCanvas::Tool::Fill, QStringLiteral("fill"), tr("Fill"), tr("Fill: colours a closed area")));
    m_stampButton = addTool(SketchCanvas::Tool::Stamp, QStringLiteral("stamp"), tr("Emoji stamp"),
                            tr("Stamp: puts an emoji on the paper"));
    m_stampButton->setPopupMode(QToolButton::InstantPopup);
    m_stampButton->setMenu(makeStampMenu());
    tools->addWidget(m_stampButton);
    m_tools->button(static_cast<int>(SketchCanvas::Tool::Pencil))->setChecked(true);
    tools->addStretch();

    m_guideMenu = new QMenu(this);
    m_guideButton = new QToolButton(this);
    m_guideButton->setText(tr("Trace"));
    m_guideButton->setAccessibleName(tr("Guide to trace"));
    m_guideButton->setToolTip(tr("A faint picture to trace. Only you see it: the model is shown your lines alone."));
    m_guideButton->setPopupMode(QToolButton::InstantPopup);
    m_guideButton->setMenu(m_guideMenu);
    m_guideButton->setAutoRaise(true);
    m_guideButton->hide();
    tools->addWidget(m_guideButton);

    m_clearButton = new QToolButton(this);
    m_clearButton->setText(tr("Clear"));
    m_clearButton->setObjectName(QStringLiteral("sketchClear"));
    m_clearButton->setToolTip(tr("White paper again; Undo brings the drawing back"));
    m_clearButton->setAutoRaise(true);
    connect(m_clearButton, &QToolButton::clicked, m_canvas, &SketchCanvas::clear);
    tools->addWidget(m_clearButton);
    column->addLayout(tools);

    column->addWidget(m_canvas, 1);

    auto *colours = new QHBoxLayout;
    colours->setSpacing(8);
    colours->addWidget(makeColours());
    m_size = new QSlider(Qt::Horizontal, this);
    m_size->setRange(2, 48);
    m_size->setValue(m_canvas->penSize());
    m_size->setMinimumWidth(56);
    m_size->setMaximumWidth(140);
    m_size->setAccessibleName(tr("Size of the tip"));
    m_size->setToolTip(tr("Larger draws thicker lines and larger stamps"));
    connect(m_size, &QSlider::valueChanged, m_canvas, &SketchCanvas::setPenSize);
    colours->addWidget(m_size, 1);
    column->addLayout(colours);

    connect(m_tools, &QButtonGroup::idClicked, m_canvas,
            [this](int id) { m_canvas->setTool(static_cast<SketchCanvas::Tool>(id)); });
    connect(&Theme::instance(), &Theme::changed, this, &SketchPad::restyle);
    restyle();
    chooseColour(QColor(kColours[0].rgb));
}

QToolButton *SketchPad::addTool(SketchCanvas::Tool tool, const QString &icon, const QString &name, const QString &help)
{
    auto *button = new QToolButton(this);
    button->setCheckable(true);
    button->setAutoRaise(true);
    button->setAccessibleName(name);
    button->setToolTip(help);
    button->setIconSize({20, 20});
    m_tools->addButton(button, static_cast<int>(tool));
    m_icons.append({button, icon});
    return button;
}

QWidget *SketchPad::makeColours()
{
    auto *box = new QWidget(this);
    auto *row = new QHBoxLayout(box);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(0);
    auto *group = new QButtonGroup(box);
    for (const NamedColour &colour : kColours) {
        auto *button = new QToolButton(box);
        button->setCheckable(true);
        button->setAutoRaise(true);
        button->setAccessibleName(tr(colour.name));
        button->setToolTip(tr(colour.name));
        button->setIconSize({20, 20});
        const QColor rgb(colour.rgb);
        button->setProperty("colour", rgb);
        button->setStyleSheet(QStringLiteral("QToolButton { padding: 0; }")); // nine of them fit beside the slider
        connect(button, &QToolButton::clicked, this, [this, rgb] { chooseColour(rgb); });
        group->addButton(button);
        row->addWidget(button);
        m_swatches.append(button);
    }
    m_customColour = new QToolButton(box);
    m_customColour->setText(QStringLiteral("…"));
    m_customColour->setAutoRaise(true);
    m_customColour->setAccessibleName(tr("Another colour"));
    m_customColour->setToolTip(tr("Another colour"));
    connect(m_customColour, &QToolButton::clicked, this, [this] {
        const QColor colour = QColorDialog::getColor(m_canvas->colour(), this, tr("Colour of the pencil"));
        if (colour.isValid())
            chooseColour(colour);
    });
    row->addWidget(m_customColour);
    return box;
}

QMenu *SketchPad::makeStampMenu()
{
    auto *menu = new QMenu(this);
    auto *action = new QWidgetAction(menu);
    auto *grid = new QWidget(menu);
    auto *layout = new QGridLayout(grid);
    layout->setContentsMargins(8, 8, 8, 8);
    layout->setSpacing(2);
    const QStringList emoji = stamps();
    constexpr int kColumns = 6;
    for (int i = 0; i < emoji.size(); ++i) {
        auto *button = new QToolButton(grid);
        button->setAutoRaise(true);
        button->setIconSize({28, 28});
        button->setIcon(QIcon(QPixmap::fromImage(emojiPicture(emoji[i], 56))));
        button->setAccessibleName(tr("Stamp %1").arg(emoji[i]));
        connect(button, &QToolButton::clicked, this, [this, menu, stamp = emoji[i]] {
            m_canvas->setStamp(stamp);
            m_canvas->setTool(SketchCanvas::Tool::Stamp);
            m_tools->button(static_cast<int>(SketchCanvas::Tool::Stamp))->setChecked(true);
            menu->close();
            restyle();
        });
        layout->addWidget(button, i / kColumns, i % kColumns);
    }
    action->setDefaultWidget(grid);
    menu->addAction(action);
    return menu;
}

void SketchPad::setGuides(const QList<Guide> &guides)
{
    m_guideMenu->clear();
    delete m_guideMenu->findChild<QActionGroup *>();
    auto *group = new QActionGroup(m_guideMenu);
    const auto add = [&](const QString &name, const QImage &picture, bool checked) {
        QAction *action = m_guideMenu->addAction(name);
        action->setCheckable(true);
        action->setChecked(checked);
        group->addAction(action);
        connect(action, &QAction::triggered, this, [this, picture] { m_canvas->setGuide(picture); });
    };
    add(tr("Nothing"), {}, true);
    for (const Guide &guide : guides)
        add(guide.name, guide.picture, false);
    m_canvas->setGuide({});
    m_guideButton->setVisible(!guides.isEmpty());
}

void SketchPad::chooseColour(const QColor &colour)
{
    m_canvas->setColour(colour);
    for (QToolButton *swatch : m_swatches)
        swatch->setChecked(swatch->property("colour").value<QColor>() == colour);
    if (m_canvas->tool() == SketchCanvas::Tool::Eraser || m_canvas->tool() == SketchCanvas::Tool::Stamp) {
        m_canvas->setTool(SketchCanvas::Tool::Pencil);
        m_tools->button(static_cast<int>(SketchCanvas::Tool::Pencil))->setChecked(true);
    }
}

void SketchPad::restyle()
{
    Theme &theme = Theme::instance();
    for (const auto &[button, name] : m_icons)
        button->setIcon(theme.icon(name));
    const QImage stamp = emojiPicture(m_canvas->stamp(), 40);
    if (!stamp.isNull())
        m_stampButton->setIcon(QIcon(QPixmap::fromImage(stamp)));
    for (QToolButton *button : m_swatches)
        button->setIcon(swatch(button->property("colour").value<QColor>(), theme.colours().line));
}

} // namespace orrery
