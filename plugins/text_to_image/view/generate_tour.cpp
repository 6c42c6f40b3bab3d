// SPDX-License-Identifier: Apache-2.0
// The page's part of `orrery --tour`, played with real input.
#include "plugins/text_to_image/view/generate_page.h"

#include "plugins/text_to_image/view/audit_view.h"
#include "plugins/text_to_image/view/cell_canvas.h"
#include "plugins/text_to_image/view/detail_view.h"
#include "plugins/text_to_image/view/duel_view.h"
#include "plugins/text_to_image/view/generate_inspector.h"
#include "plugins/text_to_image/view/generate_state.h"
#include "plugins/text_to_image/view/model_facts.h"
#include "plugins/text_to_image/view/order_chart.h"
#include "plugins/text_to_image/view/prompt_bar.h"
#include "plugins/text_to_image/view/sample_grid.h"
#include "plugins/text_to_image/view/step_player.h"
#include "plugins/text_to_image/view/token_theatre.h"
#include "widgets/plain_editor.h"

#include <QCheckBox>
#include <QPushButton>
#include <QTabBar>
#include <QTemporaryDir>

namespace orrery::text_to_image {

namespace {

constexpr int kPatienceMs = 180000; // two cores, and other things to do

void clickTab(QTabBar &tabs, int index)
{
    tour::click(&tabs, tabs.tabRect(index).center());
}

} // namespace

QList<TourStep> GeneratePage::tourSteps()
{
    using generate::Method;
    const auto settled = [this] { return !isBusy() && m_sampler->drawing().complete; };
    const auto why = [this] {
        const QString error = errorText();
        return error.isEmpty()
                   ? tr("%1 of %2 pictures").arg(m_sampler->drawing().samples.size()).arg(m_state->parameters().count)
                   : error;
    };
    QList<TourStep> steps;
    const bool diffusion = !m_facts->isMissing(QLatin1String(generate::kDiffusionModel));
    const bool tokens = !m_facts->isMissing(QLatin1String(generate::kTokensModel));
    const auto go = [this] { host().showPage(QStringLiteral("orrery.text-to-image")); };
    if (!diffusion && !tokens) {
        steps.append({QStringLiteral("generate-missing"), tr("without a model the page says so"), go,
                      [this] { return !errorText().isEmpty(); }, 10000, why});
        return steps;
    }
    steps.append({QStringLiteral("generate-example"), tr("an example draws itself"),
                  [this, go, diffusion] {
                      go();
                      if (!diffusion)
                          m_state->edit(tr("Draw by tokens"), [](Parameters &p) { p.method = Method::Tokens; });
                  },
                  settled, kPatienceMs, why});
    steps.append({QStringLiteral("generate-typed"), tr("a typed prompt is drawn"),
                  [this] {
                      focusPrompt();
                      tour::key(m_prompt->text(), Qt::Key_A, Qt::ControlModifier);
                      tour::type(m_prompt->text(), QStringLiteral("two yellow stars on a blue background"));
                      tour::key(m_prompt->text(), Qt::Key_Return);
                  },
                  [this, settled] {
                      return settled() && m_sampler->drawing().parameters.prompt ==
                                              QStringLiteral("two yellow stars on a blue background");
                  },
                  kPatienceMs, why});
    steps.append({QStringLiteral("generate-inside"), tr("a picture is looked into"),
                  [this] { tour::click(m_grid, m_grid->tileRect(0).center().toPoint()); },
                  [this, settled] { return settled() && isDetailOpen(); }, 20000, why});
    if (tokens) {
        steps.append({QStringLiteral("generate-theatre"), tr("the tiles of a picture, and what else could stand there"),
                      [this] {
                          if (m_state->parameters().method != Method::Tokens) {
                              if (m_inspector)
                                  tour::click(m_inspector->method(Method::Tokens));
                              else
                                  m_state->edit(tr("Draw by tokens"), [](Parameters &p) { p.method = Method::Tokens; });
                          }
                      },
                      [this, settled] {
                          if (!settled() || m_sampler->drawing().method != Method::Tokens)
                              return false;
                          if (!isDetailOpen())
                              openDetail(0);
                          return m_detail->inside() == DetailView::Tokens && m_detail->theatre()->cell() >= 0 &&
                                 m_detail->theatre()->isSettled();
                      },
                      kPatienceMs, why});
        steps.append({QStringLiteral("generate-again"), tr("again from a tile: what stands before it stays"),
                      [this] {
                          CellCanvas *canvas = m_detail->theatre()->canvas();
                          const auto tiles = m_detail->take().sample->tokens.size();
                          tour::click(canvas, canvas->cellRect(int(tiles / 2)).center().toPoint()); // holds it
                          tour::click(m_detail->theatre()->againButton());
                      },
                      [this, settled] { return settled() && m_detail->takes() == 2; }, kPatienceMs, why});
    }
    if (diffusion) {
        steps.append({QStringLiteral("generate-duel"), tr("the same noise, guided in three ways"),
                      [this] { clickTab(*m_tabs, Duel); }, [this] { return !isBusy() && m_duel->shownStep() > 0; },
                      kPatienceMs, why});
        steps.append({QStringLiteral("generate-duel-half"),
                      tr("half way, all three at the same step"),
                      [this] { m_duel->player()->setStep(m_duel->player()->last() / 2); },
                      {},
                      5000,
                      {}});
    }
    steps.append({QStringLiteral("generate-audit"), tr("one's own order against CLIP's"),
                  [this] {
                      clickTab(*m_tabs, Audit);
                      m_state->edit(tr("Draw and score"), [](Parameters &p) { p.rerank = true; });
                  },
                  [this, settled] {
                      if (!settled() || m_audit->chart()->own().size() < 4)
                          return false;
                      if (!m_audit->isSorted())
                          tour::key(m_audit->chart(), Qt::Key_Right, Qt::ShiftModifier);
                      m_audit->reveal(true);
                      return !m_audit->verdict().isEmpty();
                  },
                  kPatienceMs, why, true});
    steps.append({QStringLiteral("generate-fails"), tr("a prepared failure is drawn"),
                  [this] {
                      clickTab(*m_tabs, Failures);
                      tour::click(findChild<QPushButton *>(QStringLiteral("failure-five")));
                  },
                  settled, kPatienceMs, why});
    auto folder = std::make_shared<QTemporaryDir>();
    steps.append({QStringLiteral("generate-restored"), tr("a saved picture, dropped on the window, is drawn again"),
                  [this, folder] {
                      exportTo(folder->filePath(QStringLiteral("stars.png")));
                      tour::dropFiles(this, {folder->filePath(QStringLiteral("stars.png"))});
                  },
                  [this, settled] { return settled() && m_sampler->drawing().parameters.count == 1; }, kPatienceMs,
                  why});
    return steps;
}

} // namespace orrery::text_to_image
