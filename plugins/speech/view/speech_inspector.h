// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "plugins/speech/view/recordings.h"
#include "widgets/inspector_panel.h"

class QButtonGroup;
class QCheckBox;
class QComboBox;
class QLabel;

namespace orrery::speech {

/// Controls of the page: which units, which microphone, which loudspeaker. Thread: interface.
class SpeechInspector final : public InspectorPanel
{
    Q_OBJECT

public:
    SpeechInspector(PluginHost &host, Recordings &recordings, QWidget *parent = nullptr);
    /// Looks for devices; not before, since opening them takes a moment.
    void wake();
    void lookForDevices();
    QButtonGroup &codebooks() { return *m_codebooks; }
    QButtonGroup &models() { return *m_models; }
    QCheckBox &fast() { return *m_fast; }
    QComboBox &inputs() { return *m_inputs; }
    QComboBox &outputs() { return *m_outputs; }

Q_SIGNALS:
    void inputChosen(const QString &deviceId);
    void outputChosen(const QString &deviceId);

private:
    void showKind();
    void describe();
    void showDevices(const Result<sound::DevicesResult> &result);

    PluginHost &m_host;
    Recordings &m_recordings;
    QButtonGroup *m_models, *m_codebooks;
    QComboBox *m_inputs, *m_outputs;
    QCheckBox *m_fast;
    QLabel *m_about;
    QString m_described; ///< model that the sizes belong to
    bool m_awake = false, m_looking = false;
};

} // namespace orrery::speech
