// SPDX-License-Identifier: Apache-2.0
#include "plugins/embedding_map/view/collection_bar.h"

#include "widgets/theme/theme.h"

#include <QAbstractItemView>
#include <QComboBox>
#include <QHBoxLayout>
#include <QLineEdit>
#include <QSignalBlocker>
#include <QStandardItemModel>

namespace orrery::embedding_map {

namespace {

const QString kFile = QStringLiteral("…file");
const QString kFolder = QStringLiteral("…folder");
const QString kSelection = QStringLiteral("…selection");

void setPossible(QComboBox *box, int row, bool possible)
{
    if (auto *model = qobject_cast<QStandardItemModel *>(box->model()))
        if (QStandardItem *item = model->item(row))
            item->setEnabled(possible);
}

} // namespace

CollectionBar::CollectionBar(QWidget *parent)
    : QWidget(parent), m_collections(new QComboBox(this)), m_colours(new QComboBox(this)), m_words(new QLineEdit(this))
{
    m_collections->setObjectName(QStringLiteral("collection"));
    m_collections->setAccessibleName(tr("Collection on the map"));
    m_collections->setToolTip(tr("What the map is made of"));
    m_colours->setObjectName(QStringLiteral("colour"));
    m_colours->setAccessibleName(tr("Colour by"));
    m_colours->setToolTip(tr("What the colour of the points says"));
    for (QComboBox *box : {m_collections, m_colours}) {
        box->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
        box->setMinimumContentsLength(12);
        box->view()->setMinimumWidth(Theme::instance().px(240));
    }
    m_words->setObjectName(QStringLiteral("words"));
    m_words->setAccessibleName(tr("Words that tint the points"));
    m_words->setClearButtonEnabled(true);
    auto *row = new QHBoxLayout(this);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(8);
    row->addWidget(m_collections, 3);
    row->addWidget(m_colours, 3);
    row->addWidget(m_words, 5);

    connect(m_collections, &QComboBox::activated, this, [this](int index) {
        const QString id = m_collections->itemData(index).toString();
        const QSignalBlocker quiet(m_collections);
        m_collections->setCurrentIndex(m_collections->findData(m_openId)); // until it is open
        if (id == kFile)
            Q_EMIT fileWanted();
        else if (id == kFolder)
            Q_EMIT folderWanted();
        else if (id == kSelection)
            Q_EMIT selectionWanted();
        else if (!id.isEmpty())
            Q_EMIT collectionChosen(id);
    });
    connect(m_colours, &QComboBox::activated, this,
            [this](int index) { Q_EMIT colourChosen(m_colours->itemData(index).toString()); });
    connect(m_words, &QLineEdit::textEdited, this, &CollectionBar::wordsTyped);
    // The button that clears the field edits nothing, in Qt's words.
    connect(m_words, &QLineEdit::textChanged, this, [this](const QString &text) {
        if (text.isEmpty())
            Q_EMIT wordsTyped(text);
    });
}

void CollectionBar::setSources(const Sources &sources, const QString &openId)
{
    const QSignalBlocker quiet(m_collections);
    m_openId = openId;
    m_collections->clear();
    for (const auto &source : sources) {
        m_collections->addItem(source->title(), source->id());
        const QString refusal = source->refusal();
        const int row = m_collections->count() - 1;
        m_collections->setItemData(row, refusal.isEmpty() ? source->summary() : refusal, Qt::ToolTipRole);
        setPossible(m_collections, row, refusal.isEmpty());
    }
    m_collections->insertSeparator(m_collections->count());
    m_collections->addItem(tr("Open a file…"), kFile);
    m_collections->setItemData(m_collections->count() - 1, tr("npy, npz, csv, tsv, or MNIST's idx"), Qt::ToolTipRole);
    m_collections->addItem(tr("Open a folder of pictures…"), kFolder);
    m_collections->addItem(tr("What is selected"), kSelection);
    m_collections->setCurrentIndex(m_collections->findData(openId));
}

void CollectionBar::setColours(const QList<ColourChoice> &choices, const QString &current)
{
    const QSignalBlocker quiet(m_colours);
    m_colours->clear();
    for (const ColourChoice &choice : choices) {
        m_colours->addItem(tr("Colour: %1").arg(choice.title), choice.id);
        const int row = m_colours->count() - 1;
        m_colours->setItemData(row, choice.possible ? choice.help : tr("%1. Measure the map first.").arg(choice.help),
                               Qt::ToolTipRole);
        setPossible(m_colours, row, choice.possible);
    }
    m_colours->setPlaceholderText(tr("Colour: your words")); // which is none of the choices
    m_colours->setCurrentIndex(m_colours->findData(current));
}

void CollectionBar::setWords(const QString &words, bool possible)
{
    if (m_words->text() != words) {
        const QSignalBlocker quiet(m_words);
        m_words->setText(words);
    }
    m_words->setEnabled(possible);
    m_words->setPlaceholderText(possible ? tr("Type words: “red”, “flying, happy”") : tr("Words need a model's space"));
    m_words->setToolTip(possible
                            ? tr("Tints each point by how like it is to the words, as the model sees them (Ctrl+L)")
                            : tr("Only collections that a model of pictures and words has looked at can be "
                                 "compared with words"));
}

} // namespace orrery::embedding_map
