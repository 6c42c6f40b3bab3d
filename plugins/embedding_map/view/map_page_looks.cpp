// SPDX-License-Identifier: Apache-2.0
// What is said about the points on screen: colours, names of islands, words, links, quality, selection.
#include "plugins/embedding_map/view/map_page.h"

#include "plugins/embedding_map/view/background.h"
#include "plugins/embedding_map/view/collection_bar.h"
#include "plugins/embedding_map/view/colouring.h"
#include "plugins/embedding_map/view/guests.h"
#include "plugins/embedding_map/view/map_inspector.h"
#include "plugins/embedding_map/view/map_maker.h"
#include "plugins/embedding_map/view/map_selection.h"
#include "plugins/embedding_map/view/map_state.h"
#include "plugins/embedding_map/view/neighbours_view.h"
#include "plugins/embedding_map/view/prompt_tint.h"
#include "plugins/embedding_map/view/quality_panel.h"
#include "plugins/embedding_map/view/run_list.h"
#include "plugins/embedding_map/view/run_strip.h"

#include <QLabel>
#include <QLocale>
#include <QPushButton>

namespace orrery::embedding_map {

QString MapPage::colourInUse() const
{
    if (!m_tint->cosines().empty())
        return QStringLiteral("words");
    const QString wanted = m_state->colour();
    for (const ColourChoice &choice : colourChoices(m_shelf->collection(), shownRun()))
        if (choice.id == wanted && choice.possible)
            return wanted;
    return usualColour(m_shelf->collection());
}

void MapPage::showColours()
{
    const MapCollection &collection = m_shelf->collection();
    const MapRun *run = shownRun();
    const QString colour = colourInUse();
    m_bar->setColours(colourChoices(collection, run), colour);
    const Clusters *islands = m_islandsOf ? &m_islands : nullptr;
    const auto colouring = [&](const MapRun *of) {
        return colour == QLatin1String("words") ? m_tint->colouring() : colouringOf(colour, collection, of, islands);
    };
    const ScatterColouring shown = colouring(run);
    if (m_view->count() == (collection.points ? collection.points->rows : 0))
        m_view->setColouring(shown);
    if (part() == Compare && besideRun() && m_besideView->count() == m_view->count())
        m_besideView->setColouring(colouring(besideRun()));
    const MapRun *making = m_maker->isRunning() && !m_preview ? &m_maker->running() : nullptr;
    m_runStrip->setRuns(m_runs->runs(), making, colouring(nullptr));
    m_runStrip->setShown(run ? run->key : QString(), part() == Compare ? m_state->beside() : QString());
    if (m_quality)
        m_quality->setColour(colour);
}

void MapPage::showMarks()
{
    const auto marksOn = [this](const ScatterPositions &positions) {
        QList<ScatterMark> marks;
        if (!positions)
            return marks;
        // Names of islands hold for the map they were found in.
        if (positions == m_islandsOf && m_islands.names.size() > 1)
            for (std::size_t i = 0; i < m_islands.middles.size(); ++i)
                marks.append(
                    {ScatterMark::Kind::Cluster, m_islands.names.value(qsizetype(i)), m_islands.middles[i], {}});
        marks += m_tint->marks(*positions);
        return marks;
    };
    QList<ScatterMark> marks = marksOn(m_shownPositions);
    if (const MapRun *run = shownRun(); run && run->positions == m_shownPositions)
        marks += m_guests->marks();
    m_view->setMarks(marks);
    if (part() == Compare)
        m_besideView->setMarks(marksOn(m_aligned));
}

void MapPage::showQuality()
{
    if (!m_quality)
        return;
    const MapRun *run = shownRun();
    m_quality->setRun(run, run && m_maker->isRunning() && run->key == m_maker->running().key);
    m_quality->setColour(colourInUse());
    m_quality->measureButton()->setEnabled(!m_maker->isRunning());
}

void MapPage::showNeighbours()
{
    if (!m_neighbours)
        return;
    const MapRun *run = shownRun();
    if (run && run->complete && m_selection->current() >= 0)
        m_neighbours->show(m_shelf->collection(), *run, m_selection->current());
    else if (m_guestShown && *m_guestShown < m_guests->guests().size())
        m_neighbours->show(m_shelf->collection(), m_guests->guests()[*m_guestShown]);
    else
        m_neighbours->clear();
}

void MapPage::showSelection()
{
    const std::vector<std::int64_t> &rows = m_selection->rows();
    m_view->setSelection(rows, m_selection->current());
    m_besideView->setSelection(rows, m_selection->current());
    m_selectionBar->setVisible(!rows.empty());
    const MapCollection &collection = m_shelf->collection();
    m_selectionText->setText(rows.size() == 1 ? nameOf(collection, rows.front())
                                              : tr("%1 points").arg(QLocale().toString(qlonglong(rows.size()))));
    m_gatherButton->setVisible(m_selection->canSend());
    m_sendButton->setVisible(m_selection->canSend() && host().hasPage(QStringLiteral("orrery.zero-shot")));
    if (m_selection->current() >= 0)
        m_guestShown.reset();
    showNeighbours();
}

void MapPage::showMaking()
{
    const bool running = m_maker->isRunning();
    if (m_inspector) {
        const MapCollection &collection = m_shelf->collection();
        const MapRun *kept = m_runs->find(keyOf(m_state->parameters()));
        m_inspector->setMaking(running && !m_preview, kept && kept->complete,
                               collection.points && !collection.flat && collection.points->rows > 2);
    }
    const MapRun *making = running && !m_preview ? &m_maker->running() : nullptr;
    m_runStrip->setRuns(m_runs->runs(), making, m_view->colouring());
    const MapRun *run = shownRun();
    m_runStrip->setShown(run ? run->key : QString(), part() == Compare ? m_state->beside() : QString());
}

void MapPage::findIslands()
{
    const MapRun *run = shownRun();
    if (!run || !run->complete || m_preview || !run->positions || run->positions == m_islandsOf)
        return;
    m_findingIslands = true;
    const MapCollection &collection = m_shelf->collection();
    inBackground(
        this,
        [positions = run->positions, names = collection.names, facts = collection.facts] {
            Clusters islands = findClusters(*positions);
            nameClusters(islands, *positions, names, facts);
            return islands;
        },
        [this, positions = run->positions](Clusters islands) {
            m_findingIslands = false;
            const MapRun *shown = shownRun();
            if (!shown || shown->positions != positions)
                return;
            m_islands = std::move(islands);
            m_islandsOf = positions;
            showColours();
            showMarks();
        });
}

} // namespace orrery::embedding_map
