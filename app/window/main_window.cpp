// SPDX-License-Identifier: Apache-2.0
#include "app/window/main_window.h"

#include "app/host/crash_marker.h"
#include "app/host/host.h"
#include "app/window/chrome/command_palette.h"
#include "app/window/chrome/first_run_strip.h"
#include "app/window/chrome/header_bar.h"
#include "app/window/chrome/help_bubble.h"
#include "app/window/chrome/rail.h"
#include "app/window/chrome/timeline.h"
#include "app/window/chrome/tray.h"
#include "app/window/chrome/work_bar.h"
#include "app/window/drop_controller.h"
#include "app/window/lessons/lesson_bar.h"
#include "app/window/lessons/lesson_controller.h"
#include "app/window/pages/lessons_page.h"
#include "app/window/pages/models_page.h"
#include "app/window/pages/plugins_page.h"
#include "app/window/pages/settings_page.h"
#include "app/window/pages/waiting_page.h"
#include "app/window/stage.h"
#include "orrery/beside.h"
#include "orrery/page.h"
#include "widgets/error_card.h"

#include <QApplication>
#include <QCloseEvent>
#include <QFileDialog>
#include <QKeyEvent>
#include <QProcess>
#include <QScreen>
#include <QScrollArea>
#include <QTimer>
#include <QToolButton>
#include <QVBoxLayout>

