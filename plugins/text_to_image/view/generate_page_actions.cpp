// SPDX-License-Identifier: Apache-2.0
// What the page does besides drawing: taking and sending items, export, restoring, commands.
#include "plugins/text_to_image/view/generate_page.h"

#include "plugins/text_to_image/view/generate_state.h"

namespace orrery::text_to_image {

QString GeneratePage::dropText(const QList<ItemKind> &kinds) const
{
    return kinds.contains(ItemKind::Text) ? tr("Draw these words") : QString();
}

void GeneratePage::take(const QList<ItemId> &ids)
{
    const QList<Item> items = host().workspace().items(ids);
    for (const Item &item : items)
        if (item.kind == ItemKind::Text) {
            m_state->edit(tr("Draw dropped words"), [&](Parameters &p) { p.prompt = item.text.simplified(); });
            showPart(Pictures);
            draw();
            return;
        }
}

} // namespace orrery::text_to_image
