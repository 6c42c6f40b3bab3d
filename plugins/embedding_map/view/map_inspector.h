// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "plugins/embedding_map/view/map_state.h"
#include "widgets/inspector_panel.h"
#include "widgets/ratio_slider.h"

class QCheckBox;
class QComboBox;
class QLabel;
class QLineEdit;
class QPushButton;
class QSpinBox;

namespace orrery::embedding_map {

/// How the next map is made: method, neighbourhood, start, spread, metric, seed; more when asked. Thread: interface.
class MapInspector final : public InspectorPanel
{
    Q_OBJECT

public:
    MapInspector(PluginHost &host, MapState &state, QWidget *parent = nullptr);

    /// @param running  the button stops. @param kept  there is a map of these parameters already
    void setMaking(bool running, bool kept, bool possible);
    /// How the collection limits the choices.
    void setCollection(const MapCollection &collection);

    QComboBox *method() const { return m_method; }
    RatioSlider *neighbourhood() const { return m_neighbourhood; }
    QComboBox *start() const { return m_start; }
    RatioSlider *spread() const { return m_spread; }
    QComboBox *metric() const { return m_metric; }
    QSpinBox *seed() const { return m_seed; }
    QPushButton *make() const { return m_make; }

Q_SIGNALS:
    void makeClicked();
    void stopClicked();

private:
    void addFirst();
    void addMore();
    void showState();
    void edit(const QString &undoText, const std::function<void(MapParameters &)> &change, bool merge = false);

    PluginHost &m_host;
    MapState &m_state;
    QComboBox *m_method;
    RatioSlider *m_neighbourhood;
    QComboBox *m_start;
    RatioSlider *m_spread;
    QComboBox *m_metric;
    QSpinBox *m_seed;
    QPushButton *m_make;
    QSpinBox *m_iterations;
    QLineEdit *m_perplexities;
    QComboBox *m_search;
    QCheckBox *m_supervised;
    QCheckBox *m_unfold;
    bool m_running = false;
    bool m_reading = false;
};

/// Remembered between starts: does a collection that is opened unfold by itself?
inline const QString kUnfoldSetting = QStringLiteral("orrery.embedding-map/unfold");

} // namespace orrery::embedding_map
