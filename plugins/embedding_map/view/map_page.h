// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "orrery/plugin.h"
#include "plugins/embedding_map/view/clusters.h"
#include "plugins/embedding_map/view/collection_shelf.h"
#include "plugins/embedding_map/view/map_run.h"

#include <QPointer>

#include <memory>

class QComboBox;
class QLabel;
class QPushButton;
class QSplitter;
class QStackedWidget;
class QTabBar;
class QToolButton;

namespace orrery {
class BusyStrip;
class EmptyState;
class ErrorCard;
class NoticeLabel;
} // namespace orrery

namespace orrery::embedding_map {

class CollectionBar;
class FailuresView;
class Guests;
class LayerMaps;
class LayerStrip;
class LiveGuests;
class LiveTrail;
class MapInspector;
class MapMaker;
class MapSelection;
class MapState;
class NeighboursView;
class PromptTint;
class QualityPanel;
class RunList;
class RunStrip;
struct ExportedMap;
struct PreparedFailure;

/// The page "Map": lays a collection out in the plane.
/// Thread: interface.
class MapPage final : public Page
{
    Q_OBJECT

public:
    enum Part
    {
        Map,
        Compare,
        Layers,
        Failures,
    };

    explicit MapPage(PluginHost &host, QWidget *parent = nullptr);
    /// With collections of one's own; for tests.
    MapPage(PluginHost &host, Sources sources, QWidget *parent);
    ~MapPage() override;

    QWidget *createInspector(QWidget *parent) override;
    QString dropText(const QList<ItemKind> &kinds) const override;
    void take(const QList<ItemId> &items) override;
    void focusPrompt() override;
    bool cancel() override;
    void shown() override;
    void hidden() override;
    QList<TourStep> tourSteps() override;
    Playable *playable() override { return m_play.get(); }

    void showPart(Part part);
    Part part() const;
    void openCollection(const QString &id);
    void openFile(const QString &path);
    /// Makes the map that the inspector describes, or shows it when it is there.
    void make();
    void makeMap(const MapParameters &parameters);
    void showMap(const QString &key);
    /// Beside the map on screen; empty: nothing.
    void showBeside(const QString &key);
    void deleteMap(const QString &key);
    void measureShown();
    ScatterPositions reference(const QString &exceptKey) const; ///< the map on which others are laid; null: none yet
    /// Moves the points of the first map to the places of the second and back, or from PCA to the map on screen.
    void morph();
    void showFailure(const PreparedFailure &failure);
    /// Puts back what an exported map was made from. @return false when the recipe is not one of this page.
    bool restore(const QJsonObject &recipe);
    void sendTo(const QString &pageId);
    void gather();
    void exportTo(const QString &path);
    /// The colour that is shown: what was chosen, where that can be.
    QString colourInUse() const;
    /// True while something was asked for and is not there yet.
    bool isBusy() const;
    QString errorText() const;
    /// What remains between two compared maps, as a share; negative: nothing is compared.
    double difference() const { return m_difference; }
    /// The map on screen at the left, or being made; null: none.
    const MapRun *shownRun() const;
    const MapRun *besideRun() const;

    MapState &state() { return *m_state; }
    CollectionShelf &shelf() { return *m_shelf; }
    MapMaker &maker() { return *m_maker; }
    RunList &runs() { return *m_runs; }
    RunStrip &runStrip() { return *m_runStrip; }
    PromptTint &tint() { return *m_tint; }
    Guests &guests() { return *m_guests; }
    LiveGuests &live() { return *m_live; }
    LiveTrail &trail() { return *m_trail; }
    LayerMaps &layerMaps() { return *m_layerMaps; }
    LayerStrip &layerStrip() { return *m_layerStrip; }
    MapSelection &selection() { return *m_selection; }
    CollectionBar &bar() { return *m_bar; }
    ScatterView &view() { return *m_view; }
    ScatterView &besideView() { return *m_besideView; }
    QTabBar &tabs() { return *m_tabs; }
    /// Parts of the inspector; null before it was asked for.
    NeighboursView *neighbours();
    QualityPanel *quality();
    MapInspector *inspector();

