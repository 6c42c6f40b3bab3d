// SPDX-License-Identifier: Apache-2.0
// What the page does besides drawing: taking and sending items, export, restoring, commands.
#include "plugins/text_to_image/view/generate_page.h"

#include "plugins/text_to_image/view/detail_view.h"
#include "plugins/text_to_image/view/failures.h"
#include "plugins/text_to_image/view/generate_state.h"
#include "plugins/text_to_image/view/mask_pad.h"
#include "plugins/text_to_image/view/model_facts.h"
#include "plugins/text_to_image/view/prompt_queue.h"
#include "plugins/text_to_image/view/recipe.h"
#include "plugins/text_to_image/view/sample_grid.h"

#include <QDrag>
#include <QFileDialog>
#include <QFileInfo>
#include <QImageReader>
#include <QLabel>
#include <QMenu>
#include <QMimeData>
#include <QPainter>
#include <QPushButton>

#include <algorithm>

namespace orrery::text_to_image {

namespace {
const QString kClassify = QStringLiteral("orrery.zero-shot");
const QString kMap = QStringLiteral("orrery.embedding-map");

/// As everywhere else in the program, whichever way the camera was held.
QImage readUpright(const QString &path)
{
    QImageReader reader(path);
    reader.setAutoTransform(true);
    reader.setDecideFormatFromContent(true);
    return reader.read();
}

} // namespace

QString GeneratePage::dropText(const QList<ItemKind> &kinds) const
{
    if (kinds.contains(ItemKind::Picture) || kinds.contains(ItemKind::Sample))
        return tr("Draw it again, or begin with it");
    return kinds.contains(ItemKind::Text) ? tr("Draw these words") : QString();
}

void GeneratePage::take(const QList<ItemId> &ids)
{
    const QList<Item> items = host().workspace().items(ids);
    // A picture that was drawn here, or by the command line, is drawn again.
    if (items.size() == 1 && items.front().hasPicture() && restore(recipeOf(items.front())))
        return;
    for (const Item &item : items) {
        if (item.hasPicture()) {
            const QImage picture = item.picture.isNull() ? readUpright(item.path) : item.picture;
            if (picture.isNull())
                host().notify(tr("%1 could not be read as a picture").arg(item.name));
            else
                beginWith(picture, tr("Begin with %1").arg(item.name));
            return;
        }
        if (item.kind == ItemKind::Text) {
            m_state->edit(tr("Draw dropped words"), [&](Parameters &p) { p.prompt = item.text.simplified(); });
            showPart(Pictures);
            draw();
            return;
        }
    }
}

void GeneratePage::beginWith(const QImage &picture, const QString &undoText)
{
    if (picture.isNull())
        return;
    // Of a large model nothing is known until it is loaded; its size is the engine's business then.
    constexpr int kBuiltIn = 64, kMost = 1024;
    const Parameters now = m_state->parameters();
    const bool large = now.method == generate::Method::Diffusion && !now.model.isEmpty();
    const int side = large ? std::clamp(std::max(picture.width(), picture.height()), kBuiltIn, kMost) : kBuiltIn;
    QSize size(side, side);
    if (const generate::DescribeResult *facts = m_facts->describe(modelOf({.model = now.model})))
        size = {facts->width, facts->height};
    // The whole of it, on white where it is not of the model's shape.
    QImage fitted(size, QImage::Format_RGB32);
    fitted.fill(Qt::white);
    QPainter painter(&fitted);
    const QImage small =
        picture.size() == size ? picture : picture.scaled(size, Qt::KeepAspectRatio, Qt::SmoothTransformation);
    painter.drawImage((size.width() - small.width()) / 2, (size.height() - small.height()) / 2, small);
    painter.end();
    m_state->edit(undoText, [&](Parameters &p) {
        if (p.method == generate::Method::Tokens)
            p.model.clear();
        p.method = generate::Method::Diffusion; // the other way begins with nothing
        beginWithNothing(p);
        p.image = fitted;
    });
    closeDetail();
    showPart(Pictures);
    draw();
}

void GeneratePage::moreLikeThis()
{
    const QList<SamplePointer> samples = chosenSamples();
    if (!samples.isEmpty())
        beginWith(toImage(samples.first()->picture), tr("More like this"));
}

void GeneratePage::paintOver()
{
    const Parameters p = m_state->parameters();
    const QList<SamplePointer> samples = isDetailOpen() || p.image.isNull() ? chosenSamples() : QList<SamplePointer>();
    m_paintedOn = samples.isEmpty() ? p.image : toImage(samples.first()->picture);
    if (m_paintedOn.isNull())
        return;
    m_maskPad->begin(m_paintedOn, samples.isEmpty() ? p.mask : QImage());
    m_painting = true;
    showPart(Pictures);
    showWhat();
}

void GeneratePage::finishMask(const QImage &mask)
{
    m_painting = false;
    if (mask.isNull()) {
        showWhat();
        host().notify(tr("Nothing was painted over, so nothing is drawn anew"));
        return;
    }
    m_state->edit(tr("Paint over a picture"), [&](Parameters &p) {
        if (p.method == generate::Method::Tokens)
            p.model.clear();
        p.method = generate::Method::Diffusion;
        beginWithNothing(p);
        p.image = m_paintedOn;
        p.mask = mask;
        p.strength = 1; // nothing of what was painted over is to shine through
    });
    closeDetail();
    draw();
}

void GeneratePage::chooseBeginning()
{
    const QString path = QFileDialog::getOpenFileName(this, tr("Begin with a picture"), {},
                                                      tr("Pictures (*.png *.jpg *.jpeg *.webp *.bmp *.gif)"));
    if (path.isEmpty())
        return;
    const QImage picture = readUpright(path);
    if (picture.isNull())
        host().notify(tr("%1 could not be read as a picture").arg(QFileInfo(path).fileName()));
    else
        beginWith(picture, tr("Begin with %1").arg(QFileInfo(path).fileName()));
}

void GeneratePage::addToQueue()
{
    if (m_queue->add(m_state->parameters()) == 0)
        host().notify(tr("There is nothing to put into the queue: say what to draw first"));
    else if (part() != Queue)
        host().notify(tr("In the queue: %1").arg(m_state->parameters().prompt.simplified()), tr("Show"),
                      [this] { showPart(Queue); });
}

void GeneratePage::showFailure(const PreparedFailure &failure)
{
    m_state->edit(tr("Show where it fails: %1").arg(failure.title), [&](Parameters &p) {
        p.prompt = failure.prompt;
        beginWithNothing(p);
        p.count = Parameters::kCount;
    });
    // After the edit: it changes one value after the other, and on the way there the prompt is still another one.
    m_failing = m_state->parameters().prompt;
    m_story->setText(failure.title + QStringLiteral(". ") + failure.why);
    m_story->show();
    closeDetail();
    showPart(Pictures);
    draw();
}

bool GeneratePage::restore(const QByteArray &recipe)
{
    std::optional<Parameters> parameters = parametersOf(recipe);
    if (!parameters)
        return false;
    if (const auto card = m_facts->card(modelOf(*parameters)); card && card->id == generate::kTokensModel)
        parameters->method = generate::Method::Tokens; // one's own, in a folder
    m_state->setParameters(*parameters, tr("Restore a picture"));
    closeDetail();
    showPart(Pictures);
    draw();
    host().notify(tr("Restored the prompt, the seed and all that this picture was made from"));
    return true;
}

QList<SamplePointer> GeneratePage::chosenSamples() const
{
    QList<SamplePointer> samples;
    if (isDetailOpen() && m_detail->hasTake()) {
        if (m_detail->take().sample)
            samples.append(m_detail->take().sample);
        return samples;
    }
    for (const int index : m_grid->chosen())
        if (const SamplePointer sample = m_sampler->drawing().sample(index); sample && !sample->picture.empty())
            samples.append(sample);
    return samples;
}

QList<ItemId> GeneratePage::addItems(const QList<SamplePointer> &samples, const QString &undoText)
{
    Workspace &workspace = host().workspace();
    QList<ItemId> ids;
    for (const SamplePointer &sample : samples) {
        const QString recipe = QString::fromStdString(sample->recipe);
        const ItemId known = m_items.value(recipe);
        if (!recipe.isEmpty() && workspace.contains(known)) {
            ids.append(known);
            continue;
        }
        const ItemId id = workspace.add(itemOf(*sample, m_sampler->drawing().parameters.prompt), undoText);
        m_items.insert(recipe, id);
        ids.append(id);
    }
    return ids;
}

void GeneratePage::sendTo(const QString &pageId)
{
    const QList<SamplePointer> samples = chosenSamples();
    if (samples.isEmpty() || !host().hasPage(pageId))
        return;
    const QString text = samples.size() == 1 ? tr("Send a picture to another page")
                                             : tr("Send %1 pictures to another page").arg(samples.size());
    host().workspace().beginMacro(text);
    host().sendTo(pageId, addItems(samples, text), text);
    host().workspace().endMacro();
}

void GeneratePage::gather()
{
    const QList<SamplePointer> samples = chosenSamples();
    if (samples.isEmpty())
        return;
    const QString text = samples.size() == 1 ? tr("Gather a picture") : tr("Gather %1 pictures").arg(samples.size());
    host().workspace().beginMacro(text);
    host().workspace().gather(addItems(samples, text));
    host().workspace().endMacro();
    host().notify(samples.size() == 1 ? tr("1 picture in the tray")
                                      : tr("%1 pictures in the tray").arg(samples.size()));
}

void GeneratePage::startDrag(const QList<int> &indices)
{
    QList<SamplePointer> samples;
    for (const int index : indices)
        if (const SamplePointer sample = m_sampler->drawing().sample(index))
            samples.append(sample);
    if (samples.isEmpty())
        return;
    const QList<ItemId> ids = addItems(samples, tr("Drag pictures out"));
    auto *drag = new QDrag(this);
    drag->setMimeData(host().workspace().toMime(ids));
    drag->setPixmap(QPixmap::fromImage(toImage(samples.first()->picture)));
    drag->exec(Qt::CopyAction);
}

void GeneratePage::exportTo(const QString &path)
{
    const QList<SamplePointer> samples = chosenSamples();
    if (samples.isEmpty()) {
        host().notify(tr("There is no picture to save yet"));
        return;
    }
    const QString error = exportSample(*samples.first(), path);
    host().notify(error.isEmpty() ? tr("Saved %1").arg(QFileInfo(path).fileName()) : error);
}

void GeneratePage::chooseExport()
{
    QString path = QFileDialog::getSaveFileName(
        this, tr("Save the picture"), tr("%1.png").arg(m_sampler->drawing().parameters.prompt.simplified().left(60)),
        tr("Picture (*.png)"));
    if (path.isEmpty())
        return;
    if (QFileInfo(path).suffix().isEmpty())
        path += QStringLiteral(".png");
    exportTo(path);
}

void GeneratePage::makeMenu()
{
    auto *menu = new QMenu(m_detail->menuButton());
    QAction *classify = menu->addAction(tr("Classify"), this, [this] { sendTo(kClassify); });
    QAction *map = menu->addAction(tr("Show on map"), this, [this] { sendTo(kMap); });
    menu->addAction(tr("Gather in the tray"), this, &GeneratePage::gather);
    menu->addSeparator();
    menu->addAction(tr("More like this"), this, &GeneratePage::moreLikeThis);
    menu->addAction(tr("Paint over…"), this, &GeneratePage::paintOver);
    menu->addSeparator();
    menu->addAction(tr("Save as PNG…"), this, &GeneratePage::chooseExport);
    connect(menu, &QMenu::aboutToShow, this, [this, classify, map] {
        classify->setVisible(host().hasPage(kClassify));
        map->setVisible(host().hasPage(kMap));
    });
    m_detail->menuButton()->setMenu(menu);
}

void GeneratePage::makeCommands()
{
    const auto add = [this](const char *id, const QString &text, std::function<void()> run,
                            std::function<bool()> enabled = {}) {
        host().addCommand(
            this,
            {QStringLiteral("text_to_image.%1").arg(QLatin1String(id)), text, {}, std::move(run), std::move(enabled)});
    };
    const auto any = [this] { return !chosenSamples().isEmpty(); };
    add("draw", tr("Draw the prompt"), [this] { drawClicked(); });
    add("dice", tr("Draw with another seed"), [this] { roll(); });
    add(
        "stop", tr("Stop drawing, keep what is there"), [this] { cancel(); },
        [this] { return m_sampler->isPending(); });
    add(
        "inside", tr("Look inside the picture"), [this] { openDetail(m_grid->current()); }, any);
    add(
        "words", tr("Which word made what"),
        [this] {
            openDetail(m_grid->current());
            m_detail->setInside(DetailView::Words);
        },
        any);
    add("duel", tr("Guidance duel: the same noise, three ways"), [this] { showPart(Duel); });
    add("audit", tr("Audit: your order against CLIP's"), [this] { showPart(Audit); });
    add("queue", tr("Put the prompt into the queue"), [this] { addToQueue(); });
    add("failures", tr("Where drawing fails"), [this] { showPart(Failures); });
    add("begin", tr("Begin with a picture…"), [this] { chooseBeginning(); });
    add(
        "more", tr("More pictures like this one"), [this] { moreLikeThis(); }, any);
    add(
        "paint", tr("Paint over a part of the picture, to draw it anew"), [this] { paintOver(); }, any);
    add(
        "classify", tr("Send the picture to the classifier"), [this] { sendTo(kClassify); }, any);
    add(
        "map", tr("Show the picture on the map"), [this] { sendTo(kMap); }, any);
    add(
        "gather", tr("Gather the pictures in the tray"), [this] { gather(); }, any);
    add(
        "save", tr("Save the picture as PNG…"), [this] { chooseExport(); }, any);
}

} // namespace orrery::text_to_image
