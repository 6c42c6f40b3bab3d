// SPDX-License-Identifier: Apache-2.0
#include "plugins/text_to_image/view/mask_pad.h"

#include "widgets/sketch/sketch_canvas.h"
#include "widgets/theme/theme.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QSlider>
#include <QToolButton>
#include <QVBoxLayout>

namespace orrery::text_to_image {

namespace {
const QColor kPaint(0x0B, 0x6B, 0xCB); // both themes: it lies on a picture, not on the ground
} // namespace

MaskPad::MaskPad(QWidget *parent)
    : QWidget(parent), m_canvas(new SketchCanvas(this)), m_brush(new QToolButton(this)),
      m_eraser(new QToolButton(this)), m_size(new QSlider(Qt::Horizontal, this)),
      m_done(new QPushButton(tr("Draw it anew"), this))
{
    setObjectName(QStringLiteral("maskPad"));
    m_canvas->setObjectName(QStringLiteral("maskCanvas"));
    m_canvas->setAccessibleName(tr("Paint over what is to be drawn anew"));
    m_canvas->setColour(kPaint);
    m_canvas->setTool(SketchCanvas::Tool::Pencil);
    auto *story =
        new QLabel(tr("Paint over what is to be drawn anew. What the prompt says is drawn there, and the rest "
                      "stays as it is."),
                   this);
    story->setWordWrap(true);
    story->setProperty("look", QStringLiteral("caption"));
    const auto setUp = [&](QToolButton *button, const QString &name, SketchCanvas::Tool tool) {
        button->setText(name);
        button->setAccessibleName(name);
        button->setCheckable(true);
        button->setAutoExclusive(true);
        button->setFocusPolicy(Qt::StrongFocus);
        connect(button, &QToolButton::clicked, this, [this, tool] { m_canvas->setTool(tool); });
    };
    setUp(m_brush, tr("Brush"), SketchCanvas::Tool::Pencil);
    setUp(m_eraser, tr("Eraser"), SketchCanvas::Tool::Eraser);
    m_brush->setChecked(true);
    m_size->setAccessibleName(tr("Size of the brush"));
    m_size->setToolTip(tr("Size of the brush"));
    m_size->setRange(12, 140);
    m_size->setValue(60);
    m_size->setMaximumWidth(Theme::instance().px(140));
    m_canvas->setPenSize(m_size->value());
    auto *clear = new QPushButton(tr("Clear"), this);
    clear->setAccessibleName(tr("Clear the mask"));
    auto *cancel = new QPushButton(tr("Cancel"), this);
    cancel->setAccessibleName(cancel->text());
    m_done->setObjectName(QStringLiteral("maskDone"));
    m_done->setAccessibleName(m_done->text());
    m_done->setProperty("look", QStringLiteral("primary"));

    auto *tools = new QHBoxLayout;
    tools->setSpacing(8);
    tools->addWidget(m_brush);
    tools->addWidget(m_eraser);
    tools->addWidget(m_size);
    tools->addWidget(clear);
    tools->addStretch();
    tools->addWidget(cancel);
    tools->addWidget(m_done);
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(8);
    column->addWidget(story);
    column->addWidget(m_canvas, 1);
    column->addLayout(tools);
    m_canvas->setMinimumHeight(140);
    connect(m_size, &QSlider::valueChanged, this, [this](int size) { m_canvas->setPenSize(size); });
    connect(clear, &QPushButton::clicked, m_canvas, &SketchCanvas::clear);
    connect(cancel, &QPushButton::clicked, this, &MaskPad::cancelled);
    connect(m_done, &QPushButton::clicked, this, [this] { Q_EMIT finished(mask()); });
}

void MaskPad::begin(const QImage &picture, const QImage &mask)
{
    m_picture = picture.size();
    m_canvas->setUnderlay(picture);
    QImage painted(SketchCanvas::kSide, SketchCanvas::kSide, QImage::Format_RGB32);
    painted.fill(Qt::white);
    if (!mask.isNull()) {
        const QImage large = mask.scaled(painted.size(), Qt::IgnoreAspectRatio, Qt::FastTransformation);
        for (int y = 0; y < painted.height(); ++y)
            for (int x = 0; x < painted.width(); ++x)
                if (qGray(large.pixel(x, y)) > 127)
                    painted.setPixel(x, y, kPaint.rgb());
    }
    m_canvas->setImage(painted);
    m_canvas->setFocus();
}

QImage MaskPad::mask() const
{
    if (m_canvas->isBlank() || m_picture.isEmpty())
        return {};
    // A pixel of the picture is made anew when most of it was painted over.
    const QImage small = m_canvas->image().scaled(m_picture, Qt::IgnoreAspectRatio, Qt::SmoothTransformation);
    QImage mask(m_picture, QImage::Format_RGB32);
    bool any = false;
    const int half = (255 + kPaint.red()) / 2;
    for (int y = 0; y < mask.height(); ++y)
        for (int x = 0; x < mask.width(); ++x) {
            const bool anew = qRed(small.pixel(x, y)) < half;
            any = any || anew;
            mask.setPixel(x, y, anew ? qRgb(255, 255, 255) : qRgb(0, 0, 0));
        }
    return any ? mask : QImage();
}

} // namespace orrery::text_to_image
