// SPDX-License-Identifier: Apache-2.0
#include "plugins/embedding_map/view/collections/digits_source.h"

#include "plugins/embedding_map/view/collections/digits.h"

namespace orrery {

namespace {

/// Larger, so that a page for pictures has something to show.
constexpr int kItemSide = 4 * kDigitSide;

} // namespace

DigitsSource::DigitsSource() : KeptSource(QStringLiteral("digits"), tr("Digits"))
{
    background().drawsText();
}

QString DigitsSource::summary() const
{
    return tr("0 to 9 in the typefaces of this computer, as pixels");
}

void DigitsSource::begin()
{
    Q_EMIT progress(-1, tr("Drawing digits"));
    background().run(drawDigits, [this](Result<MapCollection> digits) {
        if (!digits) {
            fail(digits.error());
            return;
        }
        digits->id = id();
        digits->title = title();
        digits->item = [names = digits->names, picture = digits->thumbnail](std::int64_t row) {
            const QString name = names.value(row);
            Item item =
                pictureItem(picture(row).scaled(kItemSide, kItemSide, Qt::IgnoreAspectRatio, Qt::SmoothTransformation),
                            name, QJsonObject{{QStringLiteral("source"), QStringLiteral("made")}});
            item.trueLabel = name.left(1);
            return item;
        };
        deliver(*digits, true);
    });
}

} // namespace orrery
