// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/api/models.h"
#include "widgets/model_menu.h"

namespace orrery {

class Host;

/// What a small model knows and does not, told from its card; empty where the card says nothing of it.
/// "Knows about 1,358 things … First guess right 5 in 10 for an unseen artist; chance 1 in 1,358."
QString honestWords(const ModelCard &card);
/// A value of the card's measures by name; negative when it has none.
double measureOf(const ModelCard &card, const char *name);
/// Is it one of the small models that this project trained itself?
bool isSmall(const ModelCard &card);

/// The menu of the window's own chip: models of the task at hand.
class ModelPopover : public ModelMenu
{
    Q_OBJECT
public:
    ModelPopover(Host &host, QWidget *parent);
};

} // namespace orrery
