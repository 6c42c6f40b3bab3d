// SPDX-License-Identifier: Apache-2.0
#include "engine/models/speech/listener.h"

#include "engine/api/speech.h"
#include "engine/core/error.h"
#include "engine/models/registry.h"
#include "engine/models/speech/mfcc.h"
#include "engine/runtime/model_cache.h"
#include "engine/runtime/torch_runtime.h"

#include <algorithm>
#include <filesystem>

namespace fs = std::filesystem;

namespace orrery::speech {
namespace {

/// All codebook_*.safetensors of a folder, smallest first, each checked against the listener.
void readCodebooks(const std::string &folder, Listener &listener)
{
    std::error_code ignored;
    for (const fs::directory_entry &entry : fs::directory_iterator(folder, ignored)) {
        const std::string name = entry.path().filename().string();
        if (name.starts_with("codebook") && name.ends_with(".safetensors"))
            listener.codebooks.push_back(std::make_shared<const Codebook>(Codebook::read(entry.path().string())));
    }
    std::sort(listener.codebooks.begin(), listener.codebooks.end(),
              [](const auto &a, const auto &b) { return a->size() < b->size(); });
    for (const auto &codebook : listener.codebooks)
        codebook->requireFor(listener.facts().width, listener.facts().layers, listener.hash);
}

std::string joined(const std::vector<std::string> &words)
{
    std::string text;
    for (const std::string &word : words)
        text += (text.empty() ? "" : ", ") + word;
    return text;
}

/// The baseline's codebooks lie with the model that is compared with it.
std::string mfccFolder(EngineScope &scope)
{
    std::error_code ignored;
    try {
        const fs::path folder = fs::path(modelFolder(scope, kUnitsModel)) / kMfcc;
        return fs::is_directory(folder, ignored) ? folder.string() : std::string();
    } catch (const Exception &) {
        return {}; // without a codebook of its own; one from a file still serves
    }
}

Task<std::shared_ptr<Listener>> load(EngineScope &scope, std::string folder)
{
    const std::string type = modelTypeOf(folder);
    const ListenerRegistry::Loader *loader = ListenerRegistry::instance().find(type);
    if (!loader)
        throw Exception(ErrorCode::Unsupported,
                        folder + " holds a model of type \"" + type +
                            "\" (config.json), which does not listen to sound; expected one of type " +
                            joined(ListenerRegistry::instance().types()));
    Task<std::shared_ptr<Listener>> task = (*loader)(scope, folder);
    co_return co_await std::move(task);
}

[[noreturn]] void withoutHead(const std::string &name)
{
    throw Exception(ErrorCode::Unsupported, name + " has no head that writes letters; a model \"…ForCTC\" has one");
}

} // namespace

void Loudness::add(const float *samples, std::size_t count)
{
    for (std::size_t i = 0; i < count; ++i) {
        m_sum += double(samples[i]);
        m_squares += double(samples[i]) * double(samples[i]);
    }
    m_count += count;
}

double Loudness::variance() const
{
    return m_count ? std::max(0.0, m_squares / double(m_count) - mean() * mean()) : 0;
}

at::Tensor Listener::letters(const at::Tensor &) const
{
    withoutHead(name);
}

std::string Listener::read(const std::vector<int> &) const
{
    withoutHead(name);
}

std::vector<SpelledLetter> Listener::spell(const std::vector<int> &) const
{
    withoutHead(name);
}

LetterTable Listener::letterTable() const
{
    withoutHead(name);
}

Task<at::Tensor> Listener::codes(StepPacer &, Stretch)
{
    throw Exception(ErrorCode::Unsupported, name + " has no quantizer; a model \"Wav2Vec2ForPreTraining\" has one");
    co_return at::Tensor();
}

std::shared_ptr<const Codebook> Listener::codebook(int size) const
{
    if (codebooks.empty())
        throw Exception(ErrorCode::BadInput, name + " comes without a codebook, so it has no units; orrery-cli train "
                                                    "speech-units makes one");
    if (size == 0 && codebooks.size() == 1)
        return codebooks.front();
    std::vector<std::string> sizes;
    for (const auto &codebook : codebooks) {
        if (codebook->size() == size)
            return codebook;
        sizes.push_back(std::to_string(codebook->size()));
    }
    throw Exception(ErrorCode::BadInput,
                    name + " has no codebook of " + std::to_string(size) + " units, only of " + joined(sizes));
}

std::shared_ptr<const Codebook> Listener::codebook(int size, const std::string &file) const
{
    if (file.empty())
        return codebook(size);
    auto codebook = std::make_shared<const Codebook>(Codebook::read(file));
    codebook->requireFor(facts().width, facts().layers, hash);
    return codebook;
}

int Listener::usualLayer() const
{
    return codebooks.empty() ? facts().layers : codebooks.front()->layer();
}

ListenerRegistry &ListenerRegistry::instance()
{
    static ListenerRegistry registry;
    return registry;
}

void ListenerRegistry::add(std::string type, Loader loader)
{
    for (auto &[known, old] : m_loaders)
        if (known == type) {
            old = std::move(loader);
            return;
        }
    m_loaders.emplace_back(std::move(type), std::move(loader));
}

const ListenerRegistry::Loader *ListenerRegistry::find(std::string_view type) const
{
    for (const auto &[known, loader] : m_loaders)
        if (known == type)
            return &loader;
    return nullptr;
}

std::vector<std::string> ListenerRegistry::types() const
{
    std::vector<std::string> names;
    for (const auto &[type, loader] : m_loaders)
        names.push_back(type);
    std::sort(names.begin(), names.end());
    return names;
}

Task<std::shared_ptr<Listener>> loadListener(EngineScope &scope, std::string idOrFolder, Precision precision)
{
    const bool mfcc = idOrFolder == kMfcc;
    const std::string folder = mfcc ? mfccFolder(scope) : modelFolder(scope, idOrFolder);
    const ModelCache::Loader<Listener> fill = [=](EngineScope &inner) -> Task<std::shared_ptr<Listener>> {
        std::shared_ptr<Listener> listener;
        if (mfcc) {
            listener = std::make_shared<MfccListener>();
        } else {
            Task<std::shared_ptr<Listener>> task = load(inner, folder);
            listener = co_await std::move(task);
        }
        listener->name = idOrFolder;
        listener->prepare(precision);
        if (!folder.empty())
            readCodebooks(folder, *listener);
        co_return listener;
    };
    std::string key =
        modelCacheKey((precision == Precision::Fast ? "fast listener:" : "listener:") + idOrFolder, folder);
    Task<std::shared_ptr<Listener>> task = modelCache(scope).get<Listener>(scope, std::move(key), fill);
    co_return co_await std::move(task);
}

} // namespace orrery::speech
