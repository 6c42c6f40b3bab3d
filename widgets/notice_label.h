// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QLabel>

namespace orrery {

/// A sentence that may be a warning: then it has the colour of warnings and their sign before it, so that nobody has to
/// see colours to be warned. Thread: interface.
class NoticeLabel : public QLabel
{
    Q_OBJECT
public:
    enum class Kind
    {
        Plain,
        Warning,
    };
    /// @param plain  the look (theme/style_sheet.cpp) while it is no warning
    explicit NoticeLabel(Kind kind, QWidget *parent = nullptr, QString plain = QStringLiteral("caption"));

    void setKind(Kind kind);
    Kind kind() const { return m_kind; }

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    void fit();
    int side() const; ///< edge of the sign

    Kind m_kind;
    QString m_plain;
};

} // namespace orrery
