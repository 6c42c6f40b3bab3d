// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "orrery/plugin_host.h"

#include <QListWidget>

namespace orrery::zero_shot {

class BatchRanker;

/// The selected pictures side by side, each with its first guess or what is wrong with it. Hidden for fewer than two.
/// Thread: interface.
class Filmstrip final : public QListWidget
{
    Q_OBJECT

public:
    Filmstrip(PluginHost &host, BatchRanker &batch, QWidget *parent = nullptr);

private:
    void showSelection();
    void showGuesses();
    void showItem(QListWidgetItem *row) const;

    PluginHost &m_host;
    BatchRanker &m_batch;
    QList<ItemId> m_shown;
};

} // namespace orrery::zero_shot
