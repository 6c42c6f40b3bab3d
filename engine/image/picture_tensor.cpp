// SPDX-License-Identifier: Apache-2.0
#include "engine/image/picture_tensor.h"

#include "engine/core/error.h"

#include <ATen/ATen.h>

namespace orrery {

at::Tensor toTensor(const Picture &picture)
{
    const auto expected = static_cast<std::size_t>(picture.width) * static_cast<std::size_t>(picture.height) * 3;
    if (picture.width <= 0 || picture.height <= 0 || picture.rgb.size() != expected)
        throw Exception(ErrorCode::BadInput, "picture: holds " + std::to_string(picture.rgb.size()) +
                                                 " bytes, expected " + std::to_string(picture.width) + " × " +
                                                 std::to_string(picture.height) + " × 3");
    // from_blob borrows; the permuted copy owns its bytes.
    const at::Tensor rows = at::from_blob(const_cast<std::uint8_t *>(picture.rgb.data()),
                                          {picture.height, picture.width, 3}, at::TensorOptions().dtype(at::kByte));
    return rows.permute({2, 0, 1}).contiguous(); // [3, H, W]
}

} // namespace orrery
