// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "plugins/embedding_map/view/collection_shelf.h"
#include "plugins/embedding_map/view/colouring.h"

#include <QWidget>

class QComboBox;
class QLineEdit;

namespace orrery::embedding_map {

/// What is on the map, what its colour says, and the words that tint it. Thread: interface.
class CollectionBar final : public QWidget
{
    Q_OBJECT

public:
    explicit CollectionBar(QWidget *parent = nullptr);

    void setSources(const Sources &sources, const QString &openId);
    void setColours(const QList<ColourChoice> &choices, const QString &current);
    /// @param possible  the collection has a model whose space words can join
    void setWords(const QString &words, bool possible);

    QComboBox *collections() const { return m_collections; }
    QComboBox *colours() const { return m_colours; }
    QLineEdit *words() const { return m_words; }

Q_SIGNALS:
    void collectionChosen(const QString &id);
    void fileWanted();
    void folderWanted();
    void selectionWanted();
    void colourChosen(const QString &id);
    void wordsTyped(const QString &words);

private:
    QComboBox *m_collections;
    QComboBox *m_colours;
    QLineEdit *m_words;
    QString m_openId;
};

} // namespace orrery::embedding_map
