// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QAbstractTableModel>
#include <QImage>
#include <QList>
#include <QStringList>
#include <QWidget>

class QLabel;
class QTableView;

namespace orrery {

class SignedLegend;

/// Cosine of pictures (rows) with texts (columns).
struct SignedMatrix
{
    QStringList rows;            ///< names of the pictures
    QList<QImage> thumbnails;    ///< [rows]; null where there is none
    QStringList columns;         ///< the texts
    QList<QList<double>> values; ///< [rows][columns] in [-1, 1]; an empty row where a picture could not be read
    QStringList errors;          ///< [rows], empty where all went well
};

class MatrixModel final : public QAbstractTableModel
{
    Q_OBJECT

public:
    using QAbstractTableModel::QAbstractTableModel;

    const SignedMatrix &matrix() const { return m_matrix; }
    void setMatrix(SignedMatrix matrix);
    /// Largest absolute value, the end of the colour scale.
    double limit() const { return m_limit; }
    /// @return NaN where there is none.
    double value(int row, int column) const;
    /// "fox × a photo of a fox: cosine 0.312".
    QString sentence(int row, int column) const;

    int rowCount(const QModelIndex &parent = {}) const override;
    int columnCount(const QModelIndex &parent = {}) const override;
    QVariant data(const QModelIndex &index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    SignedMatrix m_matrix;
    double m_limit = 1;
};

/// A table of signed numbers as colours, with thumbnails, a legend, and one line that reads out the cell under the
/// pointer or the keyboard. Thread: interface.
class MatrixView final : public QWidget
{
    Q_OBJECT

public:
    explicit MatrixView(QWidget *parent = nullptr);

    void setMatrix(SignedMatrix matrix);
    const MatrixModel &model() const { return *m_model; }
    QTableView *table() const { return m_table; }
    QString readOut() const;
    void setStale(bool stale);

Q_SIGNALS:
    /// A row was chosen with the pointer or Return.
    void rowActivated(int row);

private:
    void readOutCell(const QModelIndex &index);
    void restyle();

    MatrixModel *m_model;
    QTableView *m_table;
    SignedLegend *m_legend;
    QLabel *m_readOut;
};

} // namespace orrery
