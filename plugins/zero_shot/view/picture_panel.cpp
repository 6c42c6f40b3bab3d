// SPDX-License-Identifier: Apache-2.0
#include "plugins/zero_shot/view/picture_panel.h"

#include "widgets/error_card.h"
#include "widgets/sketch/sketch_pad.h"
#include "widgets/theme/theme.h"

#include <QApplication>
#include <QClipboard>
#include <QDir>
#include <QFileDialog>
#include <QHBoxLayout>
#include <QMenu>
#include <QPainter>
#include <QPushButton>
#include <QStackedWidget>
#include <QTimer>
#include <QVBoxLayout>

#include <cmath>

namespace orrery::zero_shot {

namespace {
const QString kMapPage = QStringLiteral("orrery.embedding-map");
constexpr int kPictureSide = 768; // what the page and the variations need; the engine reads the file itself
} // namespace

PictureView::PictureView(QWidget *parent) : QWidget(parent)
{
    setObjectName(QStringLiteral("pictureView"));
    setMinimumSize(140, 140);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Expanding);
}

void PictureView::setPicture(const QImage &picture, const QString &name)
{
    m_picture = picture;
    setAccessibleName(tr("Picture: %1").arg(name));
    setToolTip(name);
    update();
}

void PictureView::paintEvent(QPaintEvent *)
{
    const Colours &colours = Theme::instance().colours();
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const double side = std::min(width(), height());
    const QRectF frame((width() - side) / 2 + 0.5, (height() - side) / 2 + 0.5, side - 1, side - 1);
    painter.setPen(QPen(colours.line, 1));
    painter.setBrush(Qt::white);
    painter.drawRoundedRect(frame, 6, 6);
    if (m_picture.isNull())
        return;
    const QRectF room = frame.adjusted(8, 8, -8, -8);
    QSizeF size = QSizeF(m_picture.size()).scaled(room.size(), Qt::KeepAspectRatio);
    const double times = size.width() / m_picture.width();
    if (times >= 2) {
        size = QSizeF(m_picture.size()) * std::floor(times); // whole multiples keep small pictures sharp
    } else {
        painter.setRenderHint(QPainter::SmoothPixmapTransform);
    }
    painter.drawImage(QRectF(room.center() - QPointF(size.width() / 2, size.height() / 2), size), m_picture);
}

PicturePanel::PicturePanel(PluginHost &host, QWidget *parent)
    : QWidget(parent), m_host(host), m_stack(new QStackedWidget(this)), m_picture(new PictureView(this)),
      m_pad(new SketchPad(this)), m_empty(nullptr), m_error(new ErrorCard(this)), m_draw(nullptr),
      m_onMap(new QPushButton(tr("Show on map"), this))
{
    auto *empty = new EmptyState(tr("Draw, drop or open a picture to see what it is."), this);
    empty->addButton(tr("Draw"), [this] { setSketching(true); });
    empty->addButton(tr("Show me a fox"), [this] { openExample(QStringLiteral("fox")); });
    m_empty = empty;
    m_stack->addWidget(m_picture);
    m_stack->addWidget(m_pad);
    m_stack->addWidget(m_empty);

    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(8);
    column->addWidget(m_stack, 1);
    column->addWidget(m_error);
    column->addWidget(makeButtons());
    m_onMap->setObjectName(QStringLiteral("showOnMap"));
    m_onMap->setToolTip(tr("Lets it fly among what is like it, on the page Map"));
    m_onMap->setProperty("look", "tight");
    connect(m_onMap, &QPushButton::clicked, this, &PicturePanel::showOnMap);
    column->addWidget(m_onMap);

    m_pad->canvas()->setChangeCallback(
        [this](const QString &name, const QImage &drawing) { storeDrawing(name, drawing); });
    connect(this, &PicturePanel::currentChanged, this, &PicturePanel::showMapButton);
    connect(&host, &PluginHost::presentingChanged, this, &PicturePanel::showMapButton);
    connect(m_pad->canvas(), &SketchCanvas::strokeChanged, this, [this] { Q_EMIT currentChanged(true); });

    Workspace &workspace = host.workspace();
    connect(&workspace, &Workspace::selectionChanged, this, [this] { showSelection(); });
    connect(&workspace, &Workspace::itemChanged, this, [this](const ItemId &id) {
        if (m_storing)
            return;
        if (id == m_sketch || id == m_host.workspace().selectedPicture().id)
            showSelection();
    });
    showSelection();
}

