// SPDX-License-Identifier: Apache-2.0
#include "plugins/zero_shot/view/label_lists.h"

#include <QFile>

namespace orrery::zero_shot {

namespace {
const QString kSetting = QStringLiteral("zero_shot/lists");
}

QStringList readLines(const QString &path)
{
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly | QIODevice::Text))
        return {};
    QStringList lines;
    for (const QString &line : QString::fromUtf8(file.readAll()).split(u'\n'))
        if (!line.trimmed().isEmpty())
            lines.append(line.trimmed());
    return lines;
}

ModelCard currentCard(const PluginHost &host)
{
    const std::string id = host.currentModel().toStdString();
    for (const ModelCard &card : host.modelCards())
        if (card.id == id)
            return card;
    ModelCard none;
    none.error = "No model for pictures and words is installed";
    return none;
}

LabelLists::LabelLists(PluginHost &host, QObject *parent)
    : QObject(parent), m_host(host),
      m_everyday(readLines(host.resourceFolder() + QStringLiteral("/labels/everyday_101.txt")))
{
    connect(&host, &PluginHost::currentModelChanged, this, &LabelLists::changed);
    connect(&host, &PluginHost::modelCardsChanged, this, &LabelLists::changed);
}

QStringList LabelLists::allNames() const
{
    const QString folder = QString::fromStdString(currentCard(m_host).folder);
    if (folder != m_namesFolder) {
        m_namesFolder = folder;
        m_names = folder.isEmpty() ? QStringList() : readLines(folder + QStringLiteral("/known_names.txt"));
    }
    return m_names;
}

QStringList LabelLists::ownTemplates() const
{
    const QString folder = QString::fromStdString(currentCard(m_host).folder);
    return folder.isEmpty() ? QStringList() : readLines(folder + QStringLiteral("/templates.txt"));
}

QList<LabelList> LabelLists::all() const
{
    QList<LabelList> lists;
    if (!m_everyday.isEmpty())
        lists.append({tr("Everyday names"), m_everyday, false});
    if (const QStringList names = allNames(); !names.isEmpty())
        lists.append({tr("All names the model knows"), names, false});
    const QVariantMap own = m_host.setting(kSetting).toMap();
    for (auto list = own.constBegin(); list != own.constEnd(); ++list)
        lists.append({list.key(), list.value().toStringList(), true});
    return lists;
}

QString LabelLists::titleOf(const QStringList &labels) const
{
    for (const LabelList &list : all())
        if (list.labels == labels)
            return list.title;
    return {};
}

void LabelLists::save(const QString &title, const QStringList &labels)
{
    QVariantMap own = m_host.setting(kSetting).toMap();
    own.insert(title, labels);
    m_host.setSetting(kSetting, own);
    Q_EMIT changed();
}

void LabelLists::remove(const QString &title)
{
    QVariantMap own = m_host.setting(kSetting).toMap();
    own.remove(title);
    m_host.setSetting(kSetting, own);
    Q_EMIT changed();
}

} // namespace orrery::zero_shot
