// SPDX-License-Identifier: Apache-2.0
#include "plugins/embedding_map/view/map_page.h"

ORRERY_PLUGIN(host, parent)
{
    return new orrery::embedding_map::MapPage(host, parent);
}
