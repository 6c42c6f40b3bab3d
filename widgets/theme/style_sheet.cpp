// SPDX-License-Identifier: Apache-2.0
#include "widgets/theme/style_sheet.h"

#include "widgets/theme/theme.h"

#include <QHash>
#include <QRegularExpression>

namespace orrery {

namespace {

// @names are colours and pictures, #(12) lengths and ~(12) type sizes, which grow with Present. General rules come
// first.
const char *const kSheet = R"(
QWidget { color: @text; font-size: ~(14)px; }
QMainWindow, QDialog, #stage, #page { background: @ground; }
QToolTip { background: @surface; color: @text; border: 1px solid @line; padding: #(4)px #(8)px; font-size: ~(12)px; }

QLabel { background: transparent; }
QLabel[look="caption"], QLabel[look="muted"] { color: @muted; }
QLabel[look="caption"] { font-size: ~(12)px; }
QLabel[look="title"] { font-size: ~(20)px; font-weight: 600; }
QLabel[look="heading"] { font-size: ~(14)px; font-weight: 600; }
QLabel[look="answer"] { font-size: ~(32)px; font-weight: 600; }
QLabel[look="bar-title"] { font-size: ~(16)px; font-weight: 600; }
QLabel[look="badge"] { color: @muted; border: 1px solid @line; border-radius: #(9)px; padding: 0 #(8)px; }
QLabel[look="code"] { font-family: monospace; font-size: ~(12)px; background: @ground; border: 1px solid @line;
  border-radius: 6px; padding: #(8)px; }
QLabel[look="error"] { color: @error; }
QLabel[look="warning"] { color: @warning; }
QLabel:disabled { color: @disabled; }

QFrame[look="card"] { background: @surface; border: 1px solid @line; border-radius: 6px; }
QFrame[look="error-card"] { background: @surface; border: 1px solid @error; border-radius: 6px; }
QFrame[look="warning-card"] { background: @surface; border: 1px solid @warning; border-radius: 6px; }
QFrame[look="popover"] { background: @surface; border: 1px solid @line; border-radius: 6px; }
#lessonBar { background: @surface; border-top: 2px solid @accent; }
QFrame[look="line"] { background: @line; border: none; }

QPushButton { background: @surface; border: 1px solid @line; border-radius: 6px;
  padding: 0 #(12)px; min-height: #(30)px; outline: none; }
QPushButton:hover { background: @hover; }
QPushButton:pressed { background: @selected; }
QPushButton:checked { background: @selected; border-color: @accent; }
QPushButton:focus { border: 2px solid @accent; padding: 0 #(11)px; min-height: #(28)px; }
QPushButton:disabled { color: @disabled; border-color: @line; background: transparent; }
QPushButton::menu-indicator { image: none; width: 0; }
QPushButton[look="primary"] { background: @accent; color: @onAccent; border-color: @accent; font-weight: 600; }
QPushButton[look="primary"]:hover { background: @accentHover; }
QPushButton[look="primary"]:focus { border: 2px solid @text; }
QPushButton[look="primary"]:disabled { background: @line; color: @disabled; border-color: @line; }
QPushButton[look="quiet"] { background: transparent; border-color: transparent; }
QPushButton[look="quiet"]:hover { background: @hover; }
QPushButton[look="quiet"]:focus { border: 2px solid @accent; }
QPushButton[look="link"] { background: transparent; border-color: transparent; color: @accent; padding: 0 #(4)px; }
QPushButton[look="link"]:hover { text-decoration: underline; }
QPushButton[look="link"]:focus { border: 2px solid @accent; padding: 0 #(3)px; }
QPushButton[look="tight"] { padding: 0 #(5)px; }
QPushButton[look="tight"]:focus { padding: 0 #(4)px; }
QPushButton[look="chip"] { background: transparent; border-radius: #(13)px; padding: 0 #(12)px; min-height: #(26)px; }
QPushButton[look="chip"]:hover { background: @hover; }
QPushButton[look="chip"]:checked { background: @selected; border-color: @accent; }
QPushButton[look="chip"]:focus { border: 2px solid @accent; padding: 0 #(11)px; min-height: #(24)px; }

QToolButton { background: transparent; border: 1px solid transparent; border-radius: 6px; padding: #(4)px; }
QToolButton:hover { background: @hover; }
QToolButton:pressed, QToolButton:checked { background: @selected; }
QToolButton:focus { border: 2px solid @accent; padding: #(3)px; }
QToolButton:disabled { color: @disabled; }
QToolButton::menu-indicator { image: none; }
QToolButton[look="rail"] { font-size: ~(11)px; padding: #(4)px 0; border-radius: 6px; color: @muted; }
QToolButton[look="rail"]:checked { color: @accent; background: @selected; }
QToolButton[look="rail"]:focus { border: 2px solid @accent; padding: #(3)px 0; }

QLineEdit, QPlainTextEdit, QTextEdit, QSpinBox, QDoubleSpinBox, QComboBox, QKeySequenceEdit {
  background: @surface; border: 1px solid @line; border-radius: 6px; padding: #(4)px #(8)px;
  selection-background-color: @accent; selection-color: @onAccent; }
QLineEdit, QSpinBox, QDoubleSpinBox, QComboBox { min-height: #(22)px; }
QLineEdit:focus, QPlainTextEdit:focus, QTextEdit:focus, QSpinBox:focus, QDoubleSpinBox:focus, QComboBox:focus {
  border: 2px solid @accent; padding: #(3)px #(7)px; }
QComboBox { selection-background-color: @selected; selection-color: @text; }
QLineEdit:disabled, QSpinBox:disabled, QDoubleSpinBox:disabled, QComboBox:disabled { color: @disabled; background: @ground; }
QComboBox::drop-down { border: none; width: #(24)px; }
QComboBox::down-arrow { image: url(@chevron); width: #(12)px; height: #(12)px; }
QComboBox QAbstractItemView, QComboBox QAbstractItemView:focus { background: @surface; border: none; border-radius: 0;
  border-left: 1px solid @line; border-right: 1px solid @line; selection-background-color: @selected;
  selection-color: @text; outline: none; padding: 0; }
QSpinBox::up-button, QSpinBox::down-button, QDoubleSpinBox::up-button, QDoubleSpinBox::down-button {
  border: none; width: #(20)px; background: transparent; }
QSpinBox::up-arrow, QDoubleSpinBox::up-arrow { image: url(@chevronUp); width: #(10)px; height: #(10)px; }
QSpinBox::down-arrow, QDoubleSpinBox::down-arrow { image: url(@chevron); width: #(10)px; height: #(10)px; }

QCheckBox, QRadioButton { spacing: #(8)px; min-height: #(22)px; border: 2px solid transparent; border-radius: 6px; padding: 0 #(2)px; }
QCheckBox:focus, QRadioButton:focus { border-color: @accent; }
QCheckBox::indicator { width: #(16)px; height: #(16)px; border: 1px solid @muted; border-radius: 4px; background: @surface; }
QCheckBox::indicator:checked { background: @accent; border-color: @accent; image: url(@tick); }
QCheckBox::indicator:disabled { border-color: @line; }
QRadioButton::indicator { width: #(16)px; height: #(16)px; border: 1px solid @muted; border-radius: #(9)px; background: @surface; }
QRadioButton::indicator:checked { border: #(5)px solid @accent; width: #(8)px; height: #(8)px; }

QSlider { min-height: #(24)px; }
QSlider::groove:horizontal { height: #(4)px; background: @line; border-radius: #(2)px; }
QSlider::sub-page:horizontal { background: @accent; border-radius: #(2)px; }
QSlider::handle:horizontal { width: #(16)px; height: #(16)px; margin: -#(6)px 0; border-radius: #(8)px; background: @accent; }
QSlider::handle:horizontal:focus { border: 2px solid @text; width: #(12)px; height: #(12)px; }
QSlider::handle:horizontal:disabled { background: @muted; }

QProgressBar { background: @line; border: none; border-radius: #(2)px; max-height: #(4)px; min-height: #(4)px; }
QProgressBar::chunk { background: @accent; border-radius: #(2)px; }

QListView, QTreeView, QTableView { background: @surface; border: 1px solid @line; border-radius: 6px; outline: none;
  alternate-background-color: @ground; selection-background-color: @selected; selection-color: @text; }
QListView:focus, QTreeView:focus, QTableView:focus { border: 2px solid @accent; }
QListView::item { padding: #(4)px #(8)px; border-radius: 4px; }
QListView::item:selected, QTreeView::item:selected, QTableView::item:selected { background: @selected; color: @text; }
QListView[look="tray"], QListView[look="plain"] { background: transparent; border: none; }
QListView[look="tray"]:focus, QListView[look="plain"]:focus { border: none; }
QListView[look="tray"]::item { padding: #(2)px; border: 2px solid transparent; font-size: ~(12)px; }
QListView[look="tray"]::item:selected { border-color: @accent; background: @selected; }
QHeaderView::section { background: @surface; color: @muted; border: none; border-bottom: 1px solid @line;
  padding: #(4)px #(8)px; font-size: ~(12)px; }
QTableView { gridline-color: @line; }

QMenu { background: @surface; border: 1px solid @line; border-radius: 6px; padding: #(4)px; }
QMenu::item { padding: #(6)px #(24)px #(6)px #(12)px; border-radius: 4px; }
QMenu::item:selected { background: @selected; }
QMenu::item:disabled { color: @disabled; }
QMenu::separator { height: 1px; background: @line; margin: #(4)px #(8)px; }

QScrollArea { background: transparent; border: none; }
QScrollArea > QWidget > QWidget { background: transparent; }
QScrollBar:vertical { background: transparent; width: #(12)px; margin: 0; }
QScrollBar:horizontal { background: transparent; height: #(12)px; margin: 0; }
QScrollBar::handle { background: @line; border-radius: #(3)px; margin: #(3)px; min-height: #(32)px; min-width: #(32)px; }
QScrollBar::handle:hover { background: @muted; }
QScrollBar::add-line, QScrollBar::sub-line, QScrollBar::add-page, QScrollBar::sub-page { background: none; border: none; width: 0; height: 0; }

QTabWidget::pane { border: none; }
QTabBar { qproperty-drawBase: 0; }
QTabBar::tab { background: transparent; color: @muted; padding: #(6)px #(4)px; margin-right: #(16)px; border-bottom: 2px solid transparent; }
QTabBar::tab:selected { color: @text; border-bottom-color: @accent; }
QTabBar::tab:hover { color: @text; }
QTabBar::tab:focus { color: @accent; border-bottom-color: @accent; }
QSplitter::handle { background: @line; }
QSplitter::handle:hover { background: @accent; }
QGroupBox { border: none; margin-top: #(24)px; font-weight: 600; }
QGroupBox::title { subcontrol-origin: margin; left: 0; }

#header, #rail, #inspector, #tray, #workBar { background: @surface; }
#header { border: none; border-bottom: 1px solid @line; }
#rail { border: none; border-right: 1px solid @line; }
#inspector { border: none; border-left: 1px solid @line; }
#tray { border: none; border-top: 1px solid @line; }
#workBar { border: none; border-top: 1px solid @line; }
#workBar QLabel, #workBar QPushButton, #workBar QToolButton { font-size: ~(12)px; }
#workBar QPushButton { min-height: #(20)px; padding: 0 #(8)px; }
#workBar QPushButton:focus { min-height: #(18)px; padding: 0 #(7)px; }
#timeline { background: @surface; border: none; border-top: 1px solid @line; }
#banner { margin: #(16)px #(16)px 0 #(16)px; }
#strip { background: @selected; border: none; border-bottom: 1px solid @line; }
)";

} // namespace

QString styleSheet(const Theme &theme)
{
    const Colours &c = theme.colours();
    const bool dark = theme.dark();
    const auto blend = [](const QColor &a, const QColor &b, double share) {
        return QColor::fromRgbF(float(a.redF() + (b.redF() - a.redF()) * share),
                                float(a.greenF() + (b.greenF() - a.greenF()) * share),
                                float(a.blueF() + (b.blueF() - a.blueF()) * share));
    };
    const QHash<QString, QString> names{
        {"ground", c.ground.name()},
        {"surface", c.surface.name()},
        {"line", c.line.name()},
        {"text", c.text.name()},
        {"muted", c.muted.name()},
        {"accent", c.accent.name()},
        {"accentHover", blend(c.accent, c.text, 0.15).name()},
        {"onAccent", c.onAccent.name()},
        {"hover", c.hover.name()},
        {"selected", c.selected.name()},
        {"error", c.error.name()},
        {"warning", c.warning.name()},
        {"disabled", blend(c.muted, c.surface, 0.4).name()},
        {"chevron", dark ? ":/icons/style/chevron-dark.svg" : ":/icons/style/chevron-light.svg"},
        {"chevronUp", dark ? ":/icons/style/chevron-up-dark.svg" : ":/icons/style/chevron-up-light.svg"},
        {"tick", dark ? ":/icons/style/tick-dark.svg" : ":/icons/style/tick-light.svg"},
    };
    QString out;
    const QString sheet = QString::fromLatin1(kSheet);
    static const QRegularExpression token(QStringLiteral("@([A-Za-z]+)|#\\((\\d+)\\)|~\\((\\d+)\\)"));
    qsizetype from = 0;
    for (auto it = token.globalMatch(sheet); it.hasNext();) {
        const QRegularExpressionMatch match = it.next();
        out += QStringView(sheet).mid(from, match.capturedStart() - from);
        if (match.capturedStart(1) >= 0) {
            Q_ASSERT(names.contains(match.captured(1)));
            out += names.value(match.captured(1));
        } else if (match.capturedStart(2) >= 0) {
            out += QString::number(theme.px(match.captured(2).toInt()));
        } else {
            out += QString::number(theme.fontPx(match.captured(3).toInt()));
        }
        from = match.capturedEnd();
    }
    out += QStringView(sheet).mid(from);
    return out;
}

} // namespace orrery
