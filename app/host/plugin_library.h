// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QHash>
#include <QString>
#include <QTemporaryDir>

#include <memory>

class QObject;

namespace orrery {

/// Opens libraries of views. The system gives back what it has loaded when a file of the same name is opened again, so
/// that a rebuilt one would never be seen: libraries that may change are copied to a name of their own first.
///
/// No library is ever closed. Qt keeps pointers into them (types, meta-objects, queued calls), and a few hundred
/// kilobytes a rebuild are cheap.
/// Thread: interface.
class PluginLibraries
{
public:
    /// Loads the code. @return the object at its entry; null with a reason in `error`.
    QObject *open(const QString &file, bool mayChange, QString *error);
    /// The library that a later open() of this file must read anew.
    void changed(const QString &file) { m_copies.remove(file); }

    /// The copy that was opened last; empty: none.
    QString copyOf(const QString &file) const { return m_copies.value(file); }

private:
    std::unique_ptr<QTemporaryDir> m_folder; ///< the files may go while the code stays in memory
    QHash<QString, QString> m_copies;        ///< of the files that were opened
    int m_number = 0;
};

} // namespace orrery
