// SPDX-License-Identifier: Apache-2.0
#include "engine/models/weights_loader.h"

#include "engine/core/error.h"
#include "engine/models/six_bits.h"
#include "engine/runtime/torch_runtime.h"

#include <ATen/ATen.h>
#include <c10/util/BFloat16.h>
#include <c10/util/Half.h>

#include <cmath>
#include <cstring>
#include <set>
#include <stop_token>

namespace orrery {
namespace {

const std::string kScale = ".scale";
const std::string kShape = ".shape"; // of what six bits hold
constexpr std::int64_t kMostDimensions = 8;

/// One weight on its way from the file: plain memory, so that a helper thread may fill it.
struct Copy
{
    const SafetensorsEntry *entry = nullptr;
    const SafetensorsEntry *scale = nullptr; ///< of an I8 or U8 entry
    float *target = nullptr;
    std::size_t count = 0;
    std::size_t first = 0; ///< number of the entry to begin with
};

std::string entryWords(const SafetensorsEntry &entry)
{
    return entry.file + ": entry \"" + entry.name + "\"";
}

[[noreturn]] void fail(const std::string &what)
{
    throw Exception(ErrorCode::ModelFile, what);
}

bool isPositionIds(const std::string &name)
{
    return name.ends_with("embeddings.position_ids");
}

template <class Stored>
void convert(const Copy &copy)
{
    const std::byte *bytes = copy.entry->bytes.data() + copy.first * sizeof(Stored);
    for (std::size_t i = 0; i < copy.count; ++i) {
        Stored value;
        std::memcpy(&value, bytes + i * sizeof(Stored), sizeof(Stored)); // the file may not be aligned
        copy.target[i] = static_cast<float>(value);
    }
}

float scaleOf(const Copy &copy, std::size_t row)
{
    float factor = 0;
    std::memcpy(&factor, copy.scale->bytes.data() + row * sizeof(float), sizeof(float));
    return factor;
}

void convertEightBits(const Copy &copy)
{
    convert<std::int8_t>(copy);
    const auto rows = static_cast<std::size_t>(copy.entry->shape[0]);
    const std::size_t rowSize = rows ? copy.count / rows : 0;
    for (std::size_t row = 0; row < rows; ++row) {
        const float scale = scaleOf(copy, row);
        for (std::size_t i = 0; i < rowSize; ++i)
            copy.target[row * rowSize + i] *= scale;
    }
}

void convertSixBits(const Copy &copy)
{
    const auto rows = static_cast<std::size_t>(copy.entry->shape[0]); // at least one
    const std::size_t rowSize = copy.count / rows, rowBytes = sixBitBytes(rowSize);
    for (std::size_t row = 0; row < rows; ++row)
        if (const auto place = unpackSixBits(copy.entry->bytes.subspan(row * rowBytes, rowBytes), scaleOf(copy, row),
                                             {copy.target + row * rowSize, rowSize}))
            fail(entryWords(*copy.entry) + " holds bits at index " + std::to_string(row * rowSize + *place) +
                 " that are no number of -31 to 31; the file is damaged");
}

void copyOne(const Copy &copy)
{
    const SafetensorsEntry &entry = *copy.entry;
    switch (entry.dtype) {
    case Dtype::F32:
        if (copy.count > 0)
            std::memcpy(copy.target, entry.bytes.data() + copy.first * sizeof(float), copy.count * sizeof(float));
        break;
    case Dtype::F64:
        convert<double>(copy);
        break;
    case Dtype::F16:
        convert<c10::Half>(copy);
        break;
    case Dtype::BF16:
        convert<c10::BFloat16>(copy);
        break;
    case Dtype::U8: // and whole, like I8: checked before
        convertSixBits(copy);
        break;
    default:
        convertEightBits(copy);
    }
    for (std::size_t i = 0; i < copy.count; ++i)
        if (!std::isfinite(copy.target[i]))
            fail(entryWords(entry) + " holds " + (std::isnan(copy.target[i]) ? "NaN" : "infinity") + " at index " +
                 std::to_string(i) + ", expected finite numbers; the file is damaged or its training diverged");
}

const SafetensorsEntry &companion(const Safetensors &file, const SafetensorsEntry &entry, const std::string &ending,
                                  const char *what)
{
    const SafetensorsEntry *found = file.find(entry.name + ending);
    if (!found)
        fail(entryWords(entry) + " is " + std::string(nameOf(entry.dtype)) + ", but \"" + entry.name + ending + "\", " +
             what + ", is missing");
    return *found;
}

/// What a weight in six bits says its shape is, held against its bytes.
std::vector<std::int64_t> sixBitShape(const Safetensors &file, const SafetensorsEntry &entry)
{
    const SafetensorsEntry &stated = companion(file, entry, kShape, "the shape of what its six bits hold");
    const auto failStated = [&stated](const std::string &is) {
        fail(entryWords(stated) + " is " + is + ", expected I64 with the sizes of a weight, each at least 1");
    };
    if (stated.dtype != Dtype::I64 || stated.shape.size() != 1 || stated.shape[0] == 0 ||
        stated.shape[0] > kMostDimensions)
        failStated(std::string(nameOf(stated.dtype)) + " " + shapeText(stated.shape));
    std::vector<std::int64_t> shape(static_cast<std::size_t>(stated.shape[0]));
    std::memcpy(shape.data(), stated.bytes.data(), stated.bytes.size());
    std::int64_t rowSize = 1;
    for (std::size_t i = 0; i < shape.size(); ++i)
        if (shape[i] < 1 || (i > 0 && __builtin_mul_overflow(rowSize, shape[i], &rowSize)))
            failStated(shapeText(shape));
    const auto rowBytes = static_cast<std::int64_t>(sixBitBytes(static_cast<std::size_t>(rowSize)));
    if (const std::vector<std::int64_t> packed{shape[0], rowBytes}; entry.shape != packed)
        fail(entryWords(entry) + " has shape " + shapeText(entry.shape) + ", expected " + shapeText(packed) +
             ", which " + shapeText(shape) + " takes in six bits a number");
    return shape;
}

/// @param shape  of the weight
void checkType(const Safetensors &file, const SafetensorsEntry &entry, const std::vector<std::int64_t> &shape)
{
    switch (entry.dtype) {
    case Dtype::F32:
    case Dtype::F64:
    case Dtype::F16:
    case Dtype::BF16:
        return;
    case Dtype::I8:
    case Dtype::U8: {
        const SafetensorsEntry &scale = companion(file, entry, kScale, "its scale");
        if (shape.empty() || scale.dtype != Dtype::F32 || scale.shape != std::vector<std::int64_t>{shape[0]})
            fail(entryWords(scale) + " is " + std::string(nameOf(scale.dtype)) + " " + shapeText(scale.shape) +
                 ", expected F32 with one number for every row of " + shapeText(shape));
        return;
    }
    default:
        fail(entryWords(entry) + " is " + std::string(nameOf(entry.dtype)) +
             ", expected F32, F16, BF16, or I8 or U8 with a scale");
    }
}

/// Without brackets around one: logit_scale is a single number, a convolution over one pixel is a product.
std::vector<std::int64_t> bareShape(std::vector<std::int64_t> shape)
{
    std::erase(shape, 1);
    return shape;
}

struct Found
{
    const SafetensorsEntry *entry = nullptr;
    StoredWeight place;
};

/// Where the file has a weight, checked for type and shape.
Found find(const Safetensors &file, const ExpectedWeight &weight, const WeightPlaces &places)
{
    const std::vector<StoredWeight> candidates =
        places.of ? places.of(weight.name) : std::vector<StoredWeight>{{weight.name}};
    for (const StoredWeight &place : candidates) {
        const SafetensorsEntry *entry = file.find(place.name);
        if (!entry)
            continue;
        const std::vector<std::int64_t> whole = entry->dtype == Dtype::U8 ? sixBitShape(file, *entry) : entry->shape;
        std::vector<std::int64_t> shape = whole;
        const bool scaled = entry->dtype == Dtype::I8 || entry->dtype == Dtype::U8;
        if (place.parts > 1 && (shape.empty() || shape[0] % place.parts != 0 || scaled))
            fail(entryWords(*entry) + " of shape " + shapeText(shape) + " cannot be divided into " +
                 std::to_string(place.parts));
        if (place.parts > 1)
            shape[0] /= place.parts;
        const bool same =
            places.of || weight.shape.empty() ? bareShape(shape) == bareShape(weight.shape) : shape == weight.shape;
        if (!same)
            fail(entryWords(*entry) + " has shape " + shapeText(whole) + ", expected " + shapeText(weight.shape) +
                 " as config.json says");
        checkType(file, *entry, whole);
        return {entry, place};
    }
    fail(file.path() + ": entry \"" + (candidates.empty() ? weight.name : candidates.front().name) +
         "\" is missing, expected one of shape " + shapeText(weight.shape));
}

void checkOthers(const Safetensors &file, const std::set<std::string_view> &used)
{
    for (const auto &[name, entry] : file.entries()) {
        const auto belongs = [&, &name = name](const std::string &ending) {
            return name.ends_with(ending) &&
                   used.contains(std::string_view(name).substr(0, name.size() - ending.size()));
        };
        if (!used.contains(name) && !belongs(kScale) && !belongs(kShape) && !isPositionIds(name))
            fail(entryWords(entry) + " of shape " + shapeText(entry.shape) +
                 " is unexpected: config.json describes no such weight");
    }
}

} // namespace

Task<Weights> loadWeights(EngineScope &scope, std::shared_ptr<const Safetensors> file,
                          std::vector<ExpectedWeight> expected, WeightPlaces places)
{
    std::vector<Found> found;
    std::set<std::string_view> used;
    for (const ExpectedWeight &weight : expected) {
        found.push_back(find(*file, weight, places));
        used.insert(found.back().entry->name);
    }
    if (!places.others)
        checkOthers(*file, used);

    // Everything fits the file by now, so a lying configuration cannot make us allocate more than the file is long.
    Weights weights;
    std::vector<Copy> copies;
    for (std::size_t i = 0; i < expected.size(); ++i) {
        at::Tensor tensor = at::empty(expected[i].shape, at::TensorOptions().dtype(at::kFloat));
        const auto count = static_cast<std::size_t>(tensor.numel());
        copies.push_back({found[i].entry, file->find(found[i].entry->name + kScale), tensor.mutable_data_ptr<float>(),
                          count, count * static_cast<std::size_t>(found[i].place.part)});
        weights.emplace(expected[i].name, std::move(tensor));
    }
    const std::stop_token stop = scope.stopToken();
    std::function<void()> work = [&copies, stop] {
        for (const Copy &copy : copies) {
            if (stop.stop_requested())
                return;
            copyOne(copy);
        }
    };
    co_await scope.outside(std::move(work));
    co_await scope.step(); // throws here when it was cancelled meanwhile

    const at::Device device = deviceOf(scope);
    if (device != at::kCPU || places.type != at::kFloat) {
        for (auto &[name, tensor] : weights) {
            tensor = tensor.to(device, places.type);
            co_await scope.step();
        }
    }
    co_return weights;
}

} // namespace orrery
