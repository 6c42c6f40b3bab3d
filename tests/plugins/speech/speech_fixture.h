// SPDX-License-Identifier: Apache-2.0
// A page "Speech" with its inspector on a fake host, and jobs that answer by rules a test can foresee.
#pragma once

#include "plugins/speech/view/listen_view.h"
#include "plugins/speech/view/speech_inspector.h"
#include "plugins/speech/view/speech_page.h"
#include "plugins/speech/view/statistics_panel.h"
#include "tests/plugins/fake_host.h"
#include "tests/plugins/speech/fake_speech.h"
#include "widgets/timeline/timeline_view.h"

#include <QApplication>
#include <QTest>

#include <algorithm>

namespace orrery::test {

class SpeechFixture
{
public:
    static void prepare()
    {
        Theme::instance().apply(*qApp);
        if (qEnvironmentVariableIsSet("ORRERY_DARK"))
            Theme::instance().setScheme(Scheme::Dark);
        registerFakeSpeech();
    }

    /// @param motion  the example goes through the model as if it were spoken
    void open(bool motion = false)
    {
        close();
        Theme::instance().setMotion(motion);
        host = std::make_unique<FakeHost>();
        page = std::make_unique<speech::SpeechPage>(*host);
        inspector.reset(page->createInspector(nullptr));
        inspector->resize(320, 624);
        inspector->show();
        page->resize(896, 624);
        page->show();
        page->shown();
    }
    void close()
    {
        page.reset();
        inspector.reset();
        host.reset();
    }
    speech::ListenView &view() { return page->listenView(); }
    TimelineView &timeline() { return view().timeline(); }
    speech::Recording current() { return page->recordings().current(); }
    bool settled() { return !view().isBusy() && current().units && !timeline().units().empty(); }
    /// Does nothing wait or run any more?
    bool engineRests() const
    {
        const std::vector<JobRecord> jobs = host->engine().records();
        return std::all_of(jobs.begin(), jobs.end(), [](const JobRecord &job) {
            return job.state != JobState::Waiting && job.state != JobState::Running;
        });
    }
    void install(const char *model)
    {
        ModelCard card;
        card.id = model;
        card.name = model;
        card.task = "speech";
        card.builtIn = true;
        host->addCard(card);
    }
    /// Drops a file of this name, as the window does.
    void drop(const QString &name)
    {
        Item item;
        item.kind = ItemKind::Sound;
        item.path = QStringLiteral("/sounds/") + name;
        item.name = name;
        page->take({host->workspace().add(item)});
    }

    /// For the eye: ORRERY_GRABS=folder keeps a picture of the page.
    void grab(const char *name) const
    {
        const QString folder = qEnvironmentVariable("ORRERY_GRABS");
        if (!folder.isEmpty() && page)
            page->grab().save(folder + u'/' + QLatin1String(name) + QStringLiteral(".png"));
    }

    std::unique_ptr<FakeHost> host;
    std::unique_ptr<speech::SpeechPage> page;
    std::unique_ptr<QWidget> inspector;
};

} // namespace orrery::test
