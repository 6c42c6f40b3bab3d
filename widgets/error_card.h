// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/core/error.h"

#include <QFrame>
#include <QList>

#include <functional>

class QHBoxLayout;
class QLabel;
class QPushButton;
class QToolButton;

namespace orrery {

/// An error where it happened: icon, what and where, the remedy as a button, details folded. Hidden until shown.
class ErrorCard : public QFrame
{
    Q_OBJECT
public:
    explicit ErrorCard(QWidget *parent = nullptr);

    /// @param message  one sentence: what and where.
    /// @param details  for a bug report; folded; may be empty.
    void showError(const QString &message, const QString &details = {});
    void showError(const Error &error);
    /// Amber instead of red: the result stands, with a reservation.
    void showWarning(const QString &message, const QString &details = {});
    /// A button that mends it; call it after showError. An empty text takes it away.
    void setRemedy(const QString &text, std::function<void()> remedy);
    /// One button more, after the remedy: another way out. Goes with the next showError.
    void addRemedy(const QString &text, std::function<void()> remedy);
    /// What the folded details are called: "Log". Goes with the next showError.
    void setDetailsName(const QString &text);
    /// The message in bold: where the error is what the reader came for.
    void setProminent(bool prominent);
    void clear();
    QString message() const;

private:
    void present(const QString &message, const QString &details, bool warning);
    void restyle();

    QLabel *m_icon;
    QLabel *m_message;
    QLabel *m_details;
    QPushButton *m_remedyButton;
    QToolButton *m_more;
    QHBoxLayout *m_buttons;
    QList<QPushButton *> m_others;
    std::function<void()> m_remedy;
    bool m_warning = false;
};

/// One sentence, one button, one runnable example, in the middle of an empty place.
class EmptyState : public QWidget
{
    Q_OBJECT
public:
    explicit EmptyState(const QString &sentence, QWidget *parent = nullptr);
    /// Buttons stand in the order of adding; the first is the main one.
    QPushButton *addButton(const QString &text, std::function<void()> run);

private:
    void resizeEvent(QResizeEvent *event) override;
    QHBoxLayout *m_buttons;
};

} // namespace orrery