namespace orrery {

namespace {

struct BuiltIn
{
    const char *id, *word, *icon, *help;
};
constexpr BuiltIn kBuiltIn[] = {
    {"lessons", QT_TRANSLATE_NOOP("orrery::MainWindow", "Lessons"), "lessons",
     QT_TRANSLATE_NOOP("orrery::MainWindow", "Lessons for a class; check the room beforehand")},
    {"models", QT_TRANSLATE_NOOP("orrery::MainWindow", "Models"), "models",
     QT_TRANSLATE_NOOP("orrery::MainWindow", "The models of this computer")},
    {"plugins", QT_TRANSLATE_NOOP("orrery::MainWindow", "Plugins"), "plugins",
     QT_TRANSLATE_NOOP("orrery::MainWindow", "Enable and disable plugins; build one")},
    {"settings", QT_TRANSLATE_NOOP("orrery::MainWindow", "Settings"), "settings",
     QT_TRANSLATE_NOOP("orrery::MainWindow", "Look, device, memory, network")},
};

} // namespace

MainWindow::MainWindow(Host &host, CrashMarker *marker, QWidget *parent)
    : QMainWindow(parent), m_host(host), m_marker(marker)
{
    setWindowTitle(tr("Orrery"));
    setWindowIcon(QIcon(QStringLiteral(":/icons/orrery.svg")));
    setMinimumSize(880, 560);
    setAcceptDrops(true); // without it Qt brings no drag here; the drop controller does the rest
    resize(QSize(1280, 800).boundedTo(screen()->availableSize()));
    buildLayout();
    m_palette = new CommandPalette(this);
    m_help = new HelpBubble(this);
    m_drops = new DropController(host, *this);
    buildRail();
    addCommands();
    buildMenu();

    connect(&host, &Host::pageRequested, this, &MainWindow::showPage);
    connect(&host, &Host::itemsSent, this, &MainWindow::giveItems);
    connect(&host, &Host::notified, m_workBar, &WorkBar::showNotice);
    connect(&host, &Host::commandsChanged, this, &MainWindow::syncActions);
    connect(&host.plugins(), &PluginManager::entryChanged, this, &MainWindow::pluginChanged);
    connect(m_drops, &DropController::unreadable, this, &MainWindow::showUnreadable);
    connect(m_drops, &DropController::began, this, [this] { // what was wrong before is no news any more
        if (!m_unreadable.isEmpty())
            m_banner->clear();
        m_unreadable.clear();
    });
    connect(m_stage, &Stage::currentChanged, this, &MainWindow::currentChanged);
    connect(&Theme::instance(), &Theme::changed, this, &MainWindow::restyle);
    restyle();
    restoreState();
}

MainWindow::~MainWindow()
{
    delete m_lessons; // what it set aside comes back while its page is there
    m_lessons = nullptr;
    // Pages belong to plugins' libraries and use the host; both are still there now.
    for (Page *page : std::as_const(m_pages))
        delete page;
}

void MainWindow::buildLayout()
{
    auto *central = new QWidget(this);
    m_header = new HeaderBar(m_host, central);
    m_strip = new FirstRunStrip(central);
    m_banner = new ErrorCard(central);
    m_banner->setObjectName(QStringLiteral("banner")); // its margins stand in the style sheet, and go when it hides
    m_rail = new Rail(central);
    m_stage = new Stage(central);
    m_inspector = new QWidget(central);
    m_inspector->setObjectName(QStringLiteral("inspector"));
    m_inspector->setAttribute(Qt::WA_StyledBackground);
    m_inspector->setAccessibleName(tr("Inspector"));
    m_inspectorScroll = new QScrollArea(m_inspector);
    m_inspectorScroll->setWidgetResizable(true);
    m_inspectorScroll->setFrameShape(QFrame::NoFrame);
    m_inspectorScroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_inspectorScroll->setFocusPolicy(Qt::NoFocus);
    auto *inspectorColumn = new QVBoxLayout(m_inspector);
    inspectorColumn->setContentsMargins(1, 0, 0, 0);
    inspectorColumn->addWidget(m_inspectorScroll);
    m_tray = new Tray(m_host.workspace(), central);
    m_timeline = new Timeline(m_host.engineService(), central);
    m_timeline->hide();
    m_workBar = new WorkBar(m_host, central);

    auto *middle = new QVBoxLayout;
    middle->setSpacing(0);
    middle->addWidget(m_strip);
    middle->addWidget(m_banner);
    middle->addWidget(m_stage, 1);
    m_lessons = new LessonController(m_host, *this);
    middle->addWidget(m_lessons->bar());
    auto *row = new QHBoxLayout;
    row->setSpacing(0);
    row->addWidget(m_rail);
    row->addLayout(middle, 1);
    row->addWidget(m_inspector);
    auto *column = new QVBoxLayout(central);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    column->addWidget(m_header);
    column->addLayout(row, 1);
    column->addWidget(m_tray);
    column->addWidget(m_timeline);
    column->addWidget(m_workBar);
    setCentralWidget(central);

    m_blank = new QWidget(this);
    m_blank->setAutoFillBackground(true);
    m_blank->setStyleSheet(QStringLiteral("background: black;"));
    m_blank->hide();

    connect(m_header, &HeaderBar::presentRequested, this, [this] { setPresenting(!m_host.presenting()); });
    connect(m_workBar, &WorkBar::timelineRequested, this, [this] { setTimelineVisible(!m_timeline->isVisible()); });
    connect(m_workBar->trayButton(), &QToolButton::clicked, this, [this](bool on) { setTrayVisible(on); });
    connect(m_timeline, &Timeline::closeRequested, this, [this] { setTimelineVisible(false); });
    // The first thing gathered shows where it went.
    connect(&m_host.workspace(), &Workspace::trayChanged, this, [this] {
        const Workspace &workspace = m_host.workspace();
        if (workspace.tray().size() == 1 && (!m_trayWanted || m_tray->isHidden()) && !workspace.isReplacing())
            setTrayVisible(true);
    });
    connect(m_strip, &FirstRunStrip::exploreRequested, this, [this] {
        if (!m_rail->upper().isEmpty())
            showPage(m_rail->upper().first());
        if (Page *page = m_stage->current())
            page->setFocus(Qt::OtherFocusReason);
    });
    connect(m_strip, &FirstRunStrip::teachRequested, this, [this] { showPage(QStringLiteral("lessons")); });
    connect(m_strip, &FirstRunStrip::buildRequested, this, &MainWindow::newPlugin);
    connect(m_strip, &FirstRunStrip::dismissed, this, [this] {
        m_strip->hide();
        m_host.settings().setValue(QStringLiteral("window/stripDismissed"), true);
    });
}

void MainWindow::buildRail()
{
    connect(m_rail, &Rail::chosen, this, &MainWindow::showPage);
    for (const PluginEntry &plugin : m_host.plugins().plugins())
        if (plugin.state != PluginState::Refused && plugin.state != PluginState::Disabled)
            m_rail->addPage(plugin.id, plugin.word, plugin.icon, plugin.summary, false);
    for (const BuiltIn &page : kBuiltIn)
        m_rail->addPage(QLatin1String(page.id), tr(page.word), QLatin1String(page.icon), tr(page.help), true);
    for (const PluginEntry &plugin : m_host.plugins().plugins())
        if (plugin.state == PluginState::Refused)
            m_rail->setAttention(QStringLiteral("plugins"), true);
}

Page *MainWindow::makePage(const QString &id)
{
    if (Page *page = m_pages.value(id))
        return page;
    Page *page = nullptr;
    if (id == QLatin1String("lessons")) {
        page = new LessonsPage(m_host, *m_lessons, this);
    } else if (id == QLatin1String("models")) {
        page = new ModelsPage(m_host, this);
    } else if (id == QLatin1String("plugins")) {
        page = new PluginsPage(m_host, this);
    } else if (id == QLatin1String("settings")) {
        auto *settings = new SettingsPage(m_host, this);
        connect(settings, &SettingsPage::restartRequested, this, &MainWindow::restart);
        page = settings;
    } else if (const PluginEntry *plugin = m_host.plugins().find(id)) {
        if (m_marker)
            m_marker->setActive(id, plugin->word);
        page = m_host.plugins().createPage(id, m_host, this);
        if (m_marker && id != m_current) { // made, but not what the user looks at
            const PluginEntry *active = m_host.plugins().find(m_current);
            m_marker->setActive(active ? m_current : QString(), active ? active->word : QString());
        }
        if (!page)
            page = m_pages.value(id) ? m_pages.value(id) : new WaitingPage(m_host, id, this);
    } else {
        return nullptr;
    }
    page->setFocusPolicy(Qt::NoFocus);
    m_pages.insert(id, page);
    return page;
}

void MainWindow::showPage(const QString &wanted)
{
    if (wanted.startsWith(kBeside)) {
        if (Page *page = makePage(wanted.mid(kBeside.size()))) {
            m_stage->showBeside(page);
            setInspectorVisible(m_inspectorWanted); // two pages may need its room
        }
        return;
    }
    QString id = wanted;
    for (const PluginEntry &plugin : m_host.plugins().plugins())
        if (plugin.word.compare(wanted, Qt::CaseInsensitive) == 0)
            id = plugin.id;
    if (Page *page = makePage(id))
        m_stage->show(page);
}

QString MainWindow::idOf(const Page *page) const
{
    for (auto it = m_pages.begin(); it != m_pages.end(); ++it)
        if (it.value() == page)
            return it.key();
    return {};
}

void MainWindow::currentChanged(Page *page)
{
    if (!page)
        return;
    m_current = idOf(page);
    m_rail->setCurrent(m_current);
    const PluginEntry *plugin = m_host.plugins().find(m_current);
    QString title = plugin ? plugin->word : QString();
    for (const BuiltIn &builtIn : kBuiltIn)
        if (m_current == QLatin1String(builtIn.id))
            title = tr(builtIn.word);
    m_header->setTitle(title);
    if (m_marker)
        m_marker->setActive(plugin ? m_current : QString(), title);

    if (!m_inspectors.contains(page)) {
        QWidget *made = nullptr;
        callFor(page, [&] { made = page->createInspector(nullptr); });
        m_inspectors.insert(page, made);
        QWidget *chip = nullptr;
        callFor(page, [&] { chip = page->createModelChip(nullptr); });
        m_modelChips.insert(page, chip);
    }
    m_header->setPageChip(m_modelChips.value(page));
    if (QWidget *before = m_inspectorScroll->takeWidget())
        before->setParent(nullptr); // kept for when its page comes back
    if (QWidget *controls = m_inspectors.value(page)) {
        m_inspectorScroll->setWidget(controls);
        controls->show();
    }
    setInspectorVisible(m_inspectorWanted);
}

Page *MainWindow::pageFor(const QList<ItemKind> &kinds)
{
    if (Page *page = m_stage->current(); page && !page->dropText(kinds).isEmpty())
        return page;
    for (const QString &id : m_rail->upper())
        if (Page *page = makePage(id); page && !page->dropText(kinds).isEmpty()) {
            showPage(id);
            return page;
        }
    return nullptr;
}

void MainWindow::showWarning(const QString &text, const QString &details)
{
    m_banner->showWarning(text, details);
    m_banner->setRemedy(tr("Dismiss"), [this] { m_banner->clear(); });
}

void MainWindow::showUnreadable(const QStringList &news)
{
    constexpr qsizetype kShown = 5;
    // Some are known by their names at once, others only when they were read: one list all the same.
    if (m_banner->isHidden())
        m_unreadable.clear();
    m_unreadable += news;
    const QStringList &sentences = m_unreadable;
    QStringList lines = sentences.mid(0, kShown);
    if (sentences.size() > kShown)
        lines.append(tr("and %1 more").arg(sentences.size() - kShown));
    const QString head =
        sentences.size() == 1 ? QString() : tr("%1 files could not be used").arg(sentences.size()) + u'\n';
    m_banner->showWarning(head + lines.join(u'\n'),
                          sentences.size() > kShown ? sentences.mid(kShown).join(u'\n') : QString());
    m_banner->setRemedy(tr("Dismiss"), [this] { m_banner->clear(); });
}

void MainWindow::openFiles()
{
    const QString pictures =
        QStringLiteral("*.png *.jpg *.jpeg *.gif *.webp *.bmp *.tif *.tiff *.pbm *.pgm *.ppm *.pnm");
    const QString sounds = QStringLiteral("*.wav *.flac *.ogg *.oga *.opus *.mp3 *.aif *.aiff *.au *.caf *.w64");
    const QStringList paths = QFileDialog::getOpenFileNames(this, tr("Open pictures or sounds"), {},
                                                            tr("Pictures and sounds (%1 %2)").arg(pictures, sounds));
    if (!paths.isEmpty())
        m_drops->givePaths(paths);
}

void MainWindow::restart()
{
    saveState();
    if (m_marker)
        m_marker->clear();
    QProcess::startDetached(QApplication::applicationFilePath(),
                            {QStringLiteral("--settings"), m_host.settings().fileName()});
    QApplication::quit();
}

void MainWindow::paintEvent(QPaintEvent *event)
{
    QMainWindow::paintEvent(event);
    if (m_painted)
        return;
    m_painted = true;
    // After this round of painting has reached the screen.
    QTimer::singleShot(0, this, &MainWindow::firstPaint);
}

bool MainWindow::escape()
{
    if (m_blank->isVisible()) {
        setBlank(false);
        return true;
    }
    if (m_help->isVisible()) {
        m_help->hide();
        return true;
    }
    if (m_lessons->isPlaying()) {
        m_lessons->leave();
        return true;
    }
    // Whoever presents holds a remote, and its Esc ends the show, whatever is computed meanwhile.
    if (m_host.presenting()) {
        setPresenting(false);
        return true;
    }
    if (Page *page = m_stage->current(); page && page->cancel())
        return true;
    if (const std::uint64_t job = m_workBar->shownJob()) {
        m_host.engineService().cancel(job);
        return true;
    }
    if (m_timeline->isVisible()) {
        setTimelineVisible(false);
        return true;
    }
    return false;
}

bool MainWindow::event(QEvent *event)
{
    // The first page that draws with OpenGL makes Qt create the window anew, and the keyboard stays with the old one.
    if (event->type() == QEvent::WinIdChange && isVisible())
        QTimer::singleShot(0, this, [this] { activateWindow(); });
    return QMainWindow::event(event);
}

void MainWindow::keyPressEvent(QKeyEvent *event)
{
    if (event->key() == Qt::Key_Escape && escape())
        return;
    if (event->key() == Qt::Key_Period && m_host.presenting()) {
        setBlank(!m_blank->isVisible());
        return;
    }
    if (m_blank->isVisible()) { // any key brings the picture back
        setBlank(false);
        return;
    }
    QMainWindow::keyPressEvent(event);
}

void MainWindow::closeEvent(QCloseEvent *event)
{
    saveState();
    if (m_marker)
        m_marker->clear();
    event->accept();
}

} // namespace orrery