QWidget *PicturePanel::makeButtons()
{
    auto *box = new QWidget(this);
    auto *row = new QHBoxLayout(box);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(6);
    m_draw = new QPushButton(tr("Draw"), box);
    m_draw->setObjectName(QStringLiteral("draw"));
    m_draw->setCheckable(true);
    m_draw->setToolTip(tr("The sketch pad: ranks follow every stroke"));
    connect(m_draw, &QPushButton::clicked, this, [this](bool on) { setSketching(on); });

    auto *open = new QPushButton(tr("Open"), box);
    open->setToolTip(tr("Pictures, a folder of them, or what lies on the clipboard"));
    auto *openMenu = new QMenu(open);
    openMenu->addAction(tr("Pictures…"), this, &PicturePanel::openFiles);
    openMenu->addAction(tr("Folder…"), this, &PicturePanel::openFolder);
    openMenu->addAction(tr("Paste"), this, &PicturePanel::paste);
    open->setMenu(openMenu);

    auto *example = new QPushButton(tr("Examples"), box);
    example->setObjectName(QStringLiteral("examples"));
    example->setToolTip(tr("Drawings that come with the program"));
    auto *exampleMenu = new QMenu(example);
    for (const QString &name : examples())
        exampleMenu->addAction(QIcon(examplePath(name)), name, this, [this, name] { openExample(name); });
    example->setMenu(exampleMenu);
    for (QPushButton *button : {m_draw, open, example}) {
        button->setProperty("look", "tight"); // three of them fit beside each other, presented at 1024 px, too
        button->setSizePolicy(QSizePolicy::Minimum, QSizePolicy::Fixed); // never narrower than its word
        row->addWidget(button);
    }
    return box;
}

bool PicturePanel::canShowOnMap() const
{
    return m_host.hasPage(kMapPage) && m_host.workspace().contains(current().id);
}

void PicturePanel::showOnMap()
{
    if (canShowOnMap())
        m_host.sendTo(kMapPage, {current().id}, tr("Show “%1” on the map").arg(current().name));
}

void PicturePanel::showMapButton()
{
    // A page that is not there is not offered. Before a class the picture needs the room; Ctrl+K still shows it.
    m_onMap->setVisible(m_host.hasPage(kMapPage) && !m_host.presenting());
    m_onMap->setEnabled(canShowOnMap());
}

void PicturePanel::showEvent(QShowEvent *event)
{
    showMapButton(); // other pages come after this one
    QWidget::showEvent(event);
}

QStringList PicturePanel::examples() const
{
    QStringList names;
    const QDir folder(m_host.resourceFolder() + QStringLiteral("/examples"));
    for (const QFileInfo &file : folder.entryInfoList({QStringLiteral("*.png")}, QDir::Files, QDir::Name))
        names.append(file.completeBaseName());
    // The fox first: it is what everybody meets first.
    if (names.removeAll(QStringLiteral("fox")) > 0)
        names.prepend(QStringLiteral("fox"));
    return names;
}

QString PicturePanel::examplePath(const QString &name) const
{
    return m_host.resourceFolder() + QStringLiteral("/examples/%1.png").arg(name);
}

bool PicturePanel::isSketching() const
{
    return m_stack->currentWidget() == m_pad;
}

Item PicturePanel::current() const
{
    if (!isSketching())
        return m_host.workspace().selectedPicture();
    Item item = m_sketch.isNull() ? sketchItem({}) : m_host.workspace().item(m_sketch);
    item.picture = m_pad->canvas()->image();
    return item;
}

void PicturePanel::setSketching(bool on)
{
    if (on) {
        if (!m_hasGuides) { // not at start-up: a dozen pictures to decode
            m_hasGuides = true;
            QList<SketchPad::Guide> guides;
            for (const QString &name : examples())
                guides.append({name, QImage(examplePath(name))});
            m_pad->setGuides(guides);
        }
        const Item selected = m_host.workspace().selectedPicture();
        m_sketch = isSketch(selected) ? selected.id : ItemId();
        m_pad->canvas()->setImage(m_sketch.isNull() ? QImage() : selected.picture);
        m_stack->setCurrentWidget(m_pad);
        m_pad->canvas()->setFocus();
    } else {
        m_stack->setCurrentWidget(m_picture);
        showSelection();
    }
    m_draw->setChecked(on);
    Q_EMIT currentChanged(false);
}

