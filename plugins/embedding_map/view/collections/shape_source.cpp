// SPDX-License-Identifier: Apache-2.0
#include "plugins/embedding_map/view/collections/shape_source.h"

#include "plugins/embedding_map/view/collections/array_collection.h"

namespace orrery {

void ShapeSource::begin()
{
    background().run([make = m_make](const Outside &) { return make(); },
                     [this](Result<MapCollection> shape) {
                         if (!shape) {
                             fail(shape.error());
                             return;
                         }
                         shape->id = id();
                         shape->title = title();
                         shape->item = itemsOf(*shape);
                         deliver(*shape, true);
                     });
}

} // namespace orrery
