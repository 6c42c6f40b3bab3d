// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <exception>
#include <stdexcept>
#include <string>
#include <string_view>

namespace orrery {

/// What kind of thing went wrong; the interface chooses the remedy it offers by this, never by the text.
enum class ErrorCode
{
    BadInput,    ///< something the user gave cannot be used: a picture, a table, a label list
    NotFound,    ///< a file, model or job of that name does not exist
    Unsupported, ///< understood, but this build or machine cannot do it
    Shape,       ///< an array has another shape than the callee needs
    ModelFile,   ///< a file of a model folder is damaged or lies about itself
    OutOfMemory, ///< the memory budget, or the device, has no room even after eviction
    Cancelled,   ///< the user, or a newer request of the same channel, stopped it
    Internal,    ///< a mistake of ours
};

/// Machine-readable name of a code: "bad-input", "out-of-memory", …
std::string_view toString(ErrorCode code);

/// The only form in which a failure leaves the engine thread.
struct Error
{
    ErrorCode code = ErrorCode::Internal;
    std::string message; ///< one sentence for the user: what, where, what was expected
    std::string context; ///< details for a bug report: exception type, job, file; may be empty
};

/// Thrown inside engine code; turned into `Error` at the single boundary of the engine thread.
class Exception : public std::runtime_error
{
public:
    Exception(ErrorCode code, const std::string &message, std::string context = {})
        : std::runtime_error(message), m_code(code), m_context(std::move(context))
    {}
    ErrorCode code() const { return m_code; }
    const std::string &context() const { return m_context; }

private:
    ErrorCode m_code;
    std::string m_context;
};

/// Error of an exception that knows nothing of LibTorch: ours, std::bad_alloc, std::exception, anything else.
Error describe(std::exception_ptr exception);

} // namespace orrery
