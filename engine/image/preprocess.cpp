// SPDX-License-Identifier: Apache-2.0
#include "engine/image/preprocess.h"

#include "engine/core/error.h"

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <limits>

namespace orrery {
namespace {

constexpr int kLargestSide = 8192;
constexpr std::size_t kMostViews = 8;
constexpr std::int64_t kMostPixels = std::int64_t(64) << 20;

/// {"height": h, "width": w}, {"shortest_edge": s}, or just s.
std::optional<PixelSize> parseSize(const JsonObject &json, const char *field, int &shortestEdge)
{
    if (!json.isObject(field)) {
        shortestEdge = int(json.integerOr(field, shortestEdge, 1, kLargestSide));
        return std::nullopt;
    }
    const JsonObject size = json.object(field);
    if (size.has("shortest_edge")) {
        shortestEdge = int(size.integer("shortest_edge", 1, kLargestSide));
        return std::nullopt;
    }
    return PixelSize{int(size.integer("width", 1, kLargestSide)), int(size.integer("height", 1, kLargestSide))};
}

std::array<float, 3> parseChannels(const JsonObject &json, const char *field, std::array<float, 3> fallback,
                                   double smallest)
{
    if (!json.has(field))
        return fallback;
    const std::vector<double> values = json.numbers(field, smallest, 1000);
    if (values.size() != 3)
        json.fail(field, "holds " + std::to_string(values.size()) + " numbers, expected red, green and blue");
    return {float(values[0]), float(values[1]), float(values[2])};
}

PixelSize resizedSize(const Picture &picture, const PreprocessConfig &config)
{
    if (!config.resize)
        return {picture.width, picture.height};
    if (config.exact)
        return *config.exact;
    // The longer side is cut to a whole number from the exact quotient, as Python's int(size * long / short).
    const auto longer = [&](int longSide, int shortSide) {
        return std::int64_t(double(std::int64_t(config.shortestEdge) * longSide) / shortSide);
    };
    const bool upright = picture.width <= picture.height;
    const std::int64_t side = upright ? longer(picture.height, picture.width) : longer(picture.width, picture.height);
    if (side > std::numeric_limits<int>::max() / 4)
        throw Exception(ErrorCode::BadInput, "The picture is " + std::to_string(picture.width) + " × " +
                                                 std::to_string(picture.height) + ", too long and thin for this model");
    return upright ? PixelSize{config.shortestEdge, int(side)} : PixelSize{int(side), config.shortestEdge};
}

/// Rounds towards minus infinity, as Python's //.
int half(int difference)
{
    return difference >= 0 ? difference / 2 : -((1 - difference) / 2);
}

int scaled(int side, double view)
{
    return std::max(1, int(std::lround(side * view)));
}

/// The same with every size smaller.
PreprocessConfig scaled(PreprocessConfig config, double view)
{
    config.shortestEdge = scaled(config.shortestEdge, view);
    for (PixelSize *size : {&config.cropSize, config.exact ? &*config.exact : nullptr})
        if (size)
            *size = {scaled(size->width, view), scaled(size->height, view)};
    return config;
}

/// Centred on a ground of the mean colour of its own edge.
PreparedPicture onItsEdgeColour(const PreparedPicture &picture, PixelSize target)
{
    const auto width = std::size_t(picture.size.width), height = std::size_t(picture.size.height);
    const std::size_t plane = std::size_t(target.width) * std::size_t(target.height);
    const std::size_t left = (std::size_t(target.width) - width) / 2, top = (std::size_t(target.height) - height) / 2;
    PreparedPicture result{target, std::vector<float>(plane * 3)};
    for (std::size_t channel = 0; channel < 3; ++channel) {
        const float *in = picture.values.data() + channel * width * height;
        double sum = 0;
        for (std::size_t x = 0; x < width; ++x)
            sum += double(in[x]) + in[(height - 1) * width + x];
        for (std::size_t y = 0; y < height; ++y)
            sum += double(in[y * width]) + in[y * width + width - 1];
        float *out = result.values.data() + channel * plane;
        std::fill(out, out + plane, float(sum / double(2 * (width + height))));
        for (std::size_t y = 0; y < height; ++y)
            std::copy_n(in + y * width, width, out + (top + y) * std::size_t(target.width) + left);
    }
    return result;
}

} // namespace

PreprocessConfig PreprocessConfig::parse(const JsonObject &json)
{
    PreprocessConfig config;
    config.resize = json.booleanOr("do_resize", true);
    config.exact = parseSize(json, "size", config.shortestEdge);
    const std::int64_t filter = json.integerOr("resample", 3, 0, 5);
    if (filter != 2 && filter != 3)
        json.fail("resample", "is " + std::to_string(filter) + ", expected 2 (bilinear) or 3 (bicubic)");
    config.filter = filter == 2 ? Filter::Bilinear : Filter::Bicubic;
    config.crop = json.booleanOr("do_center_crop", true);
    int side = 224;
    const auto cropSize = parseSize(json, "crop_size", side);
    config.cropSize = cropSize.value_or(PixelSize{side, side});
    config.rescale = json.booleanOr("do_rescale", true);
    config.rescaleFactor = json.numberOr("rescale_factor", 1.0 / 255, -1000, 1000);
    config.normalize = json.booleanOr("do_normalize", true);
    config.mean = parseChannels(json, "image_mean", config.mean, -1000);
    config.standardDeviation = parseChannels(json, "image_std", config.standardDeviation, 1e-6);
    if (json.has("views")) {
        config.views = json.numbers("views", 0.1, 1);
        if (config.views.empty() || config.views.size() > kMostViews || config.views.front() != 1)
            json.fail("views", "expected one to " + std::to_string(kMostViews) + " sizes, the first of them 1");
    }
    return config;
}

PreprocessConfig PreprocessConfig::fromFolder(const std::string &folder, int imageSize)
{
    namespace fs = std::filesystem;
    std::error_code ignored;
    const fs::path own = fs::path(folder) / "preprocessor_config.json";
    if (fs::exists(own, ignored))
        return parse(JsonObject::readFile(own.string()));
    const fs::path shared = fs::path(folder) / "processor_config.json";
    if (fs::exists(shared, ignored)) {
        const JsonObject json = JsonObject::readFile(shared.string());
        if (json.isObject("image_processor"))
            return parse(json.object("image_processor"));
    }
    PreprocessConfig config;
    config.shortestEdge = imageSize;
    config.cropSize = {imageSize, imageSize};
    return config;
}

PreparedPicture preprocess(const Picture &picture, const PreprocessConfig &config, double view)
{
    if (view < 1) {
        const PreparedPicture whole = preprocess(picture, scaled(config, view));
        return onItsEdgeColour(whole, config.crop ? config.cropSize : resizedSize(picture, config));
    }
    if (picture.width <= 0 || picture.height <= 0)
        throw Exception(ErrorCode::BadInput, "A picture is empty, expected at least one pixel");
    const PixelSize resized = resizedSize(picture, config);
    const PixelSize target = config.crop ? config.cropSize : resized;
    if (std::int64_t(target.width) * target.height > kMostPixels)
        throw Exception(ErrorCode::BadInput, "The picture would become " + std::to_string(target.width) + " × " +
                                                 std::to_string(target.height) + " pixels, too many for this model");

    // Where the target's corner lies in the resized picture; negative where borders are added.
    const int left = half(resized.width - target.width), top = half(resized.height - target.height);
    PixelRegion region{std::max(0, left), std::max(0, top), 0, 0};
    region.width = std::min(resized.width, left + target.width) - region.left;
    region.height = std::min(resized.height, top + target.height) - region.top;
    const Picture inside = resizeRegion(picture, resized, region, config.filter);

    // The reference computes in float64 up to the scaled value and in float32 from there; a byte has 256 answers.
    std::array<std::array<float, 256>, 3> answer;
    for (std::size_t channel = 0; channel < 3; ++channel)
        for (std::size_t byte = 0; byte < 256; ++byte) {
            float value = config.rescale ? float(double(byte) * config.rescaleFactor) : float(byte);
            if (config.normalize)
                value = (value - config.mean[channel]) / config.standardDeviation[channel];
            answer[channel][byte] = value;
        }
    PreparedPicture result{target, {}};
    const std::size_t plane = std::size_t(target.width) * std::size_t(target.height);
    result.values.resize(plane * 3);
    for (std::size_t channel = 0; channel < 3; ++channel) {
        float *values = result.values.data() + channel * plane;
        std::fill(values, values + plane, answer[channel][0]);
        for (int y = 0; y < region.height; ++y) {
            const std::uint8_t *row = inside.rgb.data() + std::size_t(y) * std::size_t(region.width) * 3 + channel;
            float *out = values + std::size_t(region.top + y - top) * std::size_t(target.width) + (region.left - left);
            for (int x = 0; x < region.width; ++x)
                out[x] = answer[channel][row[3 * x]];
        }
    }
    return result;
}

} // namespace orrery
