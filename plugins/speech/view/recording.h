// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/api/speech.h"
#include "orrery/item.h"

#include <QString>
#include <QStringList>

#include <memory>
#include <vector>

namespace orrery::speech {

/// Which units: those of a model, with a codebook of its.
struct UnitKind
{
    QString model = QLatin1String(kUnitsModel); ///< built-in id, folder, or kMfcc
    int codebook = 100;                         ///< units that there are
    bool fast = false;                          ///< heard in coarser numbers (Precision::Fast)

    /// Asks for these units.
    template <typename Request>
    void putInto(Request &request) const
    {
        request.model = model.toStdString();
        request.codebook = codebook;
        request.precision = fast ? Precision::Fast : Precision::Exact;
    }

    /// Does a number mean the same unit in both? In coarser numbers it does, by and large; elsewhere it does not.
    bool namesUnitsAs(const UnitKind &other) const { return model == other.model && codebook == other.codebook; }
    bool operator==(const UnitKind &) const = default;
};

/// The units of one sound, one a frame.
struct UnitList
{
    UnitKind kind;
    std::vector<int> units;
    std::vector<HeardLetter> letters; ///< what the model reads; none where it cannot
    double hopMs = 20;
    double firstMs = 0; ///< middle of the first frame

    /// Where frame i begins; it lasts `hopMs`.
    double beginSeconds(std::int64_t frame) const { return (firstMs + hopMs * (double(frame) - 0.5)) / 1000; }
};

/// One sound at hand, and the units that the chosen model hears in it. A value; copies share their data.
struct Recording
{
    ItemId item; ///< of the workspace
    QString name;
    Samples samples; ///< null while it is read
    SoundFacts facts;
    QString error;                         ///< not empty: it cannot be used; one sentence
    QStringList notes;                     ///< what is worth knowing of it: "clipped in 12 places"
    std::shared_ptr<const UnitList> units; ///< null while they are not known

    double seconds() const { return samples ? double(samples->size()) / kSoundRate : 0; }
};

} // namespace orrery::speech
