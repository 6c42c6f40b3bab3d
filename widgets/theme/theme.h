// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QColor>
#include <QFont>
#include <QIcon>
#include <QObject>

#include <algorithm>

class QApplication;
class QPainter;

namespace orrery {

/// Colours of the chrome; the table of UX.md.
struct Colours
{
    QColor ground, surface, line, text, muted, accent, error, warning;
    QColor onAccent; ///< text upon `accent`
    QColor hover;    ///< surface under the pointer
    QColor selected; ///< surface of what is chosen
};

enum class Scheme
{
    System,
    Light,
    Dark,
};

enum class TextRole
{
    Body,    ///< 14/20
    Caption, ///< 12
    Title,   ///< 20, semibold
    Answer,  ///< 32, semibold: the one thing the page says
};

/// The look of the program: colours, type, spacing, icons. One for the process; applies itself to the QApplication.
/// Thread: interface.
class Theme : public QObject
{
    Q_OBJECT
public:
    static Theme &instance();

    /// Sets style, palette, font and style sheet of the application, and again whenever something below changes.
    void apply(QApplication &application);

    Scheme scheme() const { return m_scheme; }
    void setScheme(Scheme scheme);
    bool dark() const { return m_dark; }
    const Colours &colours() const;
    static const Colours &colours(bool dark);

    /// Present mode: type and spacing × 1.75, nothing below 24 px.
    bool presenting() const { return m_presenting; }
    void setPresenting(bool presenting);
    double scale() const { return m_presenting ? kPresentingScale : 1.0; }
    /// A length in the program's pixels, scaled for presenting: px(16).
    int px(double length) const { return qRound(length * scale()); }

    /// A type size, scaled for presenting and then never below 24.
    int fontPx(int size) const { return m_presenting ? presentingFontPx(size) : size; }
    static int presentingFontPx(int size) { return std::max(24, qRound(size * kPresentingScale)); }
    static constexpr double kPresentingScale = 1.75;
    static constexpr int kSmallestFontPx = 11; ///< the words of the rail

    bool motion() const { return m_motion; }
    void setMotion(bool motion) { m_motion = motion; }
    /// 180, or 0 with motion switched off.
    int motionMs() const { return m_motion ? 180 : 0; }

    /// Inter. Qt 6.4 cannot ask a font for its tabular figures: columns of numbers are drawn with drawFigures.
    QFont font(TextRole role = TextRole::Body) const;

    /// Draws text in one line with every digit in a cell of the same width, so that changing numbers stand still.
    static void drawFigures(QPainter &painter, const QRectF &rect, Qt::Alignment alignment, const QString &text);
    static double figuresWidth(const QFont &font, const QString &text);

    /// An icon of ours (`resources/icons/<name>.svg`), drawn in a colour of the theme at any scale.
    QIcon icon(const QString &name) const;
    QIcon icon(const QString &name, const QColor &colour) const;

    /// Classes 0–14: Okabe–Ito, repeated with other shapes from the eighth on; above that grey.
    QColor classColour(int index) const;
    static QColor classColour(int index, const Colours &colours);

    /// WCAG 2.1 contrast ratio, 1 to 21.
    static double contrast(const QColor &a, const QColor &b);

Q_SIGNALS:
    void changed();

private:
    Theme() = default;
    void refresh();
    bool eventFilter(QObject *object, QEvent *event) override;

    QApplication *m_application = nullptr;
    Scheme m_scheme = Scheme::System;
    bool m_dark = false;
    bool m_presenting = false;
    bool m_motion = true;
    bool m_refreshing = false;
    QString m_family;
};

} // namespace orrery
