// SPDX-License-Identifier: Apache-2.0
// Precompiled: LibTorch's headers cost 20 s a file otherwise. Files still include what they use.
#pragma once

#include <ATen/ATen.h>
#include <c10/core/InferenceMode.h>

#include <algorithm>
#include <any>
#include <cmath>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>
