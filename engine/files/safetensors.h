// SPDX-License-Identifier: Apache-2.0
/// Reader and writer of our own for the safetensors format.
/// Source: "Format" in the README of huggingface/safetensors: eight bytes length, a JSON header, then the data.
#pragma once

#include "engine/files/mapped_file.h"

#include <cstdint>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace orrery {

enum class Dtype
{
    Bool,
    U8,
    I8,
    F8E5M2,
    F8E4M3,
    I16,
    U16,
    F16,
    BF16,
    I32,
    U32,
    F32,
    I64,
    U64,
    F64,
};

std::size_t sizeOf(Dtype dtype);
/// The name that the header uses: "F32", "BF16", …
std::string_view nameOf(Dtype dtype);

/// "[3, 224, 224]", for messages.
std::string shapeText(std::span<const std::int64_t> shape);

/// One named array of a file. `bytes` holds exactly product(shape) × sizeOf(dtype) bytes and may start at any address,
/// so copy it (memcpy) instead of casting.
struct SafetensorsEntry
{
    std::string name;
    Dtype dtype = Dtype::F32;
    std::vector<std::int64_t> shape;
    std::span<const std::byte> bytes;
    std::string file; ///< where it lies, for messages
};

/// One safetensors file, or all shards of a folder, mapped and checked: header length against file size, every length,
/// offset and shape against the data, no overlap, no hole, no name twice. Nothing of the data is read.
///
/// All errors are Exception{ModelFile} that name file and field; Exception{NotFound} when the file does not exist.
/// Thread: any; immutable.
class Safetensors
{
public:
    static constexpr std::uint64_t kLargestHeaderBytes = 100'000'000; ///< the format's own limit

    static std::shared_ptr<const Safetensors> open(const std::string &path);
    /// `model.safetensors`, or the shards that `model.safetensors.index.json` names. A folder that holds only a pickle
    /// (`pytorch_model.bin`) is refused with a sentence that says how to convert it.
    /// @param stem  "model"; diffusers uses "diffusion_pytorch_model".
    static std::shared_ptr<const Safetensors> openFolder(const std::string &folder, const std::string &stem = "model");

    const std::map<std::string, SafetensorsEntry, std::less<>> &entries() const { return m_entries; }
    const SafetensorsEntry *find(std::string_view name) const;
    const std::map<std::string, std::string> &metadata() const { return m_metadata; }
    /// The file, or the index of the shards.
    const std::string &path() const { return m_path; }
    /// Bytes of all files.
    std::uint64_t fileBytes() const;

private:
    Safetensors() = default;
    void addFile(const std::string &path);

    std::string m_path;
    std::vector<std::shared_ptr<const MappedFile>> m_files;
    std::map<std::string, SafetensorsEntry, std::less<>> m_entries;
    std::map<std::string, std::string> m_metadata;
};

/// What to write: the bytes are borrowed until writeSafetensors returns.
struct SafetensorsItem
{
    std::string name;
    Dtype dtype = Dtype::F32;
    std::vector<std::int64_t> shape;
    std::span<const std::byte> bytes;
};

/// Writes atomically (beside the file, flushed, renamed). The same items give the same bytes.
/// @throws Exception{ModelFile} when the disk refuses; Exception{Internal} when an item lies about its size.
void writeSafetensors(const std::string &path, const std::vector<SafetensorsItem> &items,
                      const std::map<std::string, std::string> &metadata = {});

} // namespace orrery
