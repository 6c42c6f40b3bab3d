// SPDX-License-Identifier: Apache-2.0
#include "plugins/zero_shot/view/matrix_part.h"

#include "plugins/zero_shot/view/classify_state.h"
#include "plugins/zero_shot/view/picture_sources.h"
#include "widgets/busy_strip.h"
#include "widgets/error_card.h"
#include "widgets/matrix/matrix_view.h"

#include <QLabel>
#include <QPushButton>
#include <QStackedWidget>
#include <QVBoxLayout>

namespace orrery::zero_shot {

MatrixPart::MatrixPart(PluginHost &host, QWidget *parent)
    : QWidget(parent), m_host(host), m_stack(new QStackedWidget(this)), m_matrix(new MatrixView(this)),
      m_empty(nullptr), m_note(new QLabel(this)), m_error(new ErrorCard(this)),
      m_busy(new BusyStrip(tr("Ranking…"), this))
{
    auto *empty = new EmptyState(tr("Open some pictures to compare each of them with each name."), this);
    empty->addButton(tr("Compare the examples"), [this] { Q_EMIT examplesWanted(); });
    m_empty = empty;
    m_stack->addWidget(m_matrix);
    m_stack->addWidget(m_empty);
    m_stack->setCurrentWidget(m_empty);
    m_note->setProperty("look", QStringLiteral("muted"));
    m_note->setWordWrap(true);
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(8);
    column->addWidget(m_note);
    column->addWidget(m_error);
    column->addWidget(m_stack, 1);
    column->addWidget(m_busy);
    connect(m_busy, &BusyStrip::cancelClicked, this, &MatrixPart::cancel);
    connect(m_matrix, &MatrixView::rowActivated, this, [this](int row) {
        Workspace &workspace = m_host.workspace();
        const ItemId id = m_rows.value(row);
        if (workspace.contains(id))
            workspace.select(workspace.selection().contains(id) ? workspace.selection().items : QList<ItemId>{id}, id);
    });
}

QString MatrixPart::note() const
{
    return m_note->text();
}

bool MatrixPart::cancel()
{
    const bool running = m_running.valid() && !m_running.finished();
    if (running)
        m_running.cancel();
    m_busy->setBusy(false);
    return running; // what stands there stays dimmed: it answers an earlier question
}

void MatrixPart::ask(const Question &question, const QStringList &best)
{
    Workspace &workspace = m_host.workspace();
    QList<Item> pictures;
    const auto collect = [&](const QList<ItemId> &ids) {
        pictures.clear();
        for (const Item &item : workspace.items(ids))
            if (item.hasPicture() && pictures.size() < kMostPictures)
                pictures.append(item);
    };
    collect(workspace.selection().items);
    if (pictures.size() < 2)
        collect(workspace.items());
    QStringList labels = question.labels;
    if (labels.size() > kMostTexts && best.size() >= kMostTexts)
        labels = best.mid(0, kMostTexts);
    else
        labels = labels.mid(0, kMostTexts);
    m_error->clear();
    if (pictures.isEmpty() || labels.isEmpty()) {
        cancel();
        ++m_asked; // an answer that is on its way belongs to what is no longer there
        m_stack->setCurrentWidget(m_empty);
        m_note->clear();
        return;
    }
    m_stack->setCurrentWidget(m_matrix);
    QString note = pictures.size() == 1 ? tr("Cosine of 1 picture") : tr("Cosine of %1 pictures").arg(pictures.size());
    note += labels.size() < question.labels.size()
                ? tr(" with the %1 names that fit “%2” best.").arg(labels.size()).arg(question.item.name)
                : tr(" with each name.");
    if (pictures.size() == 1)
        note += tr(" Open or select more pictures to compare them.");

    SignedMatrix matrix;
    clip::MatrixRequest request;
    request.model = m_host.currentModel().toStdString();
    QList<ItemId> rows;
    for (const Item &item : pictures) {
        rows.append(item.id);
        matrix.rows.append(item.name);
        matrix.thumbnails.append(item.picture.isNull()
                                     ? QImage()
                                     : item.picture.scaled(72, 72, Qt::KeepAspectRatio, Qt::SmoothTransformation));
        request.pictures.push_back(toSource(item));
    }
    matrix.columns = labels;
    request.texts = toStrings(labels);
    request.names = true; // the cosines that the ranking shows
    request.templates = toStrings(question.templates);

    const quint64 number = ++m_asked;
    JobOptions options;
    options.title = tr("Compare pictures with names").toStdString();
    options.channel = "zero_shot.matrix";
    m_busy->setBusy(true);
    m_matrix->setStale(m_matrix->model().rowCount() > 0);
    m_running = m_host.submit(
        this, clip::kMatrix, std::move(request), std::move(options),
        [this, number, note, rows, matrix = std::move(matrix)](Result<clip::MatrixResult> result) mutable {
            if (number != m_asked)
                return;
            m_busy->setBusy(false);
            if (!result) {
                if (result.error().code != ErrorCode::Cancelled)
                    m_error->showError(result.error());
                return; // what stands there stays dimmed: it answers an earlier question
            }
            for (const std::vector<double> &row : result->cosine)
                matrix.values.append(QList<double>(row.begin(), row.end()));
            matrix.errors = toQStrings(result->errors);
            // Not before: until now an earlier matrix was shown, which can be clicked and read, too.
            m_rows = rows;
            m_note->setText(note);
            m_matrix->setMatrix(std::move(matrix));
            m_matrix->setStale(false);
        },
        [this, number](const Progress &progress) {
            if (number == m_asked)
                m_busy->setProgress(progress.fraction, QString::fromStdString(progress.message));
        });
}

} // namespace orrery::zero_shot
