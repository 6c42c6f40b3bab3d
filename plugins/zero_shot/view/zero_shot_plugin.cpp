// SPDX-License-Identifier: Apache-2.0
#include "plugins/zero_shot/view/classify_page.h"

ORRERY_PLUGIN(host, parent)
{
    return new orrery::zero_shot::ClassifyPage(host, parent);
}
