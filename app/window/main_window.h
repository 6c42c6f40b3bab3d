// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "orrery/item.h"
#include "widgets/theme/theme.h"

#include <QHash>
#include <QMainWindow>
#include <QPointer>

#include <memory>

class QScrollArea;
class QVBoxLayout;

namespace orrery {

class CommandPalette;
class CrashMarker;
class DropController;
class ErrorCard;
class FirstRunStrip;
class HeaderBar;
class HelpBubble;
class LessonController;
class Host;
class Page;
class Rail;
class Stage;
class Timeline;
class Tray;
class WorkBar;

/// The window as UX.md lays it out: header, rail, stage, inspector, tray, running work.
class MainWindow : public QMainWindow
{
    Q_OBJECT
public:
    /// @param marker  told which plugin is active; may be null.
    MainWindow(Host &host, CrashMarker *marker, QWidget *parent = nullptr);
    ~MainWindow() override;

    /// Shows a page: "lessons", "models", "plugins", "settings", or the id of a plugin (also its word, in small
    /// letters).
    void showPage(const QString &id);
    QString currentPage() const { return m_current; }
    /// @return null while there is none; a WaitingPage while the plugin is not up.
    Page *page(const QString &id) const { return m_pages.value(id); }
    /// The page of that id, made when there is none yet; null when there is none of that id.
    Page *ensurePage(const QString &id) { return makePage(id); }
    /// The page that takes these: the one on screen, else the first plugin that does (it is then shown).
    Page *pageFor(const QList<ItemKind> &kinds);

    /// Id of the plugin or page that an object belongs to: the page, something in it, or its inspector. Empty: none.
    QString pageIdOf(const QObject *object) const;
    /// One page sends items to another.
    void giveItems(const QString &id, const QList<ItemId> &items, const QString &undoText);
    /// Goes to Plugins and opens the form.
    void newPlugin();
    /// Builds the plugin on screen again, or the one built last.
    void rebuildPlugin();

    void setPresenting(bool presenting);
    void setSplit(bool split);
    void setTrayVisible(bool visible);
    void setInspectorVisible(bool visible);
    void setTimelineVisible(bool visible);
    void setBlank(bool blank);
    bool isBlank() const;
    /// Shows or hides inspector, tray and first-run strip as the page, its room and a lesson want them.
    void refreshRoom();
    /// A sentence above the stage, with a button: what happened to the last run.
    void showWarning(const QString &text, const QString &details = {});
    /// Adds to the list on screen, or opens one.
    void showUnreadable(const QStringList &news);
    void openFiles();
    void saveState();

    // For the tour, the tests and the drop controller.
    Stage *stage() const { return m_stage; }
    Tray *tray() const { return m_tray; }
    Rail *rail() const { return m_rail; }
    WorkBar *workBar() const { return m_workBar; }
    HeaderBar *header() const { return m_header; }
    Timeline *timeline() const { return m_timeline; }
    ErrorCard *banner() const { return m_banner; }
    CommandPalette *palette() const { return m_palette; }
    HelpBubble *help() const { return m_help; }
    FirstRunStrip *strip() const { return m_strip; }
    DropController *drops() const { return m_drops; }
    LessonController *lessons() const { return m_lessons; }
    QWidget *inspector() const { return m_inspector; }
    Theme &theme() const { return Theme::instance(); }

Q_SIGNALS:
    /// The window is on screen.
    void firstPaint();

private:
    void buildLayout();
    void buildRail();
    void addCommands();
    void addPluginCommands();
    void syncActions();
    /// As they are now: pages and lessons by their names.
    std::vector<Command> paletteCommands();
    void buildMenu();
    void pluginChanged(const QString &id);
    Page *makePage(const QString &id);
    void currentChanged(Page *page);
    QString idOf(const Page *page) const;
    void restyle();
    void restoreState();
    void restart();
    void blankOrUnblank();
    bool escape();
    void paintEvent(QPaintEvent *event) override;
    void keyPressEvent(QKeyEvent *event) override;
    void closeEvent(QCloseEvent *event) override;
    bool event(QEvent *event) override;
    void resizeEvent(QResizeEvent *event) override;

    Host &m_host;
    CrashMarker *m_marker;
    HeaderBar *m_header = nullptr;
    Rail *m_rail = nullptr;
    Stage *m_stage = nullptr;
    QWidget *m_inspector = nullptr;
    QScrollArea *m_inspectorScroll = nullptr;
    Tray *m_tray = nullptr;
    Timeline *m_timeline = nullptr;
    WorkBar *m_workBar = nullptr;
    FirstRunStrip *m_strip = nullptr;
    ErrorCard *m_banner = nullptr;
    CommandPalette *m_palette = nullptr;
    HelpBubble *m_help = nullptr;
    DropController *m_drops = nullptr;
    LessonController *m_lessons = nullptr;
    QWidget *m_blank = nullptr;
    QHash<QString, Page *> m_pages;
    QHash<Page *, QPointer<QWidget>> m_inspectors;
    QHash<Page *, QPointer<QWidget>> m_modelChips; ///< in the header
    QHash<QString, QAction *> m_actions;
    QString m_current;
    QStringList m_unreadable; ///< in the banner
    bool m_inspectorWanted = true;
    bool m_trayWanted = false;
    bool m_painted = false;
    bool m_wasMaximized = false;
};

} // namespace orrery