void PicturePanel::showSelection()
{
    const Item selected = m_host.workspace().selectedPicture();
    if (isSketching() && (selected.isNull() ? m_sketch.isNull() : isSketch(selected))) {
        m_sketch = selected.id;
        if (!selected.isNull() && m_pad->canvas()->image() != selected.picture)
            m_pad->canvas()->setImage(selected.picture);
    } else if (isSketching()) {
        QTimer::singleShot(0, this, &PicturePanel::leavePad); // when all of an undo step is done
        return;
    } else if (!m_storing) {
        m_stack->setCurrentWidget(selected.isNull() ? m_empty : m_picture);
        m_picture->setPicture(selected.picture, selected.name);
        m_draw->setChecked(false);
    }
    Q_EMIT currentChanged(false);
}

void PicturePanel::leavePad()
{
    const Item selected = m_host.workspace().selectedPicture();
    if (!isSketching() || (!selected.isNull() && isSketch(selected)))
        return;
    if (!m_sketch.isNull() && !m_host.workspace().contains(m_sketch)) {
        // Undoing the first stroke leaves white paper, not the picture that was selected before it.
        m_sketch = {};
        m_pad->canvas()->setImage({});
        Q_EMIT currentChanged(false);
    } else {
        setSketching(false);
    }
}

void PicturePanel::storeDrawing(const QString &name, const QImage &drawing)
{
    Workspace &workspace = m_host.workspace();
    m_storing = true;
    Item item = workspace.item(m_sketch);
    if (item.isNull()) {
        workspace.beginMacro(name);
        m_sketch = workspace.add(sketchItem(drawing), name);
        workspace.select({m_sketch}, m_sketch);
        workspace.endMacro();
    } else {
        item.picture = drawing;
        workspace.update(item, name);
    }
    m_storing = false;
}

void PicturePanel::addAll(const Dropped &found, const QString &undoText)
{
    m_error->clear();
    QStringList unreadable = found.unreadable;
    QList<Item> pictures;
    for (const Item &item : found.items)
        if (item.hasPicture())
            pictures.append(item);
    if (!pictures.isEmpty()) {
        Workspace &workspace = m_host.workspace();
        workspace.beginMacro(undoText);
        const QList<ItemId> ids = workspace.add(pictures, undoText);
        workspace.select(ids, ids.front());
        workspace.endMacro();
    }
    if (!unreadable.isEmpty())
        m_error->showError(unreadable.size() == 1
                               ? unreadable.front()
                               : tr("%1 files could not be used: %2").arg(unreadable.size()).arg(unreadable.front()),
                           unreadable.size() == 1 ? QString() : unreadable.join(u'\n'));
}

void PicturePanel::openExample(const QString &name)
{
    Item item = fileItem(examplePath(name));
    item.name = name;
    item.picture = QImage(item.path);
    addAll({{item}, {}}, tr("Open “%1”").arg(name));
}

void PicturePanel::openFiles()
{
    const QStringList paths = QFileDialog::getOpenFileNames(
        this, tr("Open pictures"), {},
        tr("Pictures (*.png *.jpg *.jpeg *.gif *.bmp *.webp *.tif *.tiff *.pbm *.pgm *.ppm);;All files (*)"));
    if (!paths.isEmpty())
        addAll(readPaths(paths), tr("Open pictures"));
}

void PicturePanel::openFolder()
{
    const QString folder = QFileDialog::getExistingDirectory(this, tr("Open a folder of pictures"));
    if (!folder.isEmpty())
        addAll(readPaths({folder}), tr("Open a folder"));
}

void PicturePanel::paste()
{
    const QMimeData *data = QApplication::clipboard()->mimeData();
    if (data && canReadMime(*data))
        addAll(readMime(*data), tr("Paste"));
    else
        m_error->showWarning(tr("There is no picture on the clipboard."));
}

} // namespace orrery::zero_shot
