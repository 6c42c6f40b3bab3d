// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "plugins/text_to_image/view/sampler.h"

namespace orrery::text_to_image {

/// A picture that is looked into, with the request that makes it alone. The first take is the sample that was opened;
/// others went another way from somewhere in the middle of it.
struct Take
{
    SamplePointer sample; ///< null until something can be seen
    Parameters parameters;
    generate::GenerateRequest request;
    QString title;        ///< "Seed 3", "Again from tile 12"
    int steps = 0;        ///< that it is drawn in; 0: not known yet
    bool stopped = false; ///< not finished, and nobody draws it any more
};

/// The request that makes one sample of a drawing again, alone.
Take takeOf(const Drawing &drawing, const SamplePointer &sample);

} // namespace orrery::text_to_image
