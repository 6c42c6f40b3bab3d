// SPDX-License-Identifier: Apache-2.0
// A page "Generate" with its inspector on a fake host, and jobs that answer by rules a test can foresee.
#pragma once

#include "plugins/text_to_image/view/generate_page.h"
#include "plugins/text_to_image/view/generate_state.h"
#include "tests/plugins/fake_host.h"
#include "tests/plugins/text_to_image/fake_generate.h"

#include <QApplication>
#include <QTest>

namespace orrery::test {

class GenerateFixture
{
public:
    static void prepare()
    {
        Theme::instance().apply(*qApp);
        Theme::instance().setMotion(false);
        if (qEnvironmentVariableIsSet("ORRERY_DARK"))
            Theme::instance().setScheme(Scheme::Dark);
        registerFakeGenerate();
    }

    static ModelCard card(const char *id, const char *name)
    {
        ModelCard card;
        card.id = id;
        card.name = name;
        card.task = "text to image";
        card.summary = "Draws what Picture World knows.";
        card.builtIn = true;
        card.measures = {{"noun", 0.87}, {"colour", 0.91}};
        return card;
    }

    void open(bool models = true, generate::Method method = generate::Method::Diffusion)
    {
        close();
        fake().hold = false;
        host = std::make_unique<FakeHost>();
        host->otherPages = {QStringLiteral("orrery.zero-shot"), QStringLiteral("orrery.embedding-map")};
        if (models) {
            host->addCard(card(generate::kTokensModel, "Picture DALL·E"));
            host->addCard(card(generate::kDiffusionModel, "Picture Diffusion"));
        }
        // Most tests look at steps; the page remembers that it was told to, and undo cannot take it back.
        if (method == generate::Method::Diffusion) {
            host->workspace().setValue(QStringLiteral("text_to_image/parameter/method"), QStringLiteral("diffusion"),
                                       QStringLiteral("test"));
            host->workspace().undoStack().clear();
        }
        page = std::make_unique<text_to_image::GeneratePage>(*host);
        inspector.reset(page->createInspector(nullptr));
        inspector->resize(320, 624);
        inspector->show();
        const bool small = qEnvironmentVariableIsSet("ORRERY_SMALL"); // that of a window of 1024×700
        page->resize(small ? QSize(640, 524) : QSize(896, 624));
        page->show();
        page->shown();
    }
    void close()
    {
        page.reset();
        inspector.reset();
        host.reset();
    }

    static FakeGenerate &fake() { return FakeGenerate::instance(); }
    text_to_image::GenerateState &state() { return page->state(); }
    Workspace &workspace() { return host->workspace(); }
    bool settled() const { return !page->isBusy(); }
    const text_to_image::Drawing &drawing() const { return page->sampler().drawing(); }
    QString prompt() { return state().parameters().prompt; }
    void edit(const std::function<void(text_to_image::Parameters &)> &change)
    {
        state().edit(QStringLiteral("test"), change);
    }

    /// For the eye: ORRERY_GRABS=folder keeps a picture of the page.
    void grab(const char *name) const
    {
        const QString folder = qEnvironmentVariable("ORRERY_GRABS");
        if (folder.isEmpty() || !page)
            return;
        page->grab().save(folder + u'/' + QLatin1String(name) + QStringLiteral(".png"));
        inspector->grab().save(folder + u'/' + QLatin1String(name) + QStringLiteral("-inspector.png"));
    }

    std::unique_ptr<FakeHost> host;
    std::unique_ptr<text_to_image::GeneratePage> page;
    std::unique_ptr<QWidget> inspector;
};

} // namespace orrery::test
