// SPDX-License-Identifier: Apache-2.0
#include "app/window/pages/new_plugin_form.h"

#include "app/host/host.h"
#include "app/host/plugin_build.h"
#include "app/host/plugin_template.h"
#include "app/window/pages/page_frame.h"
#include "widgets/error_card.h"

#include <QClipboard>
#include <QDir>
#include <QFileDialog>
#include <QGridLayout>
#include <QGuiApplication>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>

namespace orrery {

NewPluginForm::NewPluginForm(Host &host, QWidget *parent) : QFrame(parent), m_host(host)
{
    setProperty("look", "card");
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(16, 16, 16, 16);
    column->setSpacing(12);
    column->addWidget(makeLabel(tr("New plugin"), "heading", this));
    m_missing = new ErrorCard(this);
    column->addWidget(m_missing);

    m_name = new QLineEdit(this);
    m_name->setAccessibleName(tr("Name of the plugin"));
    m_name->setPlaceholderText(tr("Edge finder"));
    m_name->setWhatsThis(tr("What the page is called. Its files and its class are named after it."));
    m_name->setMaxLength(80);
    m_folder = new QLineEdit(this);
    m_folder->setAccessibleName(tr("Folder of the plugin"));
    m_folder->setWhatsThis(tr("Where its files are made; a folder that is not there yet."));
    auto *browse = new QPushButton(tr("Choose…"), this);
    browse->setAccessibleName(tr("Choose the folder in which the plugin is made"));
    m_hint = makeLabel({}, "caption", this);
    auto *nameLabel = makeLabel(tr("Name"), "muted", this);
    auto *folderLabel = makeLabel(tr("Folder"), "muted", this);
    auto *grid = new QGridLayout;
    grid->setHorizontalSpacing(12);
    grid->setVerticalSpacing(8);
    grid->setColumnStretch(1, 1);
    grid->addWidget(nameLabel, 0, 0);
    grid->addWidget(m_name, 0, 1, 1, 2);
    grid->addWidget(folderLabel, 1, 0);
    grid->addWidget(m_folder, 1, 1);
    grid->addWidget(browse, 1, 2);
    grid->addWidget(m_hint, 2, 1, 1, 2);
    column->addLayout(grid);
    m_error = new ErrorCard(this);
    column->addWidget(m_error);

    m_create = new QPushButton(tr("Create and build"), this);
    m_create->setAccessibleName(m_create->text());
    m_create->setProperty("look", "primary");
    auto *close = new QPushButton(tr("Cancel"), this);
    close->setAccessibleName(tr("Close the form"));
    auto *buttons = new QHBoxLayout;
    buttons->setSpacing(8);
    buttons->addWidget(m_create);
    buttons->addWidget(close);
    buttons->addStretch();
    column->addLayout(buttons);

    connect(m_name, &QLineEdit::textEdited, this, &NewPluginForm::nameEdited);
    connect(m_folder, &QLineEdit::textEdited, this, [this] {
        m_folderChosen = true;
        m_error->clear();
    });
    connect(browse, &QPushButton::clicked, this, &NewPluginForm::choose);
    connect(m_name, &QLineEdit::returnPressed, m_create, &QPushButton::click);
    connect(m_folder, &QLineEdit::returnPressed, m_create, &QPushButton::click);
    connect(m_create, &QPushButton::clicked, this, &NewPluginForm::create);
    connect(close, &QPushButton::clicked, this, &NewPluginForm::closed);
}

void NewPluginForm::start()
{
    m_name->clear();
    m_folderChosen = false;
    nameEdited();
    m_missing->clear();
    if (const QString missing = PluginBuild::missingTool(); !missing.isEmpty()) {
        m_missing->showWarning(missing);
        m_missing->setRemedy(tr("Copy the command"), [this] {
            QGuiApplication::clipboard()->setText(PluginBuild::remedyCommand());
            m_host.notify(tr("Copied; paste it in a terminal."));
        });
    }
    m_name->setFocus(Qt::OtherFocusReason);
}

void NewPluginForm::nameEdited()
{
    m_error->clear();
    const QString name = m_name->text();
    const Result<PluginNames> names = pluginNames(name);
    if (!m_folderChosen)
        m_folder->setText(QDir::toNativeSeparators(defaultPluginFolder(name)));
    const bool empty = name.trimmed().isEmpty();
    m_hint->setText(names
                        ? tr("Makes %1_page.cpp with a small page that shows the selected picture, builds it and puts "
                             "it in the rail as “%2”.")
                              .arg(names->target, names->word)
                        : tr("Makes a folder with a small page in C++ that shows the selected picture, builds it "
                             "and puts it in the rail."));
    if (!names && !empty)
        m_error->showError(QString::fromStdString(names.error().message));
    m_create->setEnabled(bool(names));
}

void NewPluginForm::choose()
{
    const Result<PluginNames> names = pluginNames(m_name->text());
    const QString parent =
        QFileDialog::getExistingDirectory(this, tr("Where is the plugin's folder to be made?"), QDir::homePath());
    if (parent.isEmpty())
        return;
    m_folderChosen = true;
    m_folder->setText(names ? QDir(parent).filePath(names->target) : parent);
}

void NewPluginForm::create()
{
    const Result<QString> folder = m_host.workshop().create(m_name->text(), m_folder->text());
    if (!folder) {
        m_error->showError(QString::fromStdString(folder.error().message));
        return;
    }
    Q_EMIT created(*folder);
}

} // namespace orrery
