// SPDX-License-Identifier: Apache-2.0
// The page's part of `orrery --tour`, played with real input. It needs no microphone.
#include "plugins/speech/view/align/alignment_view.h"
#include "plugins/speech/view/listen_view.h"
#include "plugins/speech/view/speech_inspector.h"
#include "plugins/speech/view/speech_page.h"
#include "plugins/speech/view/statistics_panel.h"
#include "plugins/speech/view/unit_chart.h"
#include "plugins/speech/view/words/word_board.h"
#include "widgets/timeline/timeline_view.h"

#include <QButtonGroup>
#include <QPushButton>
#include <QTabBar>

namespace orrery::speech {

namespace {
constexpr int kPatienceMs = 60000;
} // namespace

QList<TourStep> SpeechPage::tourSteps()
{
    const auto settled = [this] {
        return !m_listen->isBusy() && m_recordings->current().units && m_listen->timeline().spectrogramColumns() > 0;
    };
    const auto why = [this] { return m_listen->errorText(); };
    QList<TourStep> steps;
    steps.append({QStringLiteral("speech-example"), tr("a recorded sentence and its units"),
                  [this] { host().showPage(QStringLiteral("orrery.speech")); },
                  [this, settled] { return settled() || !m_listen->errorText().isEmpty(); }, kPatienceMs, why});
    bool installed = false;
    for (const ModelCard &card : host().modelCards())
        installed = installed || (card.id == kUnitsModel && card.error.empty());
    if (!installed) // the page has said so
        return steps;
    steps.append({QStringLiteral("speech-unit"), tr("a unit of the histogram, and all its places"),
                  [this] {
                      UnitChart &chart = m_listen->statistics().histogram();
                      tour::click(&chart, chart.barRect(0).center().toPoint());
                  },
                  [this] { return m_listen->timeline().selectedUnit() >= 0; }, 5000, why});
    steps.append({QStringLiteral("speech-codebook"), tr("the same sound with 50 units"),
                  [this] {
                      if (m_inspector)
                          tour::click(m_inspector->codebooks().button(50));
                      else
                          m_recordings->setCodebook(50);
                  },
                  [this, settled] { return settled() && m_recordings->current().units->kind.codebook == 50; },
                  kPatienceMs, why});
    const auto open = [this](const char *part) {
        for (int i = 0; i < m_tabs->count(); ++i)
            if (m_tabs->tabData(i).toString() == QLatin1String(part))
                tour::click(m_tabs, m_tabs->tabRect(i).center());
    };
    steps.append({QStringLiteral("speech-words"), tr("three words, said twice each by ready voices"),
                  [this, open] {
                      open("words");
                      tour::click(m_words->readyButton());
                  },
                  [this] { return m_words->book().complete() && !m_words->isBusy(); }, kPatienceMs, why});
    steps.append({QStringLiteral("speech-recognised"), tr("one of them by another voice, recognised"),
                  [this] { tour::click(m_words->sayButton()); },
                  [this] { return m_words->tally().judged(Ear::Model) > 0; }, kPatienceMs, why});
    steps.append({QStringLiteral("speech-compare"), tr("one sentence by two voices, laid on each other"),
                  [open] { open("compare"); }, [this] { return m_alignment->pair() != nullptr; }, kPatienceMs, why});
    steps.append({QStringLiteral("speech-fails"), tr("a prepared failure"),
                  [this] {
                      tour::click(m_tabs, m_tabs->tabRect(m_tabs->count() - 1).center());
                      tour::click(findChild<QPushButton *>(QStringLiteral("failure-telephone")));
                  },
                  [this, settled] { return settled() && m_recordings->current().item != m_recordings->exampleId(); },
                  kPatienceMs, why});
    // All but the first look alike at every scale, and hearing takes its time.
    for (TourStep &step : steps)
        step.once = step.name != QLatin1String("speech-example") && step.name != QLatin1String("speech-unit");
    return steps;
}

} // namespace orrery::speech
