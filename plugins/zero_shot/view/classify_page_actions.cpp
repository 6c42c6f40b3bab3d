// SPDX-License-Identifier: Apache-2.0
// What the page does besides ranking: prepared failures, export, copying, restoring, commands.
#include "plugins/zero_shot/view/classify_page.h"

#include "plugins/zero_shot/view/classify_inspector.h"
#include "plugins/zero_shot/view/classify_state.h"
#include "plugins/zero_shot/view/failures_view.h"
#include "plugins/zero_shot/view/label_editor.h"
#include "plugins/zero_shot/view/label_lists.h"
#include "plugins/zero_shot/view/picture_panel.h"
#include "plugins/zero_shot/view/rank_view.h"
#include "plugins/zero_shot/view/ranker.h"
#include "plugins/zero_shot/view/ranking_export.h"

#include <QApplication>
#include <QClipboard>
#include <QFileDialog>
#include <QFileInfo>
#include <QJsonArray>
#include <QMenu>
#include <QMimeData>
#include <QToolButton>

namespace orrery::zero_shot {

void ClassifyPage::showFailure(const Failure &failure)
{
    Item item = fileItem(host().resourceFolder() + u'/' + failure.picture);
    item.name = QFileInfo(failure.picture).completeBaseName();
    item.picture = QImage(item.path);
    item.trueLabel = failure.trueLabel;
    m_settingUp = true;
    host().workspace().beginMacro(tr("Show where it fails: %1").arg(failure.title));
    m_pictures->setSketching(false);
    m_state->setLabels(labelsOf(failure, m_lists->everyday()), failure.title);
    m_state->setTemplates({}, failure.title);
    m_state->setScoring(clip::Scoring::Softmax);
    m_state->setTemperature(0);
    m_pictures->addAll({{item}, {}}, failure.title);
    host().workspace().endMacro();
    m_settingUp = false;
    showPart(Rank);
    m_rankView->setStory(failure.title, failure.why);
    rank(false);
}

bool ClassifyPage::restore(const QJsonObject &recipe)
{
    if (!isRankingRecipe(recipe))
        return false;
    QStringList labels;
    for (const QJsonValue &value : recipe.value(QStringLiteral("labels")).toArray())
        labels.append(value.toString());
    QStringList templates;
    for (const QJsonValue &value : recipe.value(QStringLiteral("templates")).toArray())
        templates.append(value.toString());
    const int scoring = recipe.value(QStringLiteral("scoring")).toInt();
    const QImage picture = recipePicture(recipe);
    // The file may come from anywhere: nothing of it is used before it was checked.
    QStringList checked;
    if (labels.isEmpty() || scoring < 0 || scoring > static_cast<int>(clip::Scoring::NoneOfThese) ||
        !parseTemplates(templates.join(u'\n'), &checked).isEmpty())
        return false;
    m_settingUp = true;
    Workspace &workspace = host().workspace();
    workspace.beginMacro(tr("Restore a ranking"));
    m_pictures->setSketching(false);
    m_state->setLabels(parseLabels(labels.join(u'\n') + u'\n').labels, tr("Restore names"));
    m_state->setTemplates(checked, tr("Restore prompts"));
    m_state->setScoring(static_cast<clip::Scoring>(scoring));
    m_state->setTemperature(std::max(0.0, recipe.value(QStringLiteral("temperature")).toDouble()));
    if (!picture.isNull()) {
        Item item = pictureItem(picture, recipe.value(QStringLiteral("pictureName")).toString(),
                                QJsonObject{{QStringLiteral("source"), QStringLiteral("made")}});
        item.trueLabel = recipe.value(QStringLiteral("trueLabel")).toString();
        m_pictures->addAll({{item}, {}}, tr("Restore the picture"));
    }
    workspace.endMacro();
    m_settingUp = false;
    showPart(Rank);
    rank(false);
    const QString model = recipe.value(QStringLiteral("model")).toString();
    host().notify(model.isEmpty() || model == host().currentModel()
                      ? tr("Restored the names, prompts and picture of this ranking")
                      : tr("Restored; it was made with another model, %1").arg(model));
    return true;
}

void ClassifyPage::exportTo(const QString &path)
{
    if (!m_ranker->answer() || m_ranker->answer()->ranking.isEmpty()) {
        host().notify(tr("There is no ranking to export yet"));
        return;
    }
    const QString error = exportRanking(*m_ranker->answer(), m_pictures->current().trueLabel, path);
    host().notify(error.isEmpty() ? tr("Saved %1").arg(QFileInfo(path).fileName()) : error);
}

void ClassifyPage::chooseExport(const QString &suffix, const QString &filter)
{
    const QString name = m_pictures->current().name;
    QString path =
        QFileDialog::getSaveFileName(this, tr("Export the ranking"), tr("ranking of %1.%2").arg(name, suffix), filter);
    if (path.isEmpty())
        return;
    if (QFileInfo(path).suffix().isEmpty())
        path += u'.' + suffix;
    exportTo(path);
}

void ClassifyPage::copyRanking()
{
    if (!m_ranker->answer() || m_ranker->answer()->ranking.isEmpty()) {
        host().notify(tr("There is no ranking to copy yet"));
        return;
    }
    const QString truth = m_pictures->current().trueLabel;
    auto *data = new QMimeData;
    data->setText(rankingTable(m_ranker->answer()->ranking, truth));
    data->setImageData(rankingImage(*m_ranker->answer(), truth));
    QApplication::clipboard()->setMimeData(data);
    host().notify(tr("Copied the ranking as a table and as a picture"));
}

QWidget *ClassifyPage::makeExportButton()
{
    auto *button = new QToolButton(this);
    button->setObjectName(QStringLiteral("export"));
    button->setText(tr("Export"));
    button->setToolTip(tr("Copy the ranking, or save it as PNG, SVG or CSV; each carries what made it"));
    button->setPopupMode(QToolButton::InstantPopup);
    auto *menu = new QMenu(button);
    menu->addAction(tr("Copy"), this, &ClassifyPage::copyRanking);
    menu->addSeparator();
    menu->addAction(tr("Picture (PNG)…"), this, [this] { chooseExport(QStringLiteral("png"), tr("Picture (*.png)")); });
    menu->addAction(tr("Drawing (SVG)…"), this, [this] { chooseExport(QStringLiteral("svg"), tr("Drawing (*.svg)")); });
    menu->addAction(tr("Table (CSV)…"), this, [this] { chooseExport(QStringLiteral("csv"), tr("Table (*.csv)")); });
    button->setMenu(menu);
    // Before a class the tabs need the room; Ctrl+K still exports.
    connect(&host(), &PluginHost::presentingChanged, button, [button](bool on) { button->setVisible(!on); });
    button->setVisible(!host().presenting()); // it may have begun before this page
    return button;
}

void ClassifyPage::makeCommands()
{
    const auto hasRanking = [this] { return m_ranker->answer() && !m_ranker->answer()->ranking.isEmpty(); };
    const auto add = [this](const char *id, const QString &text, std::function<void()> run,
                            std::function<bool()> enabled = {}) {
        host().addCommand(
            this,
            {QStringLiteral("zero_shot.%1").arg(QLatin1String(id)), text, {}, std::move(run), std::move(enabled)});
    };
    add("draw", tr("Draw on the sketch pad"), [this] { m_pictures->setSketching(true); });
    add(
        "showOnMap", tr("Show the picture on the map"), [this] { m_pictures->showOnMap(); },
        [this] { return m_pictures->canShowOnMap(); });
    add("openPictures", tr("Open pictures to classify…"), [this] { m_pictures->openFiles(); });
    add("openFolder", tr("Open a folder of pictures to classify…"), [this] { m_pictures->openFolder(); });
    add("everyday", tr("Choose among the everyday names"),
        [this] { m_state->setLabels(m_lists->everyday(), tr("Use the everyday names")); });
    add(
        "allNames", tr("Choose among all names the model knows"),
        [this] { m_state->setLabels(m_lists->allNames(), tr("Use all names")); },
        [this] { return !m_lists->allNames().isEmpty(); });
    add("vary", tr("Vary: mirrored, grey, sketched, turned, half covered"), [this] { showPart(Vary); });
    add("matrix", tr("Matrix: each picture with each name"), [this] { showPart(Matrix); });
    add("failures", tr("Where it fails"), [this] { showPart(Failures); });
    add(
        "copy", tr("Copy the ranking"), [this] { copyRanking(); }, hasRanking);
    add(
        "exportPng", tr("Export the ranking as a picture (PNG)…"),
        [this] { chooseExport(QStringLiteral("png"), tr("Picture (*.png)")); }, hasRanking);
    add(
        "exportSvg", tr("Export the ranking as a drawing (SVG)…"),
        [this] { chooseExport(QStringLiteral("svg"), tr("Drawing (*.svg)")); }, hasRanking);
    add(
        "exportCsv", tr("Export the ranking as a table (CSV)…"),
        [this] { chooseExport(QStringLiteral("csv"), tr("Table (*.csv)")); }, hasRanking);
}

} // namespace orrery::zero_shot
