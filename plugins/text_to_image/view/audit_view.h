// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "plugins/text_to_image/view/sampler.h"

#include <QWidget>

class QLabel;
class QPushButton;
class QStackedWidget;

namespace orrery {
class BusyStrip;
class EmptyState;
class ErrorCard;
} // namespace orrery

namespace orrery::text_to_image {

class GenerateState;
class OrderChart;

/// How often two orders of the same things agree.
/// Source: Kendall 1938, A New Measure of Rank Correlation, Biometrika 30.
struct Agreement
{
    int agreed = 0;    ///< pairs in the same order in both
    int disagreed = 0; ///< pairs in opposite orders
    /// In [−1, 1]: 1 is the same order, −1 the reverse; 0 with fewer than two things.
    double tau() const;
};
Agreement agreementOf(const QList<int> &a, const QList<int> &b);

/// One's own order of the pictures against CLIP's, which is covered until one has sorted them. Thread: interface.
class AuditView final : public QWidget
{
    Q_OBJECT

public:
    explicit AuditView(GenerateState &state, QWidget *parent = nullptr);

    void setDrawing(const Drawing &drawing);
    /// The pictures are being drawn.
    void setBusy(bool busy);
    void setProgress(double fraction, const QString &message);
    /// Shows CLIP's order, once one has sorted the pictures.
    void reveal(bool on);
    /// Has one put these pictures into an order of one's own?
    bool isSorted() const;
    Agreement agreement() const;
    OrderChart *chart() const { return m_chart; }
    QPushButton *compareButton() const { return m_compare; }
    QString verdict() const;
    /// Why nothing was drawn, above what is there; who fills it knows the remedy.
    ErrorCard *error() const { return m_error; }

Q_SIGNALS:
    /// What the state says is to be drawn at once.
    void drawWanted();
    void cancelClicked();

private:
    void showPictures();
    void showWhat();
    void showOrders();

    GenerateState &m_state;
    Drawing m_drawing;
    QStackedWidget *m_stack;
    EmptyState *m_none;
    QWidget *m_working;
    QWidget *m_some;
    QLabel *m_story;
    OrderChart *m_chart;
    QPushButton *m_compare;
    QLabel *m_sortFirst;
    QLabel *m_verdict;
    BusyStrip *m_busy;
    ErrorCard *m_error;
    bool m_scored = false; ///< the newest drawing can be sorted
    bool m_isBusy = false;
};

} // namespace orrery::text_to_image
