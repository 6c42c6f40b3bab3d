// SPDX-License-Identifier: Apache-2.0
#include "plugins/speech/view/model_title.h"

#include "engine/api/speech.h"

namespace orrery::speech {

QString modelTitle(const QString &model)
{
    // Names, the same in every language.
    if (model == QLatin1String(kUnitsModel))
        return QStringLiteral("HuBERT");
    if (model == QLatin1String(kWav2VecModel))
        return QStringLiteral("wav2vec 2.0");
    return model == QLatin1String(kMfcc) ? QStringLiteral("MFCC") : model.section(u'/', -1);
}

} // namespace orrery::speech
