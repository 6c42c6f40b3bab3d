// SPDX-License-Identifier: Apache-2.0
#include "engine/core/error.h"

#include <cstdlib>
#include <memory>
#include <new>
#include <typeinfo>

#include <cxxabi.h>

namespace orrery {
namespace {

std::string readableType(const std::type_info &type)
{
    int status = 0;
    const std::unique_ptr<char, void (*)(void *)> name(abi::__cxa_demangle(type.name(), nullptr, nullptr, &status),
                                                       std::free);
    return status == 0 ? name.get() : type.name();
}

} // namespace

std::string_view toString(ErrorCode code)
{
    switch (code) {
    case ErrorCode::BadInput:
        return "bad-input";
    case ErrorCode::NotFound:
        return "not-found";
    case ErrorCode::Unsupported:
        return "unsupported";
    case ErrorCode::Shape:
        return "shape";
    case ErrorCode::ModelFile:
        return "model-file";
    case ErrorCode::OutOfMemory:
        return "out-of-memory";
    case ErrorCode::Cancelled:
        return "cancelled";
    case ErrorCode::Internal:
        break;
    }
    return "internal";
}

Error describe(std::exception_ptr exception)
{
    try {
        std::rethrow_exception(exception);
    } catch (const Exception &e) {
        return Error{e.code(), e.what(), e.context()};
    } catch (const std::bad_alloc &) {
        return Error{ErrorCode::OutOfMemory, "The machine has no memory left for this", "std::bad_alloc"};
    } catch (const std::exception &e) {
        return Error{ErrorCode::Internal, std::string("Something went wrong inside Orrery: ") + e.what(),
                     readableType(typeid(e))};
    } catch (...) {
        return Error{ErrorCode::Internal, "Something went wrong inside Orrery that gives no reason",
                     "an exception of unknown type"};
    }
}

} // namespace orrery
