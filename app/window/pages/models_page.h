// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/api/models.h"
#include "orrery/page.h"

class QLabel;
class QVBoxLayout;

namespace orrery {

class Host;

/// The models of this computer: what each is for, what it knows, licence, size, measures; verify and choose.
class ModelsPage : public Page
{
    Q_OBJECT
public:
    explicit ModelsPage(Host &host, QWidget *parent = nullptr);

private:
    void rebuild();
    QWidget *makeCard(const ModelCard &card);
    void verify(const ModelCard &card, QLabel *verdict);

    Host &m_programHost;
    QLabel *m_summary;
    QVBoxLayout *m_cards;
};

/// A measure as people read it: shares as "53 %", others as they are.
QString measureText(const std::string &name, double value);

} // namespace orrery
