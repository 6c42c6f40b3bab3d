// SPDX-License-Identifier: Apache-2.0
#include "engine/training/speech/evaluate_heads.h"

#include "engine/models/speech/listener.h"
#include "engine/training/speech/phone_reading.h"
#include "engine/training/speech/speech_examples.h"
#include "engine/training/speech/unit_measures.h"

#include <ATen/ATen.h>

#include <cmath>

namespace orrery::training {

namespace {

/// exp(entropy) of how often each code of one group comes, the mean over groups. @param codes  int64 [N, G]
double perplexityOf(const at::Tensor &codes)
{
    double sum = 0;
    for (std::int64_t group = 0; group < codes.size(1); ++group) {
        const at::Tensor counts = at::bincount(codes.select(1, group).contiguous()).to(at::kDouble);
        const at::Tensor share = counts.masked_select(counts > 0) / double(codes.size(0));
        sum += std::exp(-(share * share.log()).sum().item<double>());
    }
    return sum / double(codes.size(1));
}

} // namespace

Task<> measureHeads(EngineScope &scope, std::shared_ptr<const SpeechWorld> world, std::vector<std::int64_t> utterances,
                    std::string model, EvaluateResult &result)
{
    Task<std::shared_ptr<speech::Listener>> loading = speech::loadListener(scope, std::move(model));
    const std::shared_ptr<speech::Listener> listener = co_await std::move(loading);
    const speech::ListenerFacts &facts = listener->facts();
    if (!facts.phones && !facts.quantizes)
        co_return;
    const SpeechExamples examples(world, {facts.hop, facts.reach}, 1);
    StepPacer pace(scope);
    PhoneErrors errors(*world);
    std::vector<at::Tensor> codes;
    std::vector<int> phones;
    for (std::size_t i = 0; i < utterances.size(); ++i) {
        scope.progress(double(i) / double(utterances.size()), "Reading phones and codes");
        const SpokenStretch spoken = examples.plain(utterances[i]);
        if (facts.phones) {
            Task<std::vector<std::string>> reading = readPhones(pace, listener, spoken.samples);
            errors.add(spoken.said, co_await std::move(reading));
        }
        if (facts.quantizes) {
            speech::Stretch stretch;
            stretch.samples = spoken.samples;
            stretch.loudness.add(spoken.samples.data(), spoken.samples.size());
            Task<at::Tensor> coding = listener->codes(pace, std::move(stretch));
            codes.push_back(co_await std::move(coding));
            phones.insert(phones.end(), spoken.phones.begin(), spoken.phones.end());
        }
        co_await pace.step();
    }
    if (facts.phones)
        result.measures.emplace_back("phone error", errors.share());
    if (!facts.quantizes)
        co_return;
    const at::Tensor all = at::cat(codes); // [N, G]
    const at::Tensor different = std::get<1>(at::unique_dim(all, 0, true, true));
    const std::int64_t *numbers = different.const_data_ptr<std::int64_t>();
    const speech::PhoneMeasures measures =
        speech::measurePhones(std::vector<int>(numbers, numbers + different.numel()), phones);
    result.measures.emplace_back("code PNMI", measures.pnmi);
    result.measures.emplace_back("code phone purity", measures.phonePurity);
    result.measures.emplace_back("codes in use", double(different.max().item<std::int64_t>() + 1));
    result.measures.emplace_back("code perplexity", perplexityOf(all));
}

} // namespace orrery::training
