// SPDX-License-Identifier: Apache-2.0
#include "widgets/notice_label.h"
#include "widgets/theme/theme.h"

#include <QTest>

using namespace orrery;
using Kind = NoticeLabel::Kind;

class NoticeLabelTest : public QObject
{
    Q_OBJECT

    /// Pixels left of the words that are not the ground.
    static int signPixels(NoticeLabel &label)
    {
        const QImage picture = label.grab().toImage();
        const int width = Theme::instance().px(16);
        int painted = 0;
        for (int y = 0; y < picture.height(); ++y)
            for (int x = 0; x < width; ++x)
                painted += picture.pixelColor(x, y) != picture.pixelColor(picture.width() - 1, picture.height() - 1);
        return painted;
    }

private Q_SLOTS:
    void aWarningHasASign()
    {
        NoticeLabel label(Kind::Warning);
        label.resize(300, 60);
        QCOMPARE(signPixels(label), 0); // nothing is said
        label.setText(QStringLiteral("Mind the gap"));
        QVERIFY(signPixels(label) > 20);
        QCOMPARE(label.property("look").toString(), QStringLiteral("warning"));
        label.setKind(Kind::Plain);
        QCOMPARE(label.property("look").toString(), QStringLiteral("caption"));
        QCOMPARE(label.contentsMargins().left(), 0);
        label.setKind(Kind::Warning);
        QVERIFY(signPixels(label) > 20);
    }

    void theSignStandsBesideTheFirstLine()
    {
        NoticeLabel label(Kind::Warning);
        label.setText(QStringLiteral("A sentence that is much too long for a single line of so narrow a label"));
        label.resize(140, label.heightForWidth(140) + 80);
        const auto firstRow = [&] {
            const QImage picture = label.grab().toImage();
            for (int y = 0; y < picture.height(); ++y)
                for (int x = 0; x < Theme::instance().px(16); ++x)
                    if (picture.pixelColor(x, y) != picture.pixelColor(picture.width() - 1, picture.height() - 1))
                        return y;
            return -1;
        };
        const int centred = firstRow();
        label.setAlignment(Qt::AlignTop | Qt::AlignLeft);
        const int top = firstRow();
        QVERIFY2(top >= 0 && top < label.fontMetrics().height(), qPrintable(QString::number(top)));
        QVERIFY2(std::abs(centred - top - 40) <= 1, qPrintable(QString("%1 %2").arg(centred).arg(top)));
    }
};

QTEST_MAIN(NoticeLabelTest)
#include "notice_label_test.moc"