    static constexpr std::int64_t kUnfoldUpTo = 100'000; ///< more points unfold only when asked

protected:
    bool eventFilter(QObject *object, QEvent *event) override;
    void resizeEvent(QResizeEvent *event) override;

private:
    // map_page_layout.cpp
    void makeLayout();
    QWidget *makeTools();
    QWidget *makeSelectionBar();
    QWidget *makeExportButton();
    QWidget *makePanel(ScatterView *view, QWidget *heading);
    void connectParts();
    void makeRoom();

    // map_page.cpp: collections
    void load();
    void showOpened();
    void begin();
    void showCollection();
    void showWords();
    void showBusy();
    void showError(const Error &error);

    // map_page_runs.cpp: maps, their colours and marks
    void keep(const MapRun &run);
    void showRuns();
    void showPositions(int motionMs);
    void showBesideRun();
    void levelHeads();
    void showColours();
    void showMarks();
    void showQuality();
    void showNeighbours();
    void showSelection();
    void showMaking();
    void showKnobs();
    void tune(double value);
    void findIslands();
    void startLayers();
    void showLayer();
    QString status() const;

    // map_page_live.cpp
    QWidget *makeLiveBar();
    bool mapStandsStill() const;
    void giveLiveMap();
    void showLive();

    // map_page_actions.cpp
    void makeCommands();
    void chooseFile();
    void chooseFolder();
    void openSelection();
    void chooseExport(const QString &suffix, const QString &filter);
    ExportedMap exported() const;
    void land(const QList<qsizetype> &guests);
    void makeRight();

    std::unique_ptr<Playable> m_play;
    MapState *m_state;
    CollectionShelf *m_shelf;
    MapMaker *m_maker;
    RunList *m_runs;
    MapSelection *m_selection;
    PromptTint *m_tint;
    Guests *m_guests;
    LayerMaps *m_layerMaps;
    LiveGuests *m_live;

    QTabBar *m_tabs = nullptr;
    QStackedWidget *m_stack = nullptr;
    CollectionBar *m_bar = nullptr;
    QWidget *m_tools = nullptr;
    QSplitter *m_split = nullptr;
    ScatterView *m_view = nullptr;
    ScatterView *m_besideView = nullptr;
    QWidget *m_besidePanel = nullptr;
    QWidget *m_besideHead = nullptr;
    QLabel *m_heading = nullptr;
    QComboBox *m_besideChoice = nullptr;
    QLabel *m_besideNumbers = nullptr;
    LayerStrip *m_layerStrip = nullptr;
    QLabel *m_story = nullptr;
    LiveTrail *m_trail = nullptr;
    QWidget *m_liveBar = nullptr;
    NoticeLabel *m_liveText = nullptr;
    QWidget *m_selectionBar = nullptr;
    QLabel *m_selectionText = nullptr;
    QPushButton *m_sendButton = nullptr;
    QPushButton *m_gatherButton = nullptr;
    ErrorCard *m_error = nullptr;
    BusyStrip *m_busy = nullptr;
    RunStrip *m_runStrip = nullptr;
    EmptyState *m_empty = nullptr;
    FailuresView *m_failures = nullptr;
    QPointer<MapInspector> m_inspector;
    QPointer<QualityPanel> m_quality;
    QPointer<NeighboursView> m_neighbours;

    Clusters m_islands;
    ScatterPositions m_islandsOf; ///< the positions they were found in
    ScatterPositions m_aligned;   ///< the map beside, laid on the one on screen
    QString m_alignedOf;          ///< which pair that is
    ScatterPositions m_shownPositions;
    std::optional<MapParameters> m_next;        ///< to be made when the one under way is done
    std::optional<MapParameters> m_rightWanted; ///< to be made for the right side, without showing it at the left
    QString m_failureWaiting;                   ///< id of a prepared failure whose collection is being loaded
    double m_difference = -1;
    bool m_unfolding = false; ///< PCA is only the first half
    bool m_preview = false;   ///< of a part of the collection: the map is not kept
    bool m_findingIslands = false;
    bool m_aligning = false;
    int m_alignAsked = 0; ///< counts what was asked; only the newest answer counts
    bool m_layersWanted = false;
    bool m_layersLoading = false;
    bool m_morphed = false;
    bool m_started = false;
    bool m_settingUp = false;
    std::optional<int> m_guestShown;
};

} // namespace orrery::embedding_map
