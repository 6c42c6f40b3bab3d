// SPDX-License-Identifier: Apache-2.0
#include "plugins/speech/view/live_figures.h"

#include "widgets/ranking/flow_layout.h"
#include "widgets/theme/theme.h"

#include <QLabel>
#include <QLocale>

#include <cmath>

namespace orrery::speech {

LiveFigures::LiveFigures(QWidget *parent) : QWidget(parent)
{
    setObjectName(QStringLiteral("figures"));
    setAccessibleName(tr("Figures of the stream"));
    auto *flow = new FlowLayout(this, 12);
    const std::array<QString, Count> help{
        tr("How long the microphone and the system hold sound back before this program gets it, as the device says."),
        tr("How long sound waited until there was enough of it to compute a unit: a unit covers 20 ms."),
        tr("How long the model took for the newest units."),
        tr("How long it took from a new unit to the picture that shows it."),
        tr("How much more has to be heard until nothing can change a unit any more. Until then it is hatched."),
        tr("How often a hatched unit became another one as more was heard, among the units that are settled by now. "
           "One "
           "unit may change several times."),
        tr("How long a unit was hatched on average, from its first appearance until it was settled."),
        tr("Sound that never arrived: the system, the device or this computer was too slow. Units around it are "
           "wrong."),
    };
    for (std::size_t i = 0; i < m_labels.size(); ++i) {
        m_labels[i] = new QLabel(this);
        m_labels[i]->setProperty("look", QStringLiteral("caption"));
        m_labels[i]->setTextFormat(Qt::PlainText);
        m_labels[i]->setToolTip(help[i]);
        m_labels[i]->setWhatsThis(help[i]);
        flow->addWidget(m_labels[i]);
    }
}

QString LiveFigures::text(Figure figure) const
{
    return m_labels[figure]->text();
}

void LiveFigures::show(const StreamFeed::Update &figures, double paintMs)
{
    const QLocale locale = this->locale();
    const auto ms = [&](double value) { return locale.toString(int(std::lround(value))); };
    const auto set = [this](Figure figure, const QString &text) {
        if (m_labels[figure]->text() != text)
            m_labels[figure]->setText(text);
    };
    set(Device, tr("device %1 ms").arg(ms(figures.deviceMs)));
    set(Ring, tr("waiting %1 ms").arg(ms(figures.ringMs)));
    set(Model, tr("model %1 ms").arg(ms(figures.modelMs)));
    set(Paint, tr("painting %1 ms").arg(ms(paintMs)));
    set(Context, tr("hatched for %1 ms").arg(ms(figures.contextMs)));
    set(Changed,
        tr("%1 changes in %2 units")
            .arg(locale.toString(qulonglong(figures.changed)), locale.toString(qulonglong(figures.settledUnits))));
    set(Settling, tr("settled after %1 ms").arg(ms(figures.settleMs)));
    set(Lost, figures.capture.overruns == 0 ? tr("0 lost")
              : figures.capture.overruns == 1
                  ? tr("sound lost once")
                  : tr("sound lost %1 times").arg(locale.toString(qulonglong(figures.capture.overruns))));
}

} // namespace orrery::speech
