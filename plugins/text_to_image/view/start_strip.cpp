// SPDX-License-Identifier: Apache-2.0
#include "plugins/text_to_image/view/start_strip.h"

#include "widgets/ratio_slider.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QPainter>
#include <QPushButton>

namespace orrery::text_to_image {

namespace {
constexpr int kSide = 40;

/// With a line around it, which white needs on white.
QPixmap outlined(const QImage &picture)
{
    QPixmap pixmap(picture.size() + QSize(2, 2));
    pixmap.fill(Theme::instance().colours().line);
    QPainter painter(&pixmap);
    painter.drawImage(1, 1, picture);
    return pixmap;
}
} // namespace

QImage withMask(const QImage &picture, const QImage &mask)
{
    if (mask.isNull())
        return picture;
    QImage both = picture.convertToFormat(QImage::Format_RGB32);
    const QImage over = mask.scaled(both.size(), Qt::IgnoreAspectRatio, Qt::FastTransformation);
    const QColor accent = Theme::instance().colours().accent;
    for (int y = 0; y < both.height(); ++y)
        for (int x = 0; x < both.width(); ++x)
            if (qGray(over.pixel(x, y)) > 127) {
                const QRgb was = both.pixel(x, y);
                both.setPixel(x, y,
                              qRgb((qRed(was) + 2 * accent.red()) / 3, (qGreen(was) + 2 * accent.green()) / 3,
                                   (qBlue(was) + 2 * accent.blue()) / 3));
            }
    return both;
}

StartStrip::StartStrip(GenerateState &state, QWidget *parent)
    : QFrame(parent), m_state(state), m_picture(new QLabel(this)), m_words(new QLabel(this)),
      m_caption(new QLabel(tr("Strength"), this)), m_strength(new RatioSlider(this)),
      m_paint(new QPushButton(tr("Paint over…"), this)), m_clear(new QPushButton(tr("Begin with nothing"), this))
{
    setObjectName(QStringLiteral("startStrip"));
    setProperty("look", QStringLiteral("card"));
    m_words->setProperty("look", QStringLiteral("caption"));
    m_words->setWordWrap(true);
    m_caption->setProperty("look", QStringLiteral("caption"));
    m_caption->setBuddy(m_strength);
    m_strength->setRange(0.05, 1, 2);
    m_strength->setName(tr("Strength"));
    m_strength->setToolTip(tr("Strength: larger keeps less of the picture"));
    m_strength->setMaximumWidth(Theme::instance().px(220));
    m_paint->setObjectName(QStringLiteral("paintOver"));
    m_paint->setAccessibleName(tr("Paint over what is to be drawn anew"));
    m_clear->setObjectName(QStringLiteral("clearStart"));
    m_clear->setAccessibleName(m_clear->text());
    for (QPushButton *button : {m_paint, m_clear})
        button->setProperty("look", QStringLiteral("tight"));
    auto *row = new QHBoxLayout(this);
    row->setContentsMargins(8, 6, 8, 6);
    row->setSpacing(8);
    row->addWidget(m_picture);
    row->addWidget(m_words, 1);
    row->addWidget(m_caption);
    row->addWidget(m_strength);
    row->addWidget(m_paint);
    row->addWidget(m_clear);
    connect(m_strength, &RatioSlider::edited, this, [this](double value) {
        m_state.edit(
            tr("Change the strength"), [&](Parameters &p) { p.strength = value; }, true);
    });
    connect(m_paint, &QPushButton::clicked, this, &StartStrip::paintWanted);
    connect(m_clear, &QPushButton::clicked, this,
            [this] { m_state.edit(tr("Begin with nothing"), [](Parameters &p) { beginWithNothing(p); }); });
    connect(&m_state, &GenerateState::parametersChanged, this, &StartStrip::showState);
    connect(&Theme::instance(), &Theme::changed, this, &StartStrip::showState);
    showState();
}

void StartStrip::showState()
{
    const Parameters p = m_state.parameters();
    const bool tokens = p.method == generate::Method::Tokens, picture = !p.image.isNull();
    const bool part = tokens ? !p.keepTokens.isEmpty() : p.branchStep >= 0;
    setVisible(picture || part);
    if (!picture && !part)
        return;
    const int side = Theme::instance().px(kSide);
    m_picture->setVisible(picture);
    m_caption->setVisible(picture);
    m_strength->setVisible(picture);
    m_paint->setVisible(picture);
    if (picture)
        m_picture->setPixmap(
            outlined(withMask(p.image, p.mask).scaled(side, side, Qt::KeepAspectRatio, Qt::FastTransformation)));
    m_picture->setAccessibleName(tr("The picture it begins with"));
    if (!picture)
        m_words->setText(
            tokens ? tr("The first %1 tiles are those of another picture.").arg(p.keepTokens.size())
                   : tr("From step %1 on it goes another way, with seed %2.").arg(p.branchStep + 1).arg(p.branchSeed));
    else
        m_words->setText(tokens            ? tr("Only diffusion can begin with a picture; tokens begin with nothing.")
                         : p.mask.isNull() ? tr("Begins with this picture.")
                                           : tr("Only what is painted over is drawn anew."));
    m_strength->setValue(p.strength);
    m_strength->setEnabled(!tokens);
    m_paint->setEnabled(!tokens);
    m_paint->setText(p.mask.isNull() ? tr("Paint over…") : tr("Change the mask…"));
}

} // namespace orrery::text_to_image
