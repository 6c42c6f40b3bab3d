// SPDX-License-Identifier: Apache-2.0
#include "plugins/zero_shot/view/label_editor.h"

#include "plugins/zero_shot/view/classify_state.h"
#include "plugins/zero_shot/view/label_lists.h"
#include "widgets/plain_editor.h"

#include <QComboBox>
#include <QHBoxLayout>
#include <QInputDialog>
#include <QLabel>
#include <QMenu>
#include <QRegularExpression>
#include <QToolButton>
#include <QVBoxLayout>

namespace orrery::zero_shot {

namespace {
QString namesText(qsizetype count)
{
    return count == 1 ? LabelEditor::tr("1 name") : LabelEditor::tr("%L1 names").arg(count);
}
} // namespace

LabelEditor::LabelEditor(ClassifyState &state, LabelLists &lists, QWidget *parent)
    : QWidget(parent), m_state(state), m_lists(lists), m_choice(new QComboBox(this)), m_count(new QLabel(this)),
      m_menu(new QToolButton(this)), m_text(new PlainEditor(this)), m_marks(new UnknownWordMarks(m_text->document()))
{
    m_choice->setAccessibleName(tr("List of names"));
    m_choice->setObjectName(QStringLiteral("labelLists"));
    m_choice->setToolTip(tr("Lists of names to choose among"));
    m_choice->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    m_choice->setMinimumContentsLength(8);
    m_count->setProperty("look", QStringLiteral("caption"));
    m_menu->setText(QStringLiteral("⋯"));
    m_menu->setAccessibleName(tr("Save or delete a list"));
    m_menu->setPopupMode(QToolButton::InstantPopup);
    auto *menu = new QMenu(m_menu);
    menu->addAction(tr("Save these names as a list…"), this, &LabelEditor::saveList);
    QAction *forget =
        menu->addAction(tr("Delete this list"), this, [this] { m_lists.remove(m_choice->currentText()); });
    connect(menu, &QMenu::aboutToShow, this, [this, forget] { forget->setEnabled(m_choice->currentData().toBool()); });
    m_menu->setMenu(menu);

    m_text->setObjectName(QStringLiteral("labelText"));
    m_text->setAccessibleName(tr("Names to choose among, one a line"));
    m_text->setPlaceholderText(tr("Type names, one a line"));
    m_text->setMinimumHeight(64);

    auto *head = new QHBoxLayout;
    head->setSpacing(4);
    head->addWidget(m_choice, 1);
    head->addWidget(m_menu);
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(4);
    column->addLayout(head);
    column->addWidget(m_text, 1);
    column->addWidget(m_count);

    connect(m_text, &QPlainTextEdit::textChanged, this, &LabelEditor::readText);
    connect(m_choice, &QComboBox::activated, this, [this](int index) {
        const QString title = m_choice->itemText(index);
        for (const LabelList &list : m_lists.all())
            if (list.title == title)
                m_state.setLabels(list.labels, tr("Choose “%1”").arg(title));
    });
    connect(&m_state, &ClassifyState::labelsChanged, this, &LabelEditor::showLabels);
    connect(&m_lists, &LabelLists::changed, this, &LabelEditor::showLists);
    showLabels();
}

void LabelEditor::showLabels()
{
    const QStringList labels = m_state.labels();
    if (!m_reading)
        m_text->showText(labels.join(u'\n'));
    const int repeated = parseLabels(m_text->toPlainText()).repeated;
    m_count->setText(repeated == 0 ? namesText(labels.size())
                                   : tr("%1 names, %2 repeated").arg(labels.size()).arg(repeated));
    m_count->setToolTip(repeated > 0 ? tr("Repeated names count once") : QString());
    showLists();
}

void LabelEditor::showLists()
{
    const QString title = m_lists.titleOf(m_state.labels());
    const QSignalBlocker quiet(m_choice);
    m_choice->clear();
    for (const LabelList &list : m_lists.all()) {
        m_choice->addItem(list.title, list.own);
        m_choice->setItemData(m_choice->count() - 1, namesText(list.labels.size()), Qt::ToolTipRole);
    }
    if (title.isEmpty())
        m_choice->insertItem(0, tr("Your own names"), false);
    m_choice->setCurrentIndex(title.isEmpty() ? 0 : m_choice->findText(title));
}

void LabelEditor::readText()
{
    m_reading = true;
    m_state.setLabels(parseLabels(m_text->toPlainText()).labels, tr("Edit names"), true);
    m_reading = false;
}

void LabelEditor::setUnknownWords(const QStringList &words)
{
    const QSignalBlocker quiet(m_text);
    m_marks->setWords(words);
}

void LabelEditor::replaceWord(const QString &unknown, const QString &known)
{
    QStringList labels = m_state.labels();
    labels.replaceInStrings(wholeWord(unknown), known);
    m_state.setLabels(parseLabels(labels.join(u'\n') + u'\n').labels,
                      tr("Use “%1” instead of “%2”").arg(known, unknown));
}

void LabelEditor::focusText()
{
    m_text->setFocus(Qt::ShortcutFocusReason);
    m_text->selectAll();
}

void LabelEditor::saveList()
{
    bool ok = false;
    const QString title =
        QInputDialog::getText(this, tr("Save these names"), tr("Name of the list:"), QLineEdit::Normal, {}, &ok)
            .trimmed();
    if (ok && !title.isEmpty())
        m_lists.save(title, m_state.labels());
}

} // namespace orrery::zero_shot
