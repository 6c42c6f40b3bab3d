// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "widgets/scatter/internal/density.h"
#include "widgets/scatter/internal/point_grid.h"

#include <mutex>

class QObject;

namespace orrery {

/// Makes the index and the density of a view on a thread of a pool, one task at a time, and brings them to the thread
/// of the receiver; nothing comes any more once it is forgotten.
class ScatterWorker : public std::enable_shared_from_this<ScatterWorker>
{
public:
    struct Task
    {
        ScatterPositions positions;
        PointLooks looks;
        PointOrder order;  ///< null: to be made
        bool grid = false; ///< to be made
        QRectF region;     ///< null: no density
        QSize bins;
        double cover = 0; ///< share of a bin that one point covers
    };
    struct Result
    {
        ScatterPositions positions;
        PointOrder order;
        std::shared_ptr<const PointGrid> grid;
        QImage density;
        QRectF region;
    };

    explicit ScatterWorker(QObject *receiver) : m_receiver(receiver) {}

    /// `done` is called on the receiver's thread. Thread: the receiver's.
    void start(Task task, std::function<void(Result)> done);
    void forget();

private:
    std::mutex m_mutex;
    QObject *m_receiver;
};

} // namespace orrery
