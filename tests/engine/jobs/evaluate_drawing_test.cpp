// SPDX-License-Identifier: Apache-2.0
#include "tests/engine/jobs/drawing_models.h"
#include "tests/engine/training/real_world.h"

#include <QTest>

#include <map>

using namespace orrery;
using namespace orrery::training;

class EvaluateDrawingTest : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void initTestCase();
    void trustsItsOwnEyes();
    void givesTheSameFiguresTwice();
    void measuresCodesByWhatTheyKeep();
    void findsNothingInUntaughtModels_data();
    void findsNothingInUntaughtModels();
    void measuresThePartsAskedFor();
    void namesWhatItCannotMeasure_data();
    void namesWhatItCannotMeasure();

private:
    EvaluateRequest request(const std::string &model) const
    {
        EvaluateRequest request;
        request.model = model;
        request.data = training::test::realWorldFile();
        return request;
    }
    std::map<std::string, double> measures(const EvaluateRequest &request)
    {
        const auto result = m_engine.run(kEvaluate, request);
        if (!result) {
            QTest::qFail(result.error().message.c_str(), __FILE__, __LINE__);
            return {};
        }
        return {result->measures.begin(), result->measures.end()};
    }

    orrery::test::JobEngine m_engine{1};
    orrery::test::DrawingModels m_models;
};

void EvaluateDrawingTest::initTestCase()
{
    if (training::test::realWorldFile().empty())
        QSKIP(training::test::kNoRealWorld);
    const std::string error = m_models.make(m_engine);
    QVERIFY2(error.empty(), error.c_str());
}

void EvaluateDrawingTest::trustsItsOwnEyes()
{
    EvaluateRequest truth = request("picture-world");
    truth.prompts = 60;
    const auto found = measures(truth);
    for (const char *name : {"noun", "colour", "count", "position", "in the shape of, noun", "in the shape of, shape",
                             "made of, noun", "made of, shape", "sign of 1 letter", "sign of 4 letters"}) {
        QVERIFY2(found.count(name), name);
        QVERIFY2(found.at(name) >= 0.9, name); // of as few as six pictures; picture_checks_test has the bar
    }
    QVERIFY(!found.count("noun, best of 8")); // truth is not ranked
}

void EvaluateDrawingTest::givesTheSameFiguresTwice()
{
    EvaluateRequest codes = request(m_models.folder() + "/picture-dvae");
    codes.prompts = 10;
    QCOMPARE(measures(codes), measures(codes));
}

void EvaluateDrawingTest::measuresCodesByWhatTheyKeep()
{
    EvaluateRequest codes = request(m_models.folder() + "/picture-dvae");
    codes.prompts = 10;
    codes.parts = {"compositions"};
    const auto found = measures(codes);
    QVERIFY(found.at("reconstruction error") > 0.05); // after one step of training
    QVERIFY(found.at("codes used") > 0 && found.at("codes used") <= 1);
    QVERIFY(found.at("noun") < 0.3);
}

void EvaluateDrawingTest::findsNothingInUntaughtModels_data()
{
    QTest::addColumn<QString>("kind");
    QTest::newRow("tokens") << "picture-dalle";
    QTest::newRow("diffusion") << "picture-diffusion";
}

void EvaluateDrawingTest::findsNothingInUntaughtModels()
{
    QFETCH(QString, kind);
    EvaluateRequest drawing = request(m_models.folder() + "/" + kind.toStdString());
    drawing.prompts = 4;
    drawing.best = 2;
    drawing.parts = {"compositions"};
    const auto found = measures(drawing);
    QVERIFY(found.at("noun") < 0.5);
    QVERIFY(found.at("noun, best of 2") < 0.5);
    QVERIFY(!found.count("sign of 1 letter"));
}

void EvaluateDrawingTest::measuresThePartsAskedFor()
{
    EvaluateRequest truth = request("picture-world");
    truth.prompts = 10;
    truth.parts = {"signs"};
    const auto found = measures(truth);
    QCOMPARE(found.size(), std::size_t(4));
    QVERIFY(found.count("sign of 3 letters"));
}

void EvaluateDrawingTest::namesWhatItCannotMeasure_data()
{
    QTest::addColumn<QString>("part");
    QTest::addColumn<int>("prompts");
    QTest::addColumn<bool>("data");
    QTest::addColumn<QString>("words");
    QTest::newRow("unknown part") << "colours" << 10 << true << "\"colours\"";
    QTest::newRow("no prompts") << "signs" << 0 << true << "at least one prompt";
    QTest::newRow("no data") << "signs" << 10 << false << "--data";
}

void EvaluateDrawingTest::namesWhatItCannotMeasure()
{
    QFETCH(QString, part);
    QFETCH(int, prompts);
    QFETCH(bool, data);
    QFETCH(QString, words);
    EvaluateRequest truth = request("picture-world");
    truth.parts = {part.toStdString()};
    truth.prompts = prompts;
    if (!data)
        truth.data.clear();
    const QString message = orrery::test::messageOfFailure(m_engine.run(kEvaluate, truth));
    QVERIFY2(message.contains(words), qPrintable(message));
}

QTEST_GUILESS_MAIN(EvaluateDrawingTest)
#include "evaluate_drawing_test.moc"
