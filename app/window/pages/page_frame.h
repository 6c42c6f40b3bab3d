// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QFrame>

class QLabel;
class QVBoxLayout;

namespace orrery {

/// The frame of the program's own pages: a column of at most 760 px in a scroll area, title on top.
/// @return the column, to which the page adds what it shows; margins and spacing are set.
QVBoxLayout *makeScrollingColumn(QWidget *page, const QString &title, QLabel **subtitle = nullptr);

/// A surface with a border and 16 px inside. @return its column.
QVBoxLayout *makeCard(QFrame **card, QWidget *parent);

QLabel *makeLabel(const QString &text, const char *look, QWidget *parent);

} // namespace orrery
