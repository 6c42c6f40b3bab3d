// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/models/weights.h"

#include <ATen/ATen.h>
#include <QTest>

#include <cstdint>
#include <string>

namespace orrery::training::test {

/// To the end of a step, slice by slice.
template <class AnyTrainer>
void run(AnyTrainer &trainer, std::int64_t untilStep)
{
    while (trainer.step() < untilStep || !trainer.betweenSteps())
        QVERIFY(trainer.advance());
}

/// A run that is cut in two by a checkpoint ends with the bits of one that was not.
/// @param make  makes the same fresh trainer whenever it is called
template <class MakeTrainer>
void compareResumed(const MakeTrainer &make, const std::string &file)
{
    const auto whole = make();
    run(*whole, 2);
    whole->save(file);
    run(*whole, 4);
    const auto resumed = make();
    resumed->restore(file);
    QCOMPARE(resumed->step(), std::int64_t(2));
    run(*resumed, 4);
    QCOMPARE(resumed->loss(), whole->loss());
    const Weights expected = whole->finished(), found = resumed->finished();
    QCOMPARE(found.size(), expected.size());
    for (const auto &[name, weight] : found)
        QVERIFY2(at::equal(weight, weightOf(expected, name)), name.c_str());
}

} // namespace orrery::training::test
