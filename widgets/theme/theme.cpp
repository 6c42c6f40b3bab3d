// SPDX-License-Identifier: Apache-2.0
#include "widgets/theme/theme.h"

#include "widgets/theme/style_sheet.h"

#include <QApplication>
#include <QEvent>
#include <QFile>
#include <QFontDatabase>
#include <QFontMetricsF>
#include <QIconEngine>
#include <QPainter>
#include <QPalette>
#include <QStyleFactory>
#include <QSvgRenderer>

#include <cmath>

namespace orrery {

namespace {

/// Draws an SVG of one colour in a colour of the theme, at whatever size and scale is asked for.
class SvgIconEngine final : public QIconEngine
{
public:
    SvgIconEngine(QByteArray svg, QColor colour, bool followsTheme)
        : m_svg(std::move(svg)), m_colour(colour), m_followsTheme(followsTheme)
    {}

    void paint(QPainter *painter, const QRect &rect, QIcon::Mode mode, QIcon::State state) override
    {
        QColor colour = m_colour;
        if (m_followsTheme) {
            const Colours &colours = Theme::instance().colours();
            colour = state == QIcon::On ? colours.accent : mode == QIcon::Disabled ? colours.line : colours.muted;
        } else if (mode == QIcon::Disabled) {
            colour.setAlphaF(0.4f);
        }
        QByteArray svg = m_svg;
        svg.replace("currentColor", colour.name(QColor::HexRgb).toLatin1());
        QSvgRenderer renderer(svg);
        painter->save();
        painter->setOpacity(painter->opacity() * colour.alphaF());
        renderer.render(painter, rect);
        painter->restore();
    }
    QPixmap pixmap(const QSize &size, QIcon::Mode mode, QIcon::State state) override
    {
        QPixmap pixmap(size);
        pixmap.fill(Qt::transparent);
        QPainter painter(&pixmap);
        paint(&painter, QRect({}, size), mode, state);
        return pixmap;
    }
    QIconEngine *clone() const override { return new SvgIconEngine(*this); }

private:
    QByteArray m_svg;
    QColor m_colour;
    bool m_followsTheme;
};

double luminance(const QColor &colour)
{
    // WCAG 2.1, relative luminance.
    const auto linear = [](double v) { return v <= 0.04045 ? v / 12.92 : std::pow((v + 0.055) / 1.055, 2.4); };
    return 0.2126 * linear(colour.redF()) + 0.7152 * linear(colour.greenF()) + 0.0722 * linear(colour.blueF());
}

QByteArray iconSource(const QString &name)
{
    QFile file(QStringLiteral(":/icons/%1.svg").arg(name));
    if (!file.open(QIODevice::ReadOnly)) {
        qWarning("No icon is called '%s'", qPrintable(name));
        return {};
    }
    return file.readAll();
}

} // namespace

Theme &Theme::instance()
{
    static Theme theme;
    return theme;
}

const Colours &Theme::colours(bool dark)
{
    static const Colours light{
        .ground = QColor(0xF7F7F5),
        .surface = QColor(0xFFFFFF),
        .line = QColor(0xD9D8D4),
        .text = QColor(0x1C1B1A),
        .muted = QColor(0x5E5C58),
        .accent = QColor(0x0B6BCB),
        .error = QColor(0xB3261E),
        .warning = QColor(0x8A5A00),
        .onAccent = QColor(0xFFFFFF),
        .hover = QColor(0xF0EFEC),
        .selected = QColor(0xE6F0FA),
    };
    static const Colours night{
        .ground = QColor(0x17181B),
        .surface = QColor(0x202226),
        .line = QColor(0x3A3D43),
        .text = QColor(0xECEBE8),
        .muted = QColor(0xA5A49F),
        .accent = QColor(0x6CB2FF),
        .error = QColor(0xFF8A80),
        .warning = QColor(0xF2B84B),
        .onAccent = QColor(0x10233A),
        .hover = QColor(0x2A2D32),
        .selected = QColor(0x243447),
    };
    return dark ? night : light;
}

const Colours &Theme::colours() const
{
    return colours(m_dark);
}

void Theme::apply(QApplication &application)
{
    m_application = &application;
    application.installEventFilter(this);
    application.setStyle(QStyleFactory::create(QStringLiteral("Fusion")));
    // Inter where it is installed; the packages list it.
    const QStringList families = QFontDatabase::families();
    m_family = families.contains(QStringLiteral("Inter")) ? QStringLiteral("Inter") : application.font().family();
    refresh();
}

void Theme::setScheme(Scheme scheme)
{
    m_scheme = scheme;
    refresh();
}

void Theme::setPresenting(bool presenting)
{
    if (m_presenting == presenting)
        return;
    m_presenting = presenting;
    refresh();
}

void Theme::refresh()
{
    if (!m_application || m_refreshing)
        return;
    m_refreshing = true;
    m_dark = m_scheme == Scheme::Dark;
    if (m_scheme == Scheme::System) {
        // Qt 6.4 has no signal for the scheme: the palette that the platform supplies tells.
        m_application->setPalette(QPalette());
        m_dark = m_application->palette().color(QPalette::Window).lightnessF() < 0.5f;
    }
    const Colours &c = colours();
    QPalette palette;
    palette.setColor(QPalette::Window, c.ground);
    palette.setColor(QPalette::Base, c.surface);
    palette.setColor(QPalette::AlternateBase, c.ground);
    palette.setColor(QPalette::Button, c.surface);
    palette.setColor(QPalette::WindowText, c.text);
    palette.setColor(QPalette::Text, c.text);
    palette.setColor(QPalette::ButtonText, c.text);
    palette.setColor(QPalette::ToolTipBase, c.surface);
    palette.setColor(QPalette::ToolTipText, c.text);
    palette.setColor(QPalette::PlaceholderText, c.muted);
    palette.setColor(QPalette::Highlight, c.accent);
    palette.setColor(QPalette::HighlightedText, c.onAccent);
    palette.setColor(QPalette::Link, c.accent);
    palette.setColor(QPalette::LinkVisited, c.accent);
    palette.setColor(QPalette::Mid, c.line);
    palette.setColor(QPalette::Midlight, c.hover);
    palette.setColor(QPalette::Dark, c.line);
    palette.setColor(QPalette::Light, c.surface);
    palette.setColor(QPalette::Shadow, c.line);
    for (const auto role : {QPalette::WindowText, QPalette::Text, QPalette::ButtonText})
        palette.setColor(QPalette::Disabled, role, c.muted);
    m_application->setPalette(palette);
    m_application->setFont(font());
    m_application->setStyleSheet(styleSheet(*this));
    m_refreshing = false;
    Q_EMIT changed();
}

bool Theme::eventFilter(QObject *object, QEvent *event)
{
    if (event->type() == QEvent::ThemeChange && object == m_application && m_scheme == Scheme::System)
        refresh();
    return false;
}

QFont Theme::font(TextRole role) const
{
    QFont font(m_family.isEmpty() ? QStringLiteral("Inter") : m_family);
    const int size = role == TextRole::Caption ? 12 : role == TextRole::Title ? 20 : role == TextRole::Answer ? 32 : 14;
    font.setPixelSize(fontPx(size));
    if (role == TextRole::Title || role == TextRole::Answer)
        font.setWeight(QFont::DemiBold);
    return font;
}

QIcon Theme::icon(const QString &name) const
{
    return QIcon(new SvgIconEngine(iconSource(name), {}, true));
}

QIcon Theme::icon(const QString &name, const QColor &colour) const
{
    return QIcon(new SvgIconEngine(iconSource(name), colour, false));
}

double Theme::figuresWidth(const QFont &font, const QString &text)
{
    const QFontMetricsF metrics(font);
    const double cell = metrics.horizontalAdvance(u'0');
    double width = 0;
    for (const QChar character : text)
        width += character.isDigit() ? cell : metrics.horizontalAdvance(character);
    return width;
}

void Theme::drawFigures(QPainter &painter, const QRectF &rect, Qt::Alignment alignment, const QString &text)
{
    const QFontMetricsF metrics(painter.font());
    const double cell = metrics.horizontalAdvance(u'0');
    const double width = figuresWidth(painter.font(), text);
    double x = rect.left();
    if (alignment & Qt::AlignRight)
        x = rect.right() - width;
    else if (alignment & Qt::AlignHCenter)
        x = rect.center().x() - width / 2;
    const double baseline = rect.center().y() + (metrics.ascent() - metrics.descent()) / 2;
    for (const QChar character : text) {
        const double advance = metrics.horizontalAdvance(character);
        const double room = character.isDigit() ? cell : advance;
        painter.drawText(QPointF(x + (room - advance) / 2, baseline), QString(character));
        x += room;
    }
}

QColor Theme::classColour(int index) const
{
    return classColour(index, colours());
}

QColor Theme::classColour(int index, const Colours &colours)
{
    // Okabe and Ito 2008, Color Universal Design; without black, which is the chrome's text.
    static const QColor classes[] = {QColor(0xE69F00), QColor(0x56B4E9), QColor(0x009E73), QColor(0xF0E442),
                                     QColor(0x0072B2), QColor(0xD55E00), QColor(0xCC79A7)};
    if (index < 0 || index >= 15)
        return QColor(0x8C8C8C);
    return index % 8 == 7 ? colours.text : classes[index % 8];
}

double Theme::contrast(const QColor &a, const QColor &b)
{
    const double lighter = std::max(luminance(a), luminance(b));
    const double darker = std::min(luminance(a), luminance(b));
    return (lighter + 0.05) / (darker + 0.05);
}

} // namespace orrery
