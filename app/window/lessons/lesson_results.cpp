// SPDX-License-Identifier: Apache-2.0
// What a machine computed in a lesson: stored beside it, and compared with.
#include "app/window/lessons/lesson.h"
#include "engine/core/error.h"
#include "engine/files/atomic_file.h"

#include <QCoreApplication>
#include <QJsonDocument>
#include <QJsonObject>

#include <cmath>

namespace orrery {

namespace {
QString sayResult(const char *text)
{
    return QCoreApplication::translate("Lesson", text);
}
} // namespace

QString writeResults(const Lesson &lesson, const QMap<QString, Readings> &byStep)
{
    // Four digits: finer than any tolerance worth having, and the file stays readable.
    const auto rounded = [](double value) { return std::round(value * 1e4) / 1e4; };
    QJsonObject steps;
    for (auto step = byStep.begin(); step != byStep.end(); ++step) {
        QJsonObject subjects;
        for (auto subject = step->begin(); subject != step->end(); ++subject) {
            QJsonObject numbers;
            for (auto number = subject->begin(); number != subject->end(); ++number)
                numbers.insert(number.key(), rounded(number.value()));
            subjects.insert(subject.key(), numbers);
        }
        steps.insert(step.key(), subjects);
    }
    const QJsonObject results{{QStringLiteral("model"), lesson.model}, {QStringLiteral("steps"), steps}};
    try {
        AtomicFile file(QString(lesson.folder + u'/' + QLatin1String(kResultsFile)).toStdString());
        file.write(QJsonDocument(results).toJson().toStdString());
        file.commit();
    } catch (const Exception &problem) {
        return QString::fromUtf8(problem.what());
    }
    return {};
}

QStringList differences(const Readings &stored, const Readings &measured, const Tolerance &tolerance,
                        const Playable &text)
{
    QStringList lines;
    for (auto subject = stored.begin(); subject != stored.end(); ++subject)
        for (auto number = subject->begin(); number != subject->end(); ++number) {
            if (!tolerance.contains(number.key()))
                continue;
            const auto here = measured.find(subject.key());
            const QString what =
                subject.key().isEmpty() ? number.key() : sayResult("%1 of %2").arg(number.key(), subject.key());
            const QString then = text.numberText(number.key(), number.value());
            if (here == measured.end() || !here->contains(number.key()))
                lines.append(sayResult("%1: not shown here, %2 stored").arg(what, then));
            else if (!(std::fabs(here->value(number.key()) - number.value()) <= tolerance.value(number.key())))
                lines.append(sayResult("%1: %2 here, %3 stored")
                                 .arg(what, text.numberText(number.key(), here->value(number.key())), then));
        }
    return lines;
}

} // namespace orrery
