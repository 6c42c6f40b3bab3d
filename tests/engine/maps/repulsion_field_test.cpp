// SPDX-License-Identifier: Apache-2.0
#include "engine/maps/repulsion_field.h"
#include "engine/runtime/generator.h"

#include <QTest>

#include <cmath>
#include <numbers>

using namespace orrery;
using namespace orrery::maps;

namespace {

constexpr const char *kInstructions[] = {"sse2", "avx2", "avx512"};

std::vector<float> cloud(std::int64_t count, double width)
{
    Generator generator(11);
    std::vector<float> positions;
    for (std::int64_t i = 0; i < 2 * count; ++i)
        positions.push_back(float(width * generator.normal()));
    return positions;
}

struct Forces
{
    std::vector<float> force;
    double mass = 0;
};

Forces byField(const std::vector<float> &positions, const Kernels &with)
{
    RepulsionField field(with);
    float corner[4] = {1e30F, 1e30F, -1e30F, -1e30F};
    for (std::size_t i = 0; i < positions.size(); ++i) {
        corner[i % 2] = std::min(corner[i % 2], positions[i]);
        corner[2 + i % 2] = std::max(corner[2 + i % 2], positions[i]);
    }
    const auto count = std::int64_t(positions.size() / 2);
    field.prepare(corner[0], corner[1], corner[2], corner[3]);
    while (!field.ready())
        field.prepareStep();
    field.spread(positions.data(), count);
    for (int phase = 0; phase < RepulsionField::kPhases; ++phase)
        for (std::int64_t chunk = 0; chunk < field.chunksOfPhase(phase); ++chunk)
            field.run(phase, chunk);
    Forces result{std::vector<float>(positions.size()), field.mass()};
    field.gather(positions.data(), 0, count, result.force.data());
    return result;
}

/// Pair by pair, in double precision.
Forces byPairs(const std::vector<float> &positions)
{
    Forces result{std::vector<float>(positions.size()), 0};
    for (std::size_t i = 0; i < positions.size(); i += 2) {
        double x = 0, y = 0;
        for (std::size_t j = 0; j < positions.size(); j += 2) {
            const double dx = double(positions[i]) - double(positions[j]);
            const double dy = double(positions[i + 1]) - double(positions[j + 1]);
            const double near = 1 / (1 + dx * dx + dy * dy);
            result.mass += near;
            x += near * near * dx;
            y += near * near * dy;
        }
        result.force[i] = float(x);
        result.force[i + 1] = float(y);
    }
    return result;
}

double relativeError(const std::vector<float> &found, const std::vector<float> &expected)
{
    double difference = 0, size = 0;
    for (std::size_t i = 0; i < found.size(); ++i) {
        difference += std::pow(double(found[i]) - double(expected[i]), 2);
        size += std::pow(double(expected[i]), 2);
    }
    return std::sqrt(difference / size);
}

} // namespace

class RepulsionFieldTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void transformsAreThoseOfTheDefinition_data();
    void transformsAreThoseOfTheDefinition();
    void forcesAreThoseOfAllPairs_data();
    void forcesAreThoseOfAllPairs();
    void pairsAtOnceAreThoseOfAllPairs();
};

void RepulsionFieldTest::transformsAreThoseOfTheDefinition_data()
{
    QTest::addColumn<QString>("instructions");
    QTest::addColumn<int>("length");
    for (const char *name : kInstructions)
        for (const int length : {2, 3, 4, 5, 60, 160, 450})
            QTest::addRow("%s, %d", name, length) << name << length;
}

void RepulsionFieldTest::transformsAreThoseOfTheDefinition()
{
    QFETCH(QString, instructions);
    QFETCH(int, length);
    const Kernels *with = kernelsNamed(qPrintable(instructions));
    if (!with)
        QSKIP("This processor lacks these instructions");
    Generator generator(3);
    const auto size = std::size_t(length * kFftLanes);
    std::vector<float> re(size), im(size), otherRe(size), otherIm(size);
    for (std::size_t i = 0; i < size; ++i) {
        re[i] = float(generator.normal());
        im[i] = float(generator.normal());
    }
    const std::vector<float> givenRe = re, givenIm = im;
    const FftPlan plan(length);
    const bool other = with->transform(plan.table(), re.data(), im.data(), otherRe.data(), otherIm.data());
    for (const std::size_t lane : {std::size_t(0), std::size_t(kFftLanes - 1)})
        for (std::size_t k = 0; k < std::size_t(length); ++k) {
            double expectedRe = 0, expectedIm = 0;
            for (std::size_t j = 0; j < std::size_t(length); ++j) {
                const double angle = -2 * std::numbers::pi * double(j * k % std::size_t(length)) / length;
                const auto a = double(givenRe[j * kFftLanes + lane]), b = double(givenIm[j * kFftLanes + lane]);
                expectedRe += a * std::cos(angle) - b * std::sin(angle);
                expectedIm += a * std::sin(angle) + b * std::cos(angle);
            }
            QVERIFY(std::abs(double((other ? otherRe : re)[k * kFftLanes + lane]) - expectedRe) < 1e-5 * length);
            QVERIFY(std::abs(double((other ? otherIm : im)[k * kFftLanes + lane]) - expectedIm) < 1e-5 * length);
        }
}

void RepulsionFieldTest::forcesAreThoseOfAllPairs_data()
{
    QTest::addColumn<QString>("instructions");
    QTest::addColumn<double>("width");
    for (const char *name : kInstructions)
        for (const double width : {1e-4, 0.3, 10.0, 40.0})
            QTest::addRow("%s, %g wide", name, width) << name << width;
}

void RepulsionFieldTest::forcesAreThoseOfAllPairs()
{
    QFETCH(QString, instructions);
    QFETCH(double, width);
    const Kernels *with = kernelsNamed(qPrintable(instructions));
    if (!with)
        QSKIP("This processor lacks these instructions");
    const std::vector<float> positions = cloud(3000, width);
    const Forces found = byField(positions, *with), expected = byPairs(positions);
    const double error = relativeError(found.force, expected.force);
    qInfo("relative error of the forces %g, of the mass %g", error, found.mass / expected.mass - 1);
    // A few points in wide space are the worst there is: each feels one or two others and the grid's unevenness most.
    QVERIFY2(error < (width > 1 ? 2e-2 : 1e-6), qPrintable(QString::number(error)));
    QVERIFY(std::abs(found.mass / expected.mass - 1) < 2e-3);
}

void RepulsionFieldTest::pairsAtOnceAreThoseOfAllPairs()
{
    const std::vector<float> positions = cloud(333, 3);
    const Forces expected = byPairs(positions);
    std::vector<float> x(336, 1e18F), y(336, 1e18F), masses(333);
    for (std::size_t i = 0; i < 333; ++i) {
        x[i] = positions[2 * i];
        y[i] = positions[2 * i + 1];
    }
    for (const char *name : kInstructions)
        if (const Kernels *with = kernelsNamed(name)) {
            std::vector<float> force(positions.size());
            with->repelAll(x.data(), y.data(), 336, positions.data(), 0, 333, force.data(), masses.data());
            QVERIFY(relativeError(force, expected.force) < 1e-5);
            double mass = 0;
            for (const float part : masses)
                mass += double(part);
            QVERIFY(std::abs(mass / expected.mass - 1) < 1e-6);
        }
}

QTEST_GUILESS_MAIN(RepulsionFieldTest)
#include "repulsion_field_test.moc"
