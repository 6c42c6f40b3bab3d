// SPDX-License-Identifier: Apache-2.0
#include "plugins/text_to_image/view/generate_page.h"

ORRERY_PLUGIN(host, parent)
{
    return new orrery::text_to_image::GeneratePage(host, parent);
}
