// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "plugins/speech/view/recordings.h"

#include <QPushButton>

namespace orrery::speech {

/// In the header: which model hears, what it knows, and the others. Thread: interface.
class ModelChip final : public QPushButton
{
    Q_OBJECT

public:
    ModelChip(PluginHost &host, Recordings &recordings, QWidget *parent = nullptr);

private:
    void showModel();
    void open();
    QList<ModelCard> cards() const;
    QString words(const QString &model) const;

    PluginHost &m_host;
    Recordings &m_recordings;
};

} // namespace orrery::speech
