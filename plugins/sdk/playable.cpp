// SPDX-License-Identifier: Apache-2.0
#include "orrery/playable.h"

#include <QCoreApplication>

namespace orrery {

QString Playable::noSuchAction(const QString &action) const
{
    return QCoreApplication::translate("Playable", "there is no action \"%1\"; expected one of %2")
        .arg(action, actions().join(QStringLiteral(", ")));
}

QString Playable::refusalUnlessOneOf(const QJsonValue &value, const QStringList &words)
{
    if (value.isString() && words.contains(value.toString()))
        return {};
    return QCoreApplication::translate("Playable", "expected one of %1").arg(words.join(QStringLiteral(", ")));
}

} // namespace orrery
