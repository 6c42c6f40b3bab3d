// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "orrery/page.h"

class QLabel;
class QPushButton;
class QVBoxLayout;

namespace orrery {

class ErrorCard;
class Host;
class LessonController;
struct LessonEntry;
struct RoomLine;

/// The lessons of this computer, a card each, and Check this room, which tries all of them. Thread: interface.
class LessonsPage final : public Page
{
    Q_OBJECT
public:
    LessonsPage(Host &host, LessonController &lessons, QWidget *parent = nullptr);

    bool cancel() override;
    void hidden() override;
    void shown() override;

private:
    void rebuild();
    void showRoom();
    QWidget *makeCard(const LessonEntry &entry);
    QWidget *makeLine(const RoomLine &line);
    void start(const QString &id);
    bool eventFilter(QObject *object, QEvent *event) override;

    Host &m_programHost;
    LessonController &m_lessons;
    QLabel *m_summary = nullptr;
    QVBoxLayout *m_cards = nullptr;
    ErrorCard *m_problem = nullptr;
    QPushButton *m_check = nullptr;
    QLabel *m_progress = nullptr;
    QVBoxLayout *m_lines = nullptr;
    qsizetype m_shownLines = -1;
};

} // namespace orrery
