// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QJsonObject>
#include <QJsonValue>
#include <QMap>
#include <QString>
#include <QStringList>

class QWidget;

namespace orrery {

/// Numbers on a page as they stand on the screen, by what they belong to: {"fox": {"share": 0.73, "cosine": 0.871}}.
/// Numbers of the page itself belong to "".
using Readings = QMap<QString, QMap<QString, double>>;

/// A page that others can play: by named actions, named numbers and named controls. Lessons do; the page knows nothing
/// of them, and they nothing of its insides. Return one from Page::playable().
///
///     QString refusal(const QString &action, const QJsonValue &value) const override
///     {
///         if (action == "brightness")
///             return value.isDouble() ? QString() : tr("expected a number");
///         return noSuchAction(action);
///     }
///
/// Actions change the workspace as the user's own hands would, and nothing that outlives the program: what was there
/// before can then be put back (Workspace::bringBack, setView). They take effect at once; results come later.
/// Thread: interface.
class Playable
{
public:
    virtual ~Playable() = default;

    /// Names that refusal() and act() take.
    virtual QStringList actions() const = 0;
    /// @return why this cannot be done here, as the end of a sentence: "examples/fix.png is not there"; empty: it can.
    /// Changes nothing.
    virtual QString refusal(const QString &action, const QJsonValue &value) const = 0;
    /// Does what refusal() has nothing against.
    virtual void act(const QString &action, const QJsonValue &value) = 0;

    /// Has everything arrived that was asked for? False as soon as act() returns, if it asked for something.
    virtual bool settled() const = 0;
    /// Why there is no result, in a sentence; empty while there is one or one may still come.
    virtual QString trouble() const = 0;
    /// The numbers on the screen.
    virtual Readings readings() const = 0;
    /// Shows these numbers instead of its own, until something else is asked for.
    virtual void showReadings(const Readings &readings) = 0;
    /// A number as this page writes it: "share", 0.734 → "73 %".
    virtual QString numberText(const QString &quantity, double value) const = 0;

    /// Names that control() takes.
    virtual QStringList controls() const = 0;
    /// Where a class should look; null when there is none of that name. May be hidden.
    virtual QWidget *control(const QString &name) const = 0;

    /// What the page shows that the workspace does not keep: the tab in front, an open pad. An empty one: as it is at
    /// first.
    virtual QJsonObject view() const { return {}; }
    virtual void setView(const QJsonObject &view) { Q_UNUSED(view) }

protected:
    /// "there is no action …; expected one of …".
    QString noSuchAction(const QString &action) const;
    /// "expected one of …", unless the value is one of these words.
    static QString refusalUnlessOneOf(const QJsonValue &value, const QStringList &words);
};

} // namespace orrery
