// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <ATen/Parallel.h>

namespace orrery {

/// Computes on one thread while it lives. Keep it inside one piece of a forward pass: the runtime sets threads anew at
/// every step, and no guard lives across a suspension.
///
/// A product over two threads is cut in two along whatever dimension the BLAS likes, so its last bits change with the
/// number of threads, and MKL's reproducible modes do not help (measured on an EPYC: MKL_CBWR=AVX2,STRICT agrees for 1
/// and 2 threads and differs for 3; COMPATIBLE differs for all). One picture or one text is small enough for one
/// thread: handing pieces of a layer of 200 µs to a second thread costs more than it saves when the machine is busy.
class OneThread
{
public:
    OneThread() : m_before(at::get_num_threads())
    {
        if (m_before != 1)
            at::set_num_threads(1);
    }
    ~OneThread()
    {
        if (m_before != 1)
            at::set_num_threads(m_before);
    }
    OneThread(const OneThread &) = delete;
    OneThread &operator=(const OneThread &) = delete;

private:
    int m_before;
};

} // namespace orrery
