// SPDX-License-Identifier: Apache-2.0
#include "engine/training/speech/phone_reading.h"

#include "engine/units/unit_sequence.h"

#include <ATen/ATen.h>

#include <algorithm>

namespace orrery::training {

void PhoneErrors::add(const std::vector<int> &said, const std::vector<std::string> &read)
{
    std::vector<int> numbers;
    for (const std::string &phone : read) {
        const auto found = std::find(m_names.begin(), m_names.end(), phone);
        numbers.push_back(found == m_names.end() ? -1 : int(found - m_names.begin()));
    }
    m_wrong += double(speech::editDistance(said, numbers));
    m_all += double(said.size());
}

Task<std::vector<std::string>> readPhones(StepPacer &pace, std::shared_ptr<speech::Listener> listener,
                                          std::vector<float> samples)
{
    speech::Stretch stretch;
    stretch.loudness.add(samples.data(), samples.size());
    stretch.samples = std::move(samples);
    Task<std::vector<at::Tensor>> hearing = listener->hear(pace, std::move(stretch), {listener->facts().layers});
    const std::vector<at::Tensor> frames = co_await std::move(hearing);
    const at::Tensor best = listener->letters(frames[0]).argmax(1);
    const std::int64_t *letters = best.const_data_ptr<std::int64_t>();
    std::vector<std::string> phones;
    for (speech::SpelledLetter &letter : listener->spell({letters, letters + best.numel()}))
        phones.push_back(std::move(letter.text));
    co_return phones;
}

} // namespace orrery::training
