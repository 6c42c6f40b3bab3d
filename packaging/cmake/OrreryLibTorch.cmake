# SPDX-License-Identifier: Apache-2.0
# LibTorch out of the `torch` wheel, as the imported target Orrery::Torch.
#
# find_package(Torch) demands a CUDA compiler even for the CPU, so the target is our own: headers, torch_cpu and c10.
# Nothing here links torch_cuda: engine/cuda does, and is opened at run time.

set(ORRERY_TORCH "" CACHE PATH "Folder of the torch package (holds include/ and lib/); empty: found in build/deps/venv")
set(_torch "${ORRERY_TORCH}")
if(NOT _torch)
  file(GLOB _torch_candidates
    "${CMAKE_SOURCE_DIR}/build/deps/venv/lib/python3*/site-packages/torch")
  if(_torch_candidates)
    list(GET _torch_candidates 0 _torch)
  else()
    # A bare GPU host: the torch of the python3 at hand.
    execute_process(COMMAND python3 -c "import torch, os; print(os.path.dirname(torch.__file__))"
      OUTPUT_VARIABLE _torch OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET)
  endif()
endif()
if(NOT EXISTS "${_torch}/include/ATen/ATen.h")
  message(FATAL_ERROR "LibTorch was not found; run packaging/run.sh, which installs it, or set ORRERY_TORCH to the folder of the torch package")
endif()
message(STATUS "LibTorch: ${_torch}")

add_library(orrery_torch INTERFACE)
add_library(Orrery::Torch ALIAS orrery_torch)
target_include_directories(orrery_torch SYSTEM INTERFACE
  ${_torch}/include ${_torch}/include/torch/csrc/api/include)
target_compile_definitions(orrery_torch INTERFACE _GLIBCXX_USE_CXX11_ABI=1)
target_link_options(orrery_torch INTERFACE "LINKER:-rpath,${_torch}/lib")
target_link_libraries(orrery_torch INTERFACE ${_torch}/lib/libtorch_cpu.so ${_torch}/lib/libc10.so)
set(ORRERY_TORCH_LIB_DIR ${_torch}/lib)
set(ORRERY_TORCH_INCLUDE_DIR ${_torch}/include)
file(GLOB ORRERY_CUDA_INCLUDE_DIRS "${_torch}/../nvidia/cu13/include")
