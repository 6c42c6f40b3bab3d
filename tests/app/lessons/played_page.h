// SPDX-License-Identifier: Apache-2.0
// A page that can be played, by rules a test can foresee: a list of names in the workspace, the share of each one part
// of as many, its cosine its length in tenths.
#pragma once

#include "orrery/page.h"
#include "orrery/playable.h"
#include "orrery/plugin_host.h"
#include "orrery/workspace.h"

#include <QJsonArray>

namespace orrery::test {

class PlayedPage final : public Page, public Playable
{
public:
    explicit PlayedPage(PluginHost &host) : Page(host) {}
    Playable *playable() override { return this; }

    QStringList names() const { return host().workspace().value(QStringLiteral("played/names")).toStringList(); }
    void setNames(const QStringList &names)
    {
        host().workspace().setValue(QStringLiteral("played/names"), names, QStringLiteral("Change the names"));
        shown = {};
    }

    QStringList actions() const override { return {QStringLiteral("names"), QStringLiteral("add")}; }
    QString refusal(const QString &action, const QJsonValue &value) const override
    {
        if (action == QLatin1String("names"))
            return value.isArray() ? QString() : QStringLiteral("expected a list");
        if (action == QLatin1String("add"))
            return value.isString() ? QString() : QStringLiteral("expected a name");
        return noSuchAction(action);
    }
    void act(const QString &action, const QJsonValue &value) override
    {
        ++acted;
        QStringList all = action == QLatin1String("add") ? names() : QStringList();
        if (action == QLatin1String("add"))
            all.append(value.toString());
        for (const QJsonValue &name : value.toArray())
            all.append(name.toString());
        setNames(all);
    }
    bool settled() const override { return !hold; }
    QString trouble() const override { return problem; }
    Readings readings() const override
    {
        if (!shown.isEmpty())
            return shown;
        Readings readings;
        for (const QString &name : names())
            readings[name] = {{QStringLiteral("share"), 1.0 / double(names().size())},
                              {QStringLiteral("cosine"), double(name.size()) / 10}};
        return readings;
    }
    void showReadings(const Readings &readings) override { shown = readings; }
    QString numberText(const QString &, double value) const override { return QString::number(value, 'f', 2); }
    QStringList controls() const override { return {QStringLiteral("list")}; }
    QWidget *control(const QString &) const override { return const_cast<PlayedPage *>(this); }
    QJsonObject view() const override { return {{QStringLiteral("tab"), tab}}; }
    void setView(const QJsonObject &view) override { tab = view.value(QStringLiteral("tab")).toInt(); }

    bool hold = false; ///< results do not come
    QString problem;
    Readings shown; ///< not empty: instead of its own
    int tab = 0;
    int acted = 0;
};

} // namespace orrery::test
