// SPDX-License-Identifier: Apache-2.0
#include "plugins/text_to_image/view/word_maps.h"

#include "orrery/picture_source.h"
#include "plugins/text_to_image/view/cell_canvas.h"
#include "widgets/busy_strip.h"
#include "widgets/ranking/flow_layout.h"

#include <QEvent>
#include <QLabel>
#include <QPushButton>
#include <QVBoxLayout>

#include <algorithm>

namespace orrery::text_to_image {

namespace {
constexpr double kDarkest = 215;
} // namespace

WordMaps::WordMaps(PluginHost &host, QWidget *parent)
    : QWidget(parent), m_sampler(new Sampler(host, QStringLiteral("text_to_image.words"), this)),
      m_canvas(new CellCanvas(this)), m_box(new QWidget(this)), m_flow(new FlowLayout(m_box, 6)),
      m_story(new QLabel(this)), m_busy(new BusyStrip(tr("Looking where each word went…"), this))
{
    setObjectName(QStringLiteral("wordMaps"));
    m_story->setProperty("look", QStringLiteral("caption"));
    m_story->setWordWrap(true);
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(8);
    column->addWidget(m_box);
    column->addWidget(m_canvas, 1);
    column->addWidget(m_story);
    column->addWidget(m_busy);
    connect(m_sampler, &Sampler::pendingChanged, m_busy, &BusyStrip::setBusy);
    connect(m_sampler, &Sampler::pendingChanged, this, [this] { explain(); });
    connect(m_sampler, &Sampler::progressed, m_busy, &BusyStrip::setProgress);
    connect(m_busy, &BusyStrip::cancelClicked, this, &WordMaps::cancel);
    connect(m_sampler, &Sampler::failed, this, [this](const Error &error) {
        m_error = QString::fromStdString(error.message);
        explain();
    });
    connect(m_sampler, &Sampler::finished, this, [this] {
        if (m_sampler->drawing().complete && !m_sampler->drawing().isEmpty())
            showMaps(m_sampler->drawing().samples.first());
    });
    explain();
}

void WordMaps::setTake(const Take &take)
{
    const bool same = m_take.sample && take.sample && m_take.sample->seed == take.sample->seed &&
                      m_take.title == take.title && keyOf(m_take.parameters) == keyOf(take.parameters);
    m_take = take;
    if (take.sample)
        m_canvas->setPicture(toImage(take.sample->picture), tr("The picture"));
    if (!same) {
        m_sampler->clear();
        m_with.reset();
        m_error.clear();
        showMaps(take.sample);
    }
    explain();
    if (isVisible())
        ask();
}

void WordMaps::ask()
{
    if (!m_take.sample || !m_take.sample->finished || m_with || m_sampler->isPending() || !m_error.isEmpty())
        return;
    generate::GenerateRequest request = m_take.request;
    request.attention = true;
    request.watch = false;
    m_sampler->draw(m_take.parameters, std::move(request));
}

void WordMaps::cancel()
{
    m_sampler->cancel();
}

void WordMaps::showMaps(const SamplePointer &sample)
{
    qDeleteAll(m_buttons);
    m_buttons.clear();
    while (QLayoutItem *item = m_flow->takeAt(0))
        delete item;
    m_shown = -1;
    m_canvas->setCells(0, 0, {});
    if (sample && !sample->words.empty()) {
        m_with = sample;
        for (int i = 0; i < int(sample->words.size()); ++i) {
            auto *button = new QPushButton(QString::fromStdString(sample->words[std::size_t(i)].word), m_box);
            button->setProperty("look", QStringLiteral("chip"));
            button->setCheckable(true);
            button->setAccessibleName(tr("Where “%1” was looked at").arg(button->text()));
            button->installEventFilter(this);
            connect(button, &QPushButton::clicked, this, [this, i] { showWord(i); });
            m_flow->addWidget(button);
            button->show();
            m_buttons.append(button);
        }
    }
    explain();
    m_box->updateGeometry();
}

QString WordMaps::story() const
{
    return m_story->text();
}

void WordMaps::explain()
{
    if (!m_error.isEmpty())
        m_story->setText(m_error);
    else if (m_with)
        m_story->setText(
            tr("Point at a word: the picture stays light where the model looked at it. A mean over all its "
               "layers and steps; where it looks need not be why it draws."));
    else if (m_sampler->isPending())
        m_story->setText(
            tr("The same picture is drawn once more, and this time it is noted where each word is looked at."));
    else if (m_take.stopped)
        m_story->setText(tr("This picture was stopped before it was finished."));
    else if (m_take.sample && m_take.sample->finished)
        m_story->setText(tr("Where each word was looked at is not known."));
    else
        m_story->setText(tr("The words come when the picture is finished."));
}

void WordMaps::showWord(int index)
{
    if (!m_with || index < 0 || index >= int(m_with->words.size()))
        return;
    m_shown = index;
    for (int i = 0; i < m_buttons.size(); ++i)
        m_buttons[i]->setChecked(i == index);
    const generate::WordMap &map = m_with->words[std::size_t(index)];
    // From the least to the most of this word: attention spreads thin, and only where it differs says something.
    if (map.share.empty())
        return;
    const auto [least, most] = std::minmax_element(map.share.begin(), map.share.end());
    QList<QColor> tints;
    for (const float share : map.share)
        tints.append(QColor(12, 12, 16, int(kDarkest * (1 - (share - *least) / std::max(1e-9f, *most - *least)))));
    m_canvas->setCells(map.width, map.height, tints);
    m_canvas->setFocusPolicy(Qt::NoFocus); // nothing to choose here
    m_canvas->setAccessibleDescription(m_buttons[index]->accessibleName());
}

bool WordMaps::eventFilter(QObject *object, QEvent *event)
{
    if (event->type() == QEvent::Enter || event->type() == QEvent::FocusIn)
        showWord(int(m_buttons.indexOf(static_cast<QPushButton *>(object))));
    return QWidget::eventFilter(object, event);
}

} // namespace orrery::text_to_image
