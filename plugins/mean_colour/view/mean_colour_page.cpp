// SPDX-License-Identifier: Apache-2.0
// Qt and the SDK, no LibTorch.
#include "plugins/mean_colour/mean_colour.h"

#include "orrery/plugin.h"
#include "widgets/error_card.h"

#include <QLabel>
#include <QPainter>
#include <QStackedLayout>
#include <QVBoxLayout>

namespace orrery::mean_colour {

namespace {

QColor toColour(const std::array<double, 3> &mean)
{
    return QColor::fromRgbF(float(mean[0]), float(mean[1]), float(mean[2]));
}

/// A rounded field of one colour.
class Swatch final : public QWidget
{
public:
    explicit Swatch(QWidget *parent) : QWidget(parent) { setFixedHeight(160); }
    void setColour(const QColor &colour)
    {
        m_colour = colour;
        update();
    }

private:
    void paintEvent(QPaintEvent *) override
    {
        QPainter painter(this);
        painter.setRenderHint(QPainter::Antialiasing);
        painter.setPen(Theme::instance().colours().line);
        painter.setBrush(m_colour);
        painter.drawRoundedRect(QRectF(rect()).adjusted(0.5, 0.5, -0.5, -0.5), 6, 6);
    }
    QColor m_colour;
};

class MeanColourPage final : public Page
{
public:
    MeanColourPage(PluginHost &host, QWidget *parent) : Page(host, parent)
    {
        auto *empty = new EmptyState(tr("Select a picture, or drop one here, to see the average of its colours."));
        empty->addButton(tr("Try the fox"), [this] { useExample(); });

        auto *result = new QWidget;
        m_name = new QLabel(result);
        m_name->setProperty("look", "title");
        m_swatch = new Swatch(result);
        m_swatch->setAccessibleName(tr("Mean colour"));
        m_hex = new QLabel(result);
        m_hex->setProperty("look", "answer");
        m_hex->setTextInteractionFlags(Qt::TextSelectableByMouse);
        m_spread = new QLabel(result);
        m_spread->setProperty("look", "muted");
        m_spread->setWordWrap(true);
        m_error = new ErrorCard(result);
        auto *column = new QVBoxLayout(result);
        column->setContentsMargins(24, 24, 24, 24);
        column->setSpacing(16);
        for (QWidget *widget : std::initializer_list<QWidget *>{m_name, m_error, m_swatch, m_hex, m_spread})
            column->addWidget(widget);
        column->addStretch();

        m_stack = new QStackedLayout(this);
        m_stack->addWidget(empty);
        m_stack->addWidget(result);
        connect(&host.workspace(), &Workspace::selectionChanged, this, &MeanColourPage::measure);
    }

    QString dropText(const QList<ItemKind> &kinds) const override
    {
        return kinds.contains(ItemKind::Picture) || kinds.contains(ItemKind::Sample) ? tr("Average the colours")
                                                                                     : QString();
    }
    void shown() override
    {
        m_shown = true;
        measure();
    }
    void hidden() override { m_shown = false; }

private:
    void useExample()
    {
        Workspace &workspace = host().workspace();
        workspace.beginMacro(tr("Add the fox"));
        workspace.select({workspace.add(fileItem(host().resourceFolder() + QStringLiteral("/examples/fox.png")))});
        workspace.endMacro();
    }

    void measure()
    {
        if (!m_shown)
            return;
        const Item item = host().workspace().selectedPicture();
        m_stack->setCurrentIndex(item.isNull() ? 0 : 1);
        if (item.isNull())
            return;
        m_name->setText(item.name);
        host().submit(this, // cancelled when the page is gone
                      kMean, {.picture = toSource(item)},
                      {.lane = Lane::Interactive, .title = tr("Mean colour").toStdString(), .channel = "mean_colour"},
                      [this](const Result<MeanResult> &result) { show(result); });
    }

    void show(const Result<MeanResult> &result)
    {
        if (!result && (result.error().code == ErrorCode::Cancelled))
            return; // a newer selection took its place
        m_error->clear();
        m_swatch->setVisible(result.has_value());
        m_hex->setVisible(result.has_value());
        m_spread->setVisible(result.has_value());
        if (!result) {
            m_error->showError(result.error());
            return;
        }
        const QColor colour = toColour(result->mean);
        m_swatch->setColour(colour);
        m_hex->setText(colour.name().toUpper());
        const double spread = (result->deviation[0] + result->deviation[1] + result->deviation[2]) / 3;
        m_spread->setText(tr("Red %1, green %2, blue %3 of 255. %4")
                              .arg(colour.red())
                              .arg(colour.green())
                              .arg(colour.blue())
                              .arg(spread < 0.1 ? tr("Its pixels lie close to this colour.")
                                                : tr("Its pixels lie far apart, so few of them look like this.")));
    }

    QStackedLayout *m_stack;
    QLabel *m_name, *m_hex, *m_spread;
    Swatch *m_swatch;
    ErrorCard *m_error;
    bool m_shown = false;
};

} // namespace

} // namespace orrery::mean_colour

ORRERY_PLUGIN(host, parent)
{
    return new orrery::mean_colour::MeanColourPage(host, parent);
}
