// SPDX-License-Identifier: Apache-2.0
#include "plugins/embedding_map/view/map_inspector.h"

#include <QCheckBox>
#include <QComboBox>
#include <QDoubleSpinBox>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QSignalBlocker>
#include <QSlider>
#include <QSpinBox>

#include <cmath>

namespace orrery::embedding_map {

MapInspector::MapInspector(PluginHost &host, MapState &state, QWidget *parent)
    : InspectorPanel(parent), m_host(host), m_state(state), m_method(new QComboBox(this)),
      m_neighbourhood(new RatioSlider(this)), m_start(new QComboBox(this)), m_spread(new RatioSlider(this)),
      m_metric(new QComboBox(this)), m_seed(new QSpinBox(this)), m_make(new QPushButton(this)),
      m_iterations(new QSpinBox(this)), m_perplexities(new QLineEdit(this)), m_search(new QComboBox(this)),
      m_supervised(new QCheckBox(this)), m_unfold(new QCheckBox(this))
{
    addFirst();
    addMore();
    connect(&m_state, &MapState::parametersChanged, this, &MapInspector::showState);
    setMaking(false, false, false);
    showState();
}

void MapInspector::addFirst()
{
    const MapParameters usual;
    m_method->setObjectName(QStringLiteral("method"));
    for (const maps::Method method : {maps::Method::Pca, maps::Method::Tsne, maps::Method::Umap})
        m_method->addItem(titleOf(method), int(method));
    connect(m_method, &QComboBox::activated, this, [this] {
        edit(tr("Choose %1").arg(m_method->currentText()),
             [this](MapParameters &p) { p.method = maps::Method(m_method->currentData().toInt()); });
    });
    addControl(tr("Method"), m_method,
               tr("PCA turns the points so that most of their spread is seen; it shows the large, and hides what is "
                  "fine. t-SNE and UMAP keep neighbours together and let the large picture go."),
               [this, usual] { edit(tr("Reset the method"), [&](MapParameters &p) { p.method = usual.method; }); });

    m_neighbourhood->setObjectName(QStringLiteral("neighbourhood"));
    connect(m_neighbourhood, &RatioSlider::edited, this, [this](double value) {
        edit(
            tr("Change the neighbourhood"),
            [&](MapParameters &p) {
                if (p.method == maps::Method::Umap)
                    p.neighbours = int(std::lround(value));
                else
                    p.perplexity = value;
            },
            true);
    });
    addControl(tr("Neighbourhood"), m_neighbourhood,
               tr("How many neighbours each point heeds: perplexity of t-SNE, neighbours of UMAP. Larger shows more of "
                  "the whole, smaller more of the details; very small ones make clumps of mere chance."),
               [this, usual] {
                   edit(tr("Reset the neighbourhood"), [&](MapParameters &p) {
                       p.neighbours = usual.neighbours;
                       p.perplexity = usual.perplexity;
                   });
               });

    m_start->setObjectName(QStringLiteral("start"));
    for (const maps::Start start : {maps::Start::Usual, maps::Start::Pca, maps::Start::Random, maps::Start::Spectral})
        m_start->addItem(titleOf(start), int(start));
    connect(m_start, &QComboBox::activated, this, [this] {
        edit(tr("Change the start"),
             [this](MapParameters &p) { p.start = maps::Start(m_start->currentData().toInt()); });
    });
    addControl(tr("Start"), m_start,
               tr("Where the points stand before they are moved. It decides where the islands lie to each other: a "
                  "random start throws them anywhere, PCA and spectral keep the large picture."),
               [this] { edit(tr("Reset the start"), [](MapParameters &p) { p.start = maps::Start::Usual; }); });

    m_spread->setObjectName(QStringLiteral("spread"));
    connect(m_spread, &RatioSlider::edited, this, [this](double value) {
        edit(
            tr("Change the spread"),
            [&](MapParameters &p) {
                if (p.method == maps::Method::Umap)
                    p.minDistance = value;
                else
                    p.exaggeration = value;
            },
            true);
    });
    addControl(tr("Spread"), m_spread,
               tr("t-SNE: exaggeration; larger packs islands tighter and wider apart. UMAP: smallest distance; larger "
                  "spreads the points of an island."),
               [this, usual] {
                   edit(tr("Reset the spread"), [&](MapParameters &p) {
                       p.exaggeration = usual.exaggeration;
                       p.minDistance = usual.minDistance;
                   });
               });

    m_metric->setObjectName(QStringLiteral("metric"));
    m_metric->addItem(tr("Euclidean"), int(maps::Metric::Euclidean));
    m_metric->addItem(tr("Cosine"), int(maps::Metric::Cosine));
    connect(m_metric, &QComboBox::activated, this, [this] {
        edit(tr("Change the metric"),
             [this](MapParameters &p) { p.metric = maps::Metric(m_metric->currentData().toInt()); });
    });
    addControl(tr("Metric"), m_metric,
               tr("What is near: Euclidean is the length of the straight line, cosine heeds directions only and not "
                  "lengths."),
               [this] { edit(tr("Reset the metric"), [](MapParameters &p) { p.metric = maps::Metric::Euclidean; }); });

    auto *seedBox = new QWidget(this);
    auto *seedRow = new QHBoxLayout(seedBox);
    seedRow->setContentsMargins(0, 0, 0, 0);
    m_seed->setObjectName(QStringLiteral("seed"));
    m_seed->setRange(0, 999'999);
    m_seed->setAccessibleName(tr("Seed"));
    m_seed->setKeyboardTracking(false);
    auto *another = new QPushButton(tr("Another"), seedBox);
    another->setProperty("look", QStringLiteral("tight"));
    seedRow->addWidget(m_seed, 1);
    seedRow->addWidget(another);
    seedBox->setFocusProxy(m_seed);
    const auto setSeed = [this](int seed) {
        edit(
            tr("Change the seed"), [&](MapParameters &p) { p.seed = seed; }, true);
    };
    connect(m_seed, &QSpinBox::valueChanged, this, setSeed);
    connect(another, &QPushButton::clicked, this, [this] { m_seed->setValue(m_seed->value() + 1); });
    addControl(tr("Seed"), seedBox,
               tr("All that is left to chance follows from it: the same seed makes the same map, on any day."),
               [this] { edit(tr("Reset the seed"), [](MapParameters &p) { p.seed = 0; }); });

    m_make->setObjectName(QStringLiteral("make"));
    m_make->setProperty("look", QStringLiteral("primary"));
    connect(m_make, &QPushButton::clicked, this, [this] { m_running ? stopClicked() : makeClicked(); });
    addNote(m_make);
}

void MapInspector::addMore()
{
    m_iterations->setObjectName(QStringLiteral("iterations"));
    m_iterations->setRange(0, 20'000);
    m_iterations->setSingleStep(50);
    m_iterations->setSpecialValueText(tr("the method's own"));
    m_iterations->setKeyboardTracking(false);
    connect(m_iterations, &QSpinBox::valueChanged, this, [this](int value) {
        edit(
            tr("Change the iterations"),
            [&](MapParameters &p) { p.iterations = value == 0 ? MapParameters::kOwn : value; }, true);
    });
    addControl(tr("Iterations"), m_iterations, tr("More let the map settle further, and take longer."), [this] {
        edit(tr("Reset the iterations"), [](MapParameters &p) { p.iterations = MapParameters::kOwn; });
    });

    m_perplexities->setObjectName(QStringLiteral("perplexities"));
    m_perplexities->setPlaceholderText(tr("10, 50, 200"));
    connect(m_perplexities, &QLineEdit::editingFinished, this, [this] {
        QList<double> values;
        for (const QString &part : m_perplexities->text().split(u',', Qt::SkipEmptyParts))
            if (const double value = part.trimmed().toDouble(); value >= 1 && value <= 10'000)
                values.append(value);
        edit(tr("Mix perplexities"), [&](MapParameters &p) { p.perplexities = values; });
    });
    addControl(tr("Several perplexities, mixed"), m_perplexities,
               tr("t-SNE heeds several sizes of neighbourhood at once. Divide them by commas; empty: the one above."),
               [this] { edit(tr("Mix no perplexities"), [](MapParameters &p) { p.perplexities.clear(); }); });

    m_search->setObjectName(QStringLiteral("search"));
    m_search->addItem(tr("Automatic"), int(maps::Search::Automatic));
    m_search->addItem(tr("Exact"), int(maps::Search::Exact));
    m_search->addItem(tr("Approximate"), int(maps::Search::Approximate));
    connect(m_search, &QComboBox::activated, this, [this] {
        edit(tr("Change the search for neighbours"),
             [this](MapParameters &p) { p.search = maps::Search(m_search->currentData().toInt()); });
    });
    addControl(tr("Search for neighbours"), m_search,
               tr("Approximate is faster for very many points and misses a few; how many is said beside the map."),
               [this] { edit(tr("Reset the search"), [](MapParameters &p) { p.search = maps::Search::Automatic; }); });

    m_supervised->setObjectName(QStringLiteral("supervised"));
    m_supervised->setText(tr("The known classes take part"));
    connect(m_supervised, &QCheckBox::clicked, this,
            [this](bool on) { edit(tr("Let classes take part"), [&](MapParameters &p) { p.supervised = on; }); });
    addControl(tr("Classes"), m_supervised,
               tr("UMAP pulls points of one class together. Such a map shows what it was told, and no longer only what "
                  "it found."),
               [this] { edit(tr("Leave classes out"), [](MapParameters &p) { p.supervised = false; }); });

    m_unfold->setObjectName(QStringLiteral("unfold"));
    m_unfold->setText(tr("Unfold a collection when it opens"));
    m_unfold->setChecked(m_host.setting(kUnfoldSetting, true).toBool());
    connect(m_unfold, &QCheckBox::clicked, this, [this](bool on) { m_host.setSetting(kUnfoldSetting, on); });
    addControl(tr("At first"), m_unfold, tr("PCA comes first either way. Remembered between starts."), [this] {
        m_unfold->setChecked(true);
        m_host.setSetting(kUnfoldSetting, true);
    });
}

void MapInspector::edit(const QString &undoText, const std::function<void(MapParameters &)> &change, bool merge)
{
    if (m_reading)
        return;
    MapParameters parameters = m_state.parameters();
    change(parameters);
    m_state.setParameters(parameters, undoText, merge);
}

void MapInspector::showState()
{
    const MapParameters p = m_state.parameters();
    m_reading = true;
    const bool pca = p.method == maps::Method::Pca;
    const bool umap = p.method == maps::Method::Umap;
    m_method->setCurrentIndex(m_method->findData(int(p.method)));
    if (umap)
        m_neighbourhood->setRange(2, 500, 0);
    else
        m_neighbourhood->setRange(2, 500, 1);
    m_neighbourhood->setName(umap ? tr("Neighbours") : tr("Perplexity"));
    m_neighbourhood->setValue(umap ? p.neighbours : p.perplexity);
    m_neighbourhood->setEnabled(!pca && (umap || p.perplexities.isEmpty()));
    m_start->setCurrentIndex(m_start->findData(int(p.start)));
    m_start->setItemText(0, umap ? tr("Usual: spectral") : tr("Usual: PCA"));
    m_start->setEnabled(!pca);
    if (umap)
        m_spread->setRange(0.01, 1, 2, true);
    else
        m_spread->setRange(0.5, 20, 1);
    m_spread->setName(umap ? tr("Smallest distance") : tr("Exaggeration"));
    m_spread->setValue(umap ? p.minDistance : p.exaggeration);
    m_spread->setEnabled(!pca);
    m_metric->setCurrentIndex(m_metric->findData(int(p.metric)));
    m_seed->setValue(int(p.seed));
    m_seed->parentWidget()->setEnabled(!pca);
    m_iterations->setValue(p.iterations == MapParameters::kOwn ? 0 : p.iterations);
    m_iterations->setEnabled(!pca);
    QStringList perplexities;
    for (const double value : p.perplexities)
        perplexities.append(QString::number(value, 'g', 6));
    m_perplexities->setText(perplexities.join(QStringLiteral(", ")));
    m_perplexities->setEnabled(p.method == maps::Method::Tsne);
    m_search->setCurrentIndex(m_search->findData(int(p.search)));
    m_search->setEnabled(!pca);
    m_supervised->setChecked(p.supervised);
    m_supervised->setEnabled(umap && m_supervised->property("classes").toBool());
    m_reading = false;
}

void MapInspector::setCollection(const MapCollection &collection)
{
    bool classes = false;
    for (const RowFact &fact : collection.facts)
        classes = classes || !fact.classes.empty();
    m_supervised->setProperty("classes", classes);
    showState();
}

void MapInspector::setMaking(bool running, bool kept, bool possible)
{
    m_running = running;
    m_make->setText(running ? tr("Stop, keep it as it is") : kept ? tr("Show this map") : tr("Make this map"));
    m_make->setToolTip(running ? tr("Esc does the same") : tr("Ctrl+Return does the same"));
    m_make->setEnabled(running || possible);
}

} // namespace orrery::embedding_map
