// SPDX-License-Identifier: Apache-2.0
#include "plugins/text_to_image/view/failures.h"

#include <QCoreApplication>

namespace orrery::text_to_image {

namespace {
QString say(const char *text)
{
    return QCoreApplication::translate("TextToImage", text);
}
} // namespace

QList<PreparedFailure> preparedFailures()
{
    return {
        {QStringLiteral("word"), say("A word it never read"),
         say("“Vixen” is as right as “fox”, but stood in no caption that it learned from. What is drawn is left to "
             "chance, and looks no less sure of itself."),
         QStringLiteral("a red vixen")},
        {QStringLiteral("five"), say("Five of something"),
         say("It has seen one, two, three and four of a thing, never five. It learned four pictures of numbers and not "
             "how to count, so it draws some of them, not five."),
         QStringLiteral("five stars")},
        {QStringLiteral("sign"), say("A long word on a sign"),
         say("Signs it learned from had words of four letters at most. Letters are drawn as shapes that often stood "
             "there, not spelled: in a longer word they become marks that only look like writing."),
         QStringLiteral("a sign that says butterfly")},
    };
}

} // namespace orrery::text_to_image
