// SPDX-License-Identifier: Apache-2.0
// What another page hears just now, on a map that stands still.
#include "plugins/embedding_map/view/map_page.h"

#include "plugins/embedding_map/view/live_guests.h"
#include "plugins/embedding_map/view/live_trail.h"
#include "widgets/notice_label.h"

#include <QHBoxLayout>
#include <QPushButton>

namespace orrery::embedding_map {

QWidget *MapPage::makeLiveBar()
{
    m_liveBar = new QWidget(this);
    m_liveBar->setObjectName(QStringLiteral("liveBar"));
    m_liveText = new NoticeLabel(NoticeLabel::Kind::Plain, m_liveBar);
    m_liveText->setObjectName(QStringLiteral("liveText"));
    auto *stop = new QPushButton(tr("Stop following"), m_liveBar);
    stop->setObjectName(QStringLiteral("stopFollowing"));
    stop->setProperty("look", QStringLiteral("chip"));
    stop->setToolTip(tr("What is heard no longer comes to this map"));
    auto *row = new QHBoxLayout(m_liveBar);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(8);
    row->addWidget(m_liveText, 1);
    row->addWidget(stop);
    m_liveBar->hide();
    connect(stop, &QPushButton::clicked, this, [this] { m_live->end(); });
    connect(m_live, &LiveGuests::changed, this, &MapPage::showLive);
    connect(m_live, &LiveGuests::placed, this, [this](const QList<LiveSpot> &spots) {
        if (mapStandsStill())
            m_trail->add(spots);
    });
    return m_liveBar;
}

bool MapPage::mapStandsStill() const
{
    const MapRun *run = shownRun();
    return run && run->complete && !m_preview && run->positions && run->positions == m_shownPositions &&
           (part() == Map || part() == Compare);
}

void MapPage::giveLiveMap()
{
    const MapRun *run = shownRun();
    m_live->setMap(m_shelf->isComplete() ? m_shelf->collection() : MapCollection(), mapStandsStill() ? *run : MapRun());
}

void MapPage::showLive()
{
    m_liveBar->setVisible(m_live->isOn());
    m_liveText->setKind(m_live->isRefused() ? NoticeLabel::Kind::Warning : NoticeLabel::Kind::Plain);
    m_liveText->setText(m_live->statusText());
    if (!m_live->isOn() || m_live->isRefused())
        m_trail->clear();
}

} // namespace orrery::embedding_map
