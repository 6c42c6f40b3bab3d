// SPDX-License-Identifier: Apache-2.0
// The page's part of `orrery --tour`: the stories of the first minute, played with real input.
#include "plugins/embedding_map/view/map_page.h"

#include "plugins/embedding_map/view/collection_bar.h"
#include "plugins/embedding_map/view/guests.h"
#include "plugins/embedding_map/view/layer_maps.h"
#include "plugins/embedding_map/view/layer_strip.h"
#include "plugins/embedding_map/view/map_inspector.h"
#include "plugins/embedding_map/view/map_maker.h"
#include "plugins/embedding_map/view/map_selection.h"
#include "plugins/embedding_map/view/map_state.h"
#include "plugins/embedding_map/view/neighbours_view.h"
#include "plugins/embedding_map/view/prompt_tint.h"
#include "plugins/embedding_map/view/quality_panel.h"
#include "plugins/embedding_map/view/run_list.h"

#include <QComboBox>
#include <QDir>
#include <QFileInfo>
#include <QLineEdit>
#include <QListWidget>
#include <QPushButton>
#include <QSlider>
#include <QTabBar>
#include <QTemporaryDir>
#include <QToolButton>

#include <memory>

namespace orrery::embedding_map {

namespace {

void clickTab(QTabBar &tabs, int index)
{
    tour::click(&tabs, tabs.tabRect(index).center());
}

/// A loop around the middle of the view.
QList<QPoint> loop(const QWidget &view, double share)
{
    const QPointF middle = QRectF(view.rect()).center();
    const double x = view.width() * share, y = view.height() * share;
    return {(middle + QPointF(-x, -y)).toPoint(), (middle + QPointF(x, -y)).toPoint(),
            (middle + QPointF(x, y)).toPoint(), (middle + QPointF(-x, y)).toPoint(),
            (middle + QPointF(-x, -y)).toPoint()};
}

} // namespace

QList<TourStep> MapPage::tourSteps()
{
    const auto settled = [this] { return !isBusy(); };
    const auto why = [this] {
        if (!errorText().isEmpty())
            return errorText();
        const MapRun *run = shownRun();
        return run ? run->title() : tr("no map");
    };
    QList<TourStep> steps;
    steps.append({QStringLiteral("map-opens"),
                  tr("the drawings are laid out"),
                  {},
                  [this] { return m_view->count() > 0 && shownRun() && shownRun()->positions; },
                  60000,
                  why});
    steps.append({QStringLiteral("map-unfolds"),
                  tr("PCA unfolds into t-SNE by itself, and the quality is measured"),
                  {},
                  [this, settled] {
                      return settled() && shownRun() && shownRun()->complete && shownRun()->quality &&
                             shownRun()->parameters.method == maps::Method::Tsne;
                  },
                  120000,
                  why});
    steps.append({QStringLiteral("map-words"), tr("typed words tint every point"),
                  [this] {
                      focusPrompt();
                      tour::type(m_bar->words(), QStringLiteral("red"));
                  },
                  [this, settled] { return settled() && m_view->colouring().kind == ScatterColouring::Kind::Tint; },
                  20000, why});
    steps.append({QStringLiteral("map-lasso"), tr("the lasso selects points"),
                  [this] {
                      m_bar->words()->clear();
                      tour::click(findChild<QToolButton *>(QStringLiteral("lasso")));
                      tour::stroke(m_view, loop(*m_view, 0.18));
                      tour::click(findChild<QToolButton *>(QStringLiteral("pan")));
                  },
                  [this, settled] { return settled() && m_selection->rows().size() > 1; }, 10000, why});
    steps.append({QStringLiteral("map-neighbours"), tr("a point shows the neighbours it kept and lost"),
                  [this] {
                      const std::int64_t row = m_shelf->collection().names.indexOf(QStringLiteral("fox"));
                      m_selection->selectRows({std::max<std::int64_t>(0, row)}, std::max<std::int64_t>(0, row));
                  },
                  [this, settled] { return settled() && (!m_neighbours || !m_neighbours->links().isEmpty()); }, 10000,
                  why});
    steps.append({QStringLiteral("map-quality"), tr("quality is painted on the points"),
                  [this] {
                      m_selection->selectRows({}, -1);
                      m_state->setColour(QStringLiteral("recall"));
                  },
                  [this, settled] { return settled() && m_view->colouring().kind == ScatterColouring::Kind::Values; },
                  10000, why});
    steps.append({QStringLiteral("map-compare"), tr("a random start is compared with the usual one"),
                  [this] {
                      m_state->setColour({});
                      if (m_inspector) {
                          m_inspector->start()->setFocus();
                          tour::key(m_inspector->start(), Qt::Key_Down);
                          tour::key(m_inspector->start(), Qt::Key_Down);
                          tour::click(m_inspector->make());
                      }
                      clickTab(*m_tabs, Compare);
                  },
                  [this, settled] { return settled() && m_difference >= 0 && m_runs->runs().size() > 2; }, 120000,
                  why});
    steps.append({QStringLiteral("map-umap"), tr("UMAP makes another map"),
                  [this] {
                      clickTab(*m_tabs, Map);
                      if (m_inspector) {
                          tour::key(m_inspector->method(), Qt::Key_End);
                          tour::click(m_inspector->make());
                      }
                  },
                  [this, settled] {
                      return settled() && shownRun() && shownRun()->complete &&
                             shownRun()->parameters.method == maps::Method::Umap;
                  },
                  120000, why});
    steps.append({QStringLiteral("map-layers"), tr("the same points, from pixels to embedding"),
                  [this] {
                      showMap(m_runs->runs().value(1).key);
                      clickTab(*m_tabs, Layers);
                  },
                  [this, settled] { return settled() && m_layerMaps->isComplete(); }, 300000, why, true});
    steps.append({QStringLiteral("map-pixels"), tr("at the first layer the map knows colours and shapes only"),
                  [this] { tour::key(m_layerStrip->slider(), Qt::Key_Home); },
                  [this] { return m_layerStrip->layer() < 0.01; }, 10000, why, true});
    steps.append({QStringLiteral("map-show-on-map"), tr("a picture flies among its neighbours"),
                  [this] {
                      clickTab(*m_tabs, Map);
                      Item item = fileItem(host().resourceFolder() + QStringLiteral("/examples/fox.png"));
                      item.name = QStringLiteral("fox");
                      item.picture = QImage(item.path);
                      const ItemId id = host().workspace().add(item);
                      if (host().hasPage(QStringLiteral("orrery.embedding-map")))
                          host().sendTo(QStringLiteral("orrery.embedding-map"), {id}, tr("Show on map"));
                      else
                          take({id});
                  },
                  [this, settled] { return settled() && m_guestShown.has_value(); }, 30000, why});
    steps.append({QStringLiteral("map-fails"),
                  tr("three prepared failures are offered"),
                  [this] { clickTab(*m_tabs, Failures); },
                  {},
                  5000,
                  {}});
    steps.append({QStringLiteral("map-noise"), tr("mere chance looks like groups"),
                  [this] { tour::click(findChild<QPushButton *>(QStringLiteral("failure-noise"))); },
                  [this, settled] { return settled() && part() == Compare && m_difference >= 0; }, 120000, why});
    auto folder = std::make_shared<QTemporaryDir>();
    steps.append({QStringLiteral("map-exported"),
                  tr("the map is saved as PNG, SVG and CSV"),
                  [this, folder] {
                      for (const char *name : {"map.png", "map.svg", "map.csv"})
                          exportTo(folder->filePath(QLatin1String(name)));
                  },
                  [folder] {
                      int written = 0;
                      for (const QFileInfo &file : QDir(folder->path()).entryInfoList(QDir::Files))
                          written += file.size() > 500 ? 1 : 0;
                      return written == 3;
                  },
                  10000,
                  {}});
    return steps;
}

} // namespace orrery::embedding_map
