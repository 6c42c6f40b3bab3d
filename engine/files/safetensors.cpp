// SPDX-License-Identifier: Apache-2.0
#include "engine/files/safetensors.h"

#include "engine/core/error.h"
#include "engine/files/atomic_file.h"
#include "engine/files/json.h"
#include "engine/files/json_file.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>
#include <filesystem>
#include <limits>
#include <optional>
#include <set>

namespace orrery {

static_assert(std::endian::native == std::endian::little, "safetensors data is little-endian and used in place");

namespace {

struct DtypeFact
{
    Dtype dtype;
    std::string_view name;
    std::size_t size;
};

constexpr std::array<DtypeFact, 15> kDtypes{{
    {Dtype::Bool, "BOOL", 1},
    {Dtype::U8, "U8", 1},
    {Dtype::I8, "I8", 1},
    {Dtype::F8E5M2, "F8_E5M2", 1},
    {Dtype::F8E4M3, "F8_E4M3", 1},
    {Dtype::I16, "I16", 2},
    {Dtype::U16, "U16", 2},
    {Dtype::F16, "F16", 2},
    {Dtype::BF16, "BF16", 2},
    {Dtype::I32, "I32", 4},
    {Dtype::U32, "U32", 4},
    {Dtype::F32, "F32", 4},
    {Dtype::I64, "I64", 8},
    {Dtype::U64, "U64", 8},
    {Dtype::F64, "F64", 8},
}};

const DtypeFact &fact(Dtype dtype)
{
    return *std::find_if(kDtypes.begin(), kDtypes.end(), [dtype](const DtypeFact &f) { return f.dtype == dtype; });
}

[[noreturn]] void fail(const std::string &what)
{
    throw Exception(ErrorCode::ModelFile, what);
}

/// product(shape) × size of an element, or nothing when it does not fit into 63 bits.
std::optional<std::uint64_t> byteCount(std::span<const std::int64_t> shape, Dtype dtype)
{
    std::int64_t bytes = static_cast<std::int64_t>(sizeOf(dtype));
    bool zero = false;
    for (const std::int64_t extent : shape) {
        if (extent == 0)
            zero = true;
        else if (extent < 0 || __builtin_mul_overflow(bytes, extent, &bytes))
            return std::nullopt;
    }
    return zero ? 0 : static_cast<std::uint64_t>(bytes);
}

std::string convertAdvice(const std::string &path)
{
    return path + ": is a pickle, which can run any code when it is opened, so it is never read; convert it on a "
                  "computer you do not mind risking with transformers: "
                  "AutoModel.from_pretrained(FOLDER).save_pretrained(NEW_FOLDER, safe_serialization=True)";
}

bool looksLikePickle(std::span<const std::byte> bytes)
{
    const auto at = [&](std::size_t i) { return std::to_integer<unsigned>(bytes[i]); };
    if (bytes.size() < 4)
        return false;
    const bool zip = at(0) == 'P' && at(1) == 'K' && at(2) == 3 && at(3) == 4; // torch.save since 1.6
    // Protocol 2 to 5 with a following opcode; as a safetensors length this would also need bytes 2 to 7 to be small.
    const bool bare = at(0) == 0x80 && at(1) >= 2 && at(1) <= 5 && at(2) != 0 && at(3) != 0;
    return zip || bare;
}

std::string entryWords(const std::string &file, const std::string &name)
{
    return file + ": entry \"" + name + "\"";
}

} // namespace

std::size_t sizeOf(Dtype dtype)
{
    return fact(dtype).size;
}

std::string_view nameOf(Dtype dtype)
{
    return fact(dtype).name;
}

std::string shapeText(std::span<const std::int64_t> shape)
{
    std::string text = "[";
    for (std::size_t i = 0; i < shape.size(); ++i)
        text += (i ? ", " : "") + std::to_string(shape[i]);
    return text + "]";
}

std::shared_ptr<const Safetensors> Safetensors::open(const std::string &path)
{
    std::shared_ptr<Safetensors> result(new Safetensors);
    result->m_path = path;
    result->addFile(path);
    return result;
}

void Safetensors::addFile(const std::string &path)
{
    const auto file = MappedFile::open(path);
    const auto bytes = file->bytes();
    if (looksLikePickle(bytes))
        fail(convertAdvice(path));
    if (bytes.size() < 8)
        fail(path + ": is " + std::to_string(bytes.size()) +
             " bytes long, expected a safetensors file, which starts with 8 bytes of header length");
    std::uint64_t headerBytes = 0;
    std::memcpy(&headerBytes, bytes.data(), 8);
    if (headerBytes > kLargestHeaderBytes)
        fail(path + ": header length is " + std::to_string(headerBytes) + " bytes, expected at most " +
             std::to_string(kLargestHeaderBytes) + "; this is not a safetensors file");
    if (headerBytes > bytes.size() - 8)
        fail(path + ": header length is " + std::to_string(headerBytes) + " bytes, but only " +
             std::to_string(bytes.size() - 8) + " bytes follow; the file is truncated or is not a safetensors file");
    const std::string_view text(reinterpret_cast<const char *>(bytes.data()) + 8, headerBytes);
    const std::span<const std::byte> data = bytes.subspan(8 + headerBytes);

    const JsonObject header = JsonObject::parse(text, path + ": header");
    constexpr std::int64_t kMost = std::numeric_limits<std::int64_t>::max();

    struct Extent
    {
        std::uint64_t begin, end;
        std::string name;
    };
    std::vector<Extent> extents;
    for (const std::string &name : header.fields()) {
        if (name == "__metadata__") {
            for (auto &[key, value] : header.object(name).textFields())
                m_metadata[key] = value;
            continue;
        }
        const JsonObject fields = header.object(name);
        SafetensorsEntry entry;
        entry.name = name;
        entry.file = path;
        const std::string dtype = fields.text("dtype");
        const auto found =
            std::find_if(kDtypes.begin(), kDtypes.end(), [&](const DtypeFact &f) { return f.name == dtype; });
        if (found == kDtypes.end())
            fields.fail("dtype", "is \"" + dtype + "\", expected one of BOOL, U8, I8, …, F16, BF16, F32, F64");
        entry.dtype = found->dtype;
        entry.shape = fields.integers("shape", 0, kMost);
        const auto offsets = fields.integers("data_offsets", 0, kMost);
        if (offsets.size() != 2)
            fields.fail("data_offsets", "holds " + std::to_string(offsets.size()) + " numbers, expected two");
        const auto begin = static_cast<std::uint64_t>(offsets[0]), end = static_cast<std::uint64_t>(offsets[1]);
        if (begin > end || end > data.size())
            fields.fail("data_offsets", "is " + shapeText(offsets) + ", expected a range inside the " +
                                            std::to_string(data.size()) +
                                            " bytes of data; the file is truncated or its header lies");
        const auto expected = byteCount(entry.shape, entry.dtype);
        if (!expected)
            fields.fail("shape", "is " + shapeText(entry.shape) + ", which is more than any file can hold");
        if (*expected != end - begin)
            fields.fail("shape", "is " + shapeText(entry.shape) + " of " + dtype + ", which takes " +
                                     std::to_string(*expected) + " bytes, but data_offsets hold " +
                                     std::to_string(end - begin));
        entry.bytes = data.subspan(begin, end - begin);
        if (const auto other = m_entries.find(name); other != m_entries.end())
            fail(entryWords(path, name) + " is also in " + other->second.file + ", expected it once");
        extents.push_back({begin, end, name});
        m_entries.emplace(name, std::move(entry));
    }

    std::sort(extents.begin(), extents.end(), [](const Extent &a, const Extent &b) {
        return std::tie(a.begin, a.end, a.name) < std::tie(b.begin, b.end, b.name);
    });
    std::uint64_t position = 0;
    for (const Extent &extent : extents) {
        if (extent.begin < position)
            fail(entryWords(path, extent.name) + " starts at byte " + std::to_string(extent.begin) +
                 " of the data, inside the entry before it, which ends at " + std::to_string(position));
        if (extent.begin > position)
            fail(entryWords(path, extent.name) + " starts at byte " + std::to_string(extent.begin) +
                 " of the data, expected " + std::to_string(position) + "; no entry owns the bytes between");
        position = extent.end;
    }
    if (position != data.size())
        fail(path + ": the entries end at byte " + std::to_string(position) + " of the data, but the file holds " +
             std::to_string(data.size()) + " bytes; the header lies or the file is damaged");
    m_files.push_back(file);
}

std::shared_ptr<const Safetensors> Safetensors::openFolder(const std::string &folder, const std::string &stem)
{
    namespace fs = std::filesystem;
    const fs::path base(folder);
    std::error_code ignored;
    if (!fs::is_directory(base, ignored))
        throw Exception(ErrorCode::NotFound, folder + ": is not a folder, expected a model's folder");
    const fs::path single = base / (stem + ".safetensors");
    if (fs::exists(single, ignored))
        return open(single.string());

    const fs::path index = base / (stem + ".safetensors.index.json");
    if (!fs::exists(index, ignored)) {
        for (const std::string &pickle :
             {stem + ".bin", stem + ".fp16.bin", std::string("pytorch_model.bin"),
              std::string("pytorch_model.bin.index.json"), std::string("model.bin"), std::string("model.pt"),
              std::string("model.pth"), std::string("model.ckpt"), std::string("pytorch_model.pt")})
            if (fs::exists(base / pickle, ignored))
                fail(convertAdvice((base / pickle).string()));
        throw Exception(ErrorCode::NotFound,
                        folder + ": holds no " + stem + ".safetensors, expected one in a model's folder");
    }

    const JsonObject document = JsonObject::readFile(index.string());
    const JsonObject weightMap = document.object("weight_map");
    std::set<std::string> shards;
    const auto places = weightMap.textFields();
    if (places.empty())
        document.fail("weight_map", "is empty, expected the file of every entry");
    for (const auto &[name, shard] : places) {
        // A shard lies in this very folder: an index must not make us open other files of the computer.
        if (shard.empty() || shard.find('/') != std::string::npos || shard == "." || shard == "..")
            weightMap.fail(name, "is \"" + shard + "\", expected the name of a file in the same folder");
        shards.insert(shard);
    }
    std::shared_ptr<Safetensors> result(new Safetensors);
    result->m_path = index.string();
    for (const std::string &shard : shards)
        result->addFile((base / shard).string());
    for (const auto &[name, shard] : places) {
        const SafetensorsEntry *entry = result->find(name);
        if (!entry || entry->file != (base / shard).string())
            weightMap.fail(name, "names " + shard + ", which does not hold it");
    }
    if (places.size() != result->m_entries.size())
        for (const auto &[name, entry] : result->m_entries)
            if (!weightMap.has(name))
                fail(entryWords(entry.file, name) + " is not in the index " + index.string());
    return result;
}

const SafetensorsEntry *Safetensors::find(std::string_view name) const
{
    const auto found = m_entries.find(name);
    return found == m_entries.end() ? nullptr : &found->second;
}

std::uint64_t Safetensors::fileBytes() const
{
    std::uint64_t bytes = 0;
    for (const auto &file : m_files)
        bytes += file->bytes().size();
    return bytes;
}

void writeSafetensors(const std::string &path, const std::vector<SafetensorsItem> &items,
                      const std::map<std::string, std::string> &metadata)
{
    std::vector<const SafetensorsItem *> sorted;
    for (const SafetensorsItem &item : items) {
        if (byteCount(item.shape, item.dtype) != item.bytes.size())
            throw Exception(ErrorCode::Internal, path + ": entry \"" + item.name + "\" holds " +
                                                     std::to_string(item.bytes.size()) + " bytes, expected " +
                                                     shapeText(item.shape) + " of " + std::string(nameOf(item.dtype)));
        sorted.push_back(&item);
    }
    // Widest elements first, so that every entry is aligned to its element without padding between entries.
    std::sort(sorted.begin(), sorted.end(), [](const SafetensorsItem *a, const SafetensorsItem *b) {
        return sizeOf(a->dtype) != sizeOf(b->dtype) ? sizeOf(a->dtype) > sizeOf(b->dtype) : a->name < b->name;
    });
    // Names are looked up in a set rather than in the ordered JSON, which would search it line by line.
    std::set<std::string> names;
    auto header = nlohmann::json::object();
    if (!metadata.empty())
        header["__metadata__"] = metadata;
    std::uint64_t position = 0;
    for (const SafetensorsItem *item : sorted) {
        if (item->name == "__metadata__" || !names.insert(item->name).second)
            throw Exception(ErrorCode::Internal, path + ": entry \"" + item->name + "\" is reserved or occurs twice");
        header[item->name] = {{"dtype", nameOf(item->dtype)},
                              {"shape", item->shape},
                              {"data_offsets", {position, position + item->bytes.size()}}};
        position += item->bytes.size();
    }
    // A path in the metadata need not be UTF-8.
    std::string text = header.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
    text.append((8 - text.size() % 8) % 8, ' '); // the data starts aligned
    const auto length = static_cast<std::uint64_t>(text.size());

    AtomicFile file(path);
    file.write(std::as_bytes(std::span(&length, 1)));
    file.write(text);
    for (const SafetensorsItem *item : sorted)
        file.write(item->bytes);
    file.commit();
}

} // namespace orrery
