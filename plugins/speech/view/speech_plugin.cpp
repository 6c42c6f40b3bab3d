// SPDX-License-Identifier: Apache-2.0
#include "plugins/speech/view/speech_page.h"

ORRERY_PLUGIN(host, parent)
{
    return new orrery::speech::SpeechPage(host, parent);
}
