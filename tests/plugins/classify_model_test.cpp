// SPDX-License-Identifier: Apache-2.0
// The first minute with the real engine and the built-in model: the fox is found, and the prepared failures fail.
#include "engine/api/clip.h"
#include "engine/core/engine_thread.h"
#include "plugins/zero_shot/view/answer.h"
#include "plugins/zero_shot/view/failures_view.h"
#include "plugins/zero_shot/view/label_lists.h"
#include "widgets/theme/theme.h"

#include <QApplication>
#include <QFileInfo>
#include <QTest>

using namespace orrery;
using namespace orrery::zero_shot;

class ClassifyModelTest : public QObject
{
    Q_OBJECT

    EngineThread m_engine;
    const QString m_resources = QStringLiteral(ORRERY_SOURCE_DIR "/resources");

    Answer rank(const QString &picture, const QStringList &labels)
    {
        Question question;
        question.item = fileItem(m_resources + u'/' + picture);
        question.labels = labels;
        std::vector<PictureSource> sources(1);
        sources[0].path = question.item.path.toStdString();
        const auto result =
            m_engine.submit(clip::kClassify, toRequest(QStringLiteral("picture-clip"), question, sources, false))
                .wait();
        if (!result) {
            qWarning("%s", result.error().message.c_str());
            return {};
        }
        return toAnswer(question, *result, 0);
    }
    QStringList everyday() const { return readLines(m_resources + QStringLiteral("/labels/everyday_101.txt")); }

private Q_SLOTS:
    void initTestCase()
    {
        if (!QFileInfo::exists(m_resources + QStringLiteral("/models/picture-clip/model.safetensors")))
            QSKIP("the built-in model picture-clip is not there");
        m_engine.start({});
        const auto ready = m_engine.waitUntilReady();
        QVERIFY2(ready.has_value(), ready ? "" : ready.error().message.c_str());
    }

    void theFoxIsAFox()
    {
        const Answer answer = rank(QStringLiteral("examples/fox.png"), everyday());
        QCOMPARE(answer.pictureError, QString());
        QCOMPARE(answer.ranking.size(), 101);
        QCOMPARE(answer.ranking.entries.front().label, QStringLiteral("fox"));
        QVERIFY(!answer.unfamiliar());
    }

    void mostExamplesAreNamedRight()
    {
        int right = 0;
        int asked = 0;
        QStringList wrong;
        for (const char *name :
             {"bell", "cat", "cloud", "fish", "fox", "guitar", "house", "key", "rose", "star", "sun"}) {
            const Answer answer = rank(QStringLiteral("examples/%1.png").arg(QLatin1String(name)), everyday());
            ++asked;
            if (!answer.ranking.isEmpty() && answer.ranking.entries.front().label == QLatin1String(name))
                ++right;
            else
                wrong.append(QStringLiteral("%1: %2").arg(QLatin1String(name), answer.ranking.isEmpty()
                                                                                   ? QStringLiteral("nothing")
                                                                                   : headingText(answer.ranking, 0)));
        }
        qInfo("%d of %d examples right; %s", right, asked, qPrintable(wrong.join(QStringLiteral("; "))));
        QVERIFY2(right >= 7, qPrintable(wrong.join(u'\n')));
    }

    void thePreparedFailuresFail()
    {
        for (const Failure &failure : preparedFailures()) {
            const QStringList labels = labelsOf(failure, everyday());
            const Answer answer = rank(failure.picture, labels);
            QVERIFY2(!answer.ranking.isEmpty(), qPrintable(failure.id));
            for (int row = 0; row < std::min(5, answer.ranking.size()); ++row)
                qInfo("%s: %s", qPrintable(failure.id), qPrintable(headingText(answer.ranking, row)));
            const auto entry = [&](const char *label) {
                return answer.ranking.entries[answer.ranking.rowOf(QLatin1String(label))];
            };
            if (failure.id == QStringLiteral("photograph")) {
                qInfo("photograph: %s", answer.unfamiliar() ? "flagged as unfamiliar" : "not flagged");
                QVERIFY(!labels.contains(failure.trueLabel)); // no name fits, and still one stands out:
                QVERIFY2(answer.ranking.entries.front().share > 2.0 / answer.ranking.size(), "no name stands out");
            } else if (failure.id == QStringLiteral("not")) {
                QVERIFY2(entry("not a cat").share > 0.1, "“not a cat” gets next to nothing for a cat");
            } else {
                QVERIFY2(entry("dwelling").cosine < entry("house").cosine - 0.1,
                         "the unread word does as well as the read one");
                QVERIFY2(answer.unknownWords.contains(QStringLiteral("dwelling")),
                         "the model says that it read the word");
            }
        }
    }
};

QTEST_MAIN(ClassifyModelTest)
#include "classify_model_test.moc"
