// SPDX-License-Identifier: Apache-2.0
#include "app/host/model_list.h"

#include <QCoreApplication>
#include <QPointer>
#include <QThreadPool>

#include <algorithm>

namespace orrery {

ModelList::ModelList(ModelCatalogue catalogue, QObject *parent) : QObject(parent), m_catalogue(std::move(catalogue)) {}

const ModelCard *ModelList::find(const QString &id) const
{
    const auto it = std::find_if(m_cards.begin(), m_cards.end(),
                                 [wanted = id.toStdString()](const ModelCard &card) { return card.id == wanted; });
    return it == m_cards.end() ? nullptr : &*it;
}

QString ModelList::firstOf(const QString &task) const
{
    for (const ModelCard &card : m_cards)
        if (card.error.empty() && QString::fromStdString(card.task) == task)
            return QString::fromStdString(card.id);
    return {};
}

void ModelList::refresh()
{
    const QPointer<ModelList> self(this);
    QThreadPool::globalInstance()->start([self, catalogue = m_catalogue] {
        auto cards = catalogue.list();
        QMetaObject::invokeMethod(
            qApp,
            [self, cards = std::move(cards)]() mutable {
                if (!self)
                    return;
                self->m_cards = std::move(cards);
                self->m_loaded = true;
                Q_EMIT self->changed();
            },
            Qt::QueuedConnection);
    });
}

void ModelList::verify(const QString &id, QObject *owner,
                       std::function<void(const ModelCatalogue::Verification &)> done)
{
    const QPointer<QObject> guard(owner);
    QThreadPool::globalInstance()->start([guard, catalogue = m_catalogue, id = id.toStdString(), done] {
        ModelCatalogue::Verification verification;
        try {
            verification = catalogue.verify(id);
        } catch (const std::exception &error) {
            verification.message = error.what();
        }
        QMetaObject::invokeMethod(
            qApp,
            [guard, verification, done] {
                if (guard)
                    done(verification);
            },
            Qt::QueuedConnection);
    });
}

} // namespace orrery
