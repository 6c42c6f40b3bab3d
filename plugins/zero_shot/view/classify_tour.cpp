// SPDX-License-Identifier: Apache-2.0
// The page's part of `orrery --tour`: the stories of the first minute, played with real input.
#include "plugins/zero_shot/view/classify_page.h"

#include "plugins/zero_shot/view/classify_inspector.h"
#include "plugins/zero_shot/view/classify_state.h"
#include "plugins/zero_shot/view/label_editor.h"
#include "plugins/zero_shot/view/matrix_part.h"
#include "plugins/zero_shot/view/picture_panel.h"
#include "plugins/zero_shot/view/rank_view.h"
#include "plugins/zero_shot/view/ranker.h"
#include "plugins/zero_shot/view/vary_view.h"
#include "widgets/matrix/matrix_view.h"
#include "widgets/ranking/ranked_panel.h"
#include "widgets/sketch/sketch_pad.h"

#include <QComboBox>
#include <QDir>
#include <QFileInfo>
#include <QPushButton>
#include <QSlider>
#include <QTabBar>
#include <QTableView>
#include <QTemporaryDir>

#include <cmath>
#include <memory>
#include <numbers>

namespace orrery::zero_shot {

namespace {

QString first(const RankedPanel *panel)
{
    return panel->ranking().isEmpty() ? QStringLiteral("no ranking") : panel->heading();
}

/// The strokes of a sun: a circle, then rays. In drawing coordinates.
QList<QList<QPointF>> sunStrokes()
{
    constexpr double kMiddle = SketchCanvas::kSide / 2.0;
    const auto at = [](double turn, double radius) {
        const double angle = 2 * std::numbers::pi * turn;
        return QPointF(kMiddle + radius * std::cos(angle), kMiddle + radius * std::sin(angle));
    };
    QList<QList<QPointF>> strokes;
    QList<QPointF> circle;
    for (int i = 0; i <= 40; ++i)
        circle.append(at(i / 40.0, 80));
    strokes.append(circle);
    for (int i = 0; i < 8; ++i)
        strokes.append({at(i / 8.0, 104), at(i / 8.0, 130), at(i / 8.0, 160)});
    return strokes;
}

void drawStroke(SketchCanvas *canvas, const QList<QPointF> &stroke)
{
    QList<QPoint> points;
    for (const QPointF &point : stroke)
        points.append(canvas->toWidget(point).toPoint());
    tour::stroke(canvas, points);
}

void clickTab(QTabBar *tabs, int index)
{
    tour::click(tabs, tabs->tabRect(index).center());
}

} // namespace

QList<TourStep> ClassifyPage::tourSteps()
{
    RankedPanel *panel = m_rankView->panel();
    const auto settled = [this, panel] {
        return !m_ranker->isPending() && !panel->list()->isMoving() && !panel->isStale();
    };
    const auto why = [this, panel] {
        const QString error = m_rankView->errorText();
        return error.isEmpty() ? first(panel) : error;
    };
    QList<TourStep> steps;

    steps.append({QStringLiteral("fox-ranked"),
                  tr("a drawn fox is ranked among the everyday names"),
                  {},
                  [this, panel, settled] {
                      return settled() && panel->answer() == QStringLiteral("fox") &&
                             panel->ranking().size() == m_state->labels().size();
                  },
                  20000,
                  why});

    steps.append(
        {QStringLiteral("true-name-ticked"), tr("the true name is ticked, and the heading tells its rank"),
         [panel] { tour::click(panel->list()->viewport(), panel->list()->tickRect(0).center()); },
         [panel, settled] { return settled() && panel->heading().startsWith(QStringLiteral("✓ fox · rank 1")); }, 10000,
         why});

    steps.append(
        {QStringLiteral("names-typed"), tr("typed names are ranked while one types"),
         [this] {
             focusPrompt();
             tour::key(m_labels->text(), Qt::Key_A, Qt::ControlModifier);
             tour::type(m_labels->text(), QStringLiteral("cat, dog, fox, wolf, bear, zorgle"));
         },
         [this, panel, settled] { return settled() && panel->ranking().size() == 6 && m_state->labels().size() == 6; },
         10000, why});

    // What softmax hides: another name takes share away, the cosine stays.
    auto before = std::make_shared<double>(0);
    auto share = std::make_shared<double>(0);
    steps.append({QStringLiteral("cosine-only"), tr("the scoring is switched to the cosine alone"),
                  [this, panel, before, share] {
                      *share = panel->ranking().isEmpty() ? 0 : panel->ranking().entries.front().share;
                      const int row = panel->ranking().rowOf(QStringLiteral("fox"));
                      *before = row < 0 ? 2 : panel->ranking().entries[row].cosine;
                      if (m_inspector) {
                          tour::key(m_inspector->scoring(), Qt::Key_End);
                      }
                  },
                  [panel, settled, before] {
                      const int row = panel->ranking().rowOf(QStringLiteral("fox"));
                      return settled() && row >= 0 && panel->ranking().measure == Ranking::Measure::CosineOnly &&
                             std::fabs(panel->ranking().entries[row].cosine - *before) < 1e-6;
                  },
                  10000, why});

    steps.append({QStringLiteral("temperature"), tr("a higher temperature evens the shares out"),
                  [this] {
                      if (!m_inspector)
                          return;
                      tour::key(m_inspector->scoring(), Qt::Key_Home);
                      m_inspector->temperature()->setFocus();
                      tour::key(m_inspector->temperature(), Qt::Key_PageUp);
                      tour::key(m_inspector->temperature(), Qt::Key_PageUp);
                  },
                  [this, panel, settled, share] {
                      return settled() && panel->ranking().measure == Ranking::Measure::Share &&
                             m_state->temperature() > 0 && panel->ranking().entries.front().share < *share;
                  },
                  10000, why});

    steps.append({QStringLiteral("vary"), tr("mirrored, grey, sketched, turned and half covered are ranked"),
                  [this] {
                      m_state->setTemperature(0);
                      clickTab(m_tabs, Vary);
                  },
                  [this] { return m_vary->answers().size() == 6 && !m_vary->summary().isEmpty(); }, 20000,
                  [this] { return tr("%1 variations").arg(m_vary->answers().size()); }});

    steps.append({QStringLiteral("matrix"), tr("the examples are compared with the names"),
                  [this] {
                      clickTab(m_tabs, Matrix);
                      Q_EMIT m_matrix->examplesWanted();
                  },
                  [this] {
                      const SignedMatrix &matrix = m_matrix->matrix()->model().matrix();
                      if (matrix.rows.size() < 8 || matrix.values.size() != matrix.rows.size())
                          return false;
                      if (!m_matrix->matrix()->table()->currentIndex().isValid())
                          m_matrix->matrix()->table()->setCurrentIndex(m_matrix->matrix()->model().index(0, 0));
                      return m_matrix->matrix()->readOut().contains(QStringLiteral("cosine"));
                  },
                  20000, [this] { return m_matrix->note(); }});

    steps.append({QStringLiteral("where-it-fails"),
                  tr("three prepared failures are offered"),
                  [this] { clickTab(m_tabs, Failures); },
                  {},
                  5000,
                  {}});
    steps.append({QStringLiteral("photograph"), tr("a photograph gets names and shares, though none of the names fits"),
                  [this] { tour::click(findChild<QPushButton *>(QStringLiteral("failure-photograph"))); },
                  [this, panel, settled] {
                      return part() == Rank && settled() && panel->ranking().size() > 1 &&
                             panel->heading().startsWith(QStringLiteral("✓ mountain lake · not among"));
                  },
                  20000, why});

    auto asked = std::make_shared<quint64>(0);
    steps.append({QStringLiteral("sketch-circle"), tr("a circle is ranked as soon as it is drawn"),
                  [this, asked] {
                      tour::click(m_pictures->findChild<QPushButton *>(QStringLiteral("draw")));
                      *asked = m_ranker->asked();
                      drawStroke(m_pictures->pad()->canvas(), sunStrokes().front());
                  },
                  [this, panel, settled, asked] {
                      return settled() && m_ranker->asked() > *asked && !panel->ranking().isEmpty();
                  },
                  10000, why});
    auto circle = std::make_shared<Ranking>();
    steps.append({QStringLiteral("sketch-sun"), tr("rays make the ranks change"),
                  [this, panel, circle] {
                      *circle = panel->ranking();
                      const QList<QList<QPointF>> strokes = sunStrokes();
                      for (qsizetype i = 1; i < strokes.size(); ++i)
                          drawStroke(m_pictures->pad()->canvas(), strokes[i]);
                  },
                  [panel, settled, circle] { return settled() && !(panel->ranking() == *circle); }, 10000, why});

    auto folder = std::make_shared<QTemporaryDir>();
    steps.append({QStringLiteral("exported"),
                  tr("the ranking is saved as PNG, SVG and CSV"),
                  [this, folder] {
                      for (const char *name : {"ranking.png", "ranking.svg", "ranking.csv"})
                          exportTo(folder->filePath(QLatin1String(name)));
                  },
                  [folder] {
                      int written = 0;
                      for (const QFileInfo &file : QDir(folder->path()).entryInfoList(QDir::Files))
                          written += file.size() > 500 ? 1 : 0;
                      return written == 3;
                  },
                  5000,
                  {}});
    return steps;
}

} // namespace orrery::zero_shot
