// SPDX-License-Identifier: Apache-2.0
// What the host promises of every job, whichever plugin asks for it.
#include "tests/plugins/fake_host.h"

#include <QTest>

using namespace orrery;

class PluginHostTest : public QObject
{
    Q_OBJECT

private:
    std::unique_ptr<test::FakeHost> m_host;

    JobControl classify(QObject *owner, int &answers)
    {
        clip::ClassifyRequest request;
        request.labels = {"fox"};
        request.pictures.resize(1);
        return m_host->submit(owner, clip::kClassify, std::move(request), {},
                              [&answers](const Result<clip::ClassifyResult> &) { ++answers; });
    }

private Q_SLOTS:
    void initTestCase()
    {
        test::registerFakeClip();
        m_host = std::make_unique<test::FakeHost>();
    }
    void cleanup() { test::FakeClip::instance().hold = false; }

    void aJobWhoseOwnerIsGoneIsCancelled()
    {
        test::FakeClip::instance().hold = true;
        auto owner = std::make_unique<QObject>();
        QObject other;
        int answers = 0, others = 0;
        const JobControl job = classify(owner.get(), answers), kept = classify(&other, others);
        QTRY_COMPARE(job.record().state, JobState::Running);
        owner.reset();
        QTRY_VERIFY(job.finished());
        QCOMPARE(job.record().state, JobState::Cancelled);
        test::FakeClip::instance().hold = false;
        QTRY_COMPARE(others, 1);
        QCOMPARE(kept.record().state, JobState::Done);
        QCOMPARE(answers, 0);
    }

    void anOwnerKeepsNothingOfJobsThatEnded()
    {
        // One that asks twenty times a second, as live pages do, must not carry every job that it ever asked for.
        struct Owner : QObject
        {
            int listeners() const { return receivers(SIGNAL(destroyed(QObject *))); }
        } owner;
        const int before = owner.listeners();
        int answers = 0;
        for (int i = 0; i < 5; ++i)
            classify(&owner, answers);
        QTRY_COMPARE(answers, 5);
        QCOMPARE(owner.listeners(), before);
    }
};

QTEST_MAIN(PluginHostTest)
#include "plugin_host_test.moc"
