// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "app/cli/arguments.h"

#include <string>
#include <vector>

namespace orrery::cli {

enum ExitStatus
{
    kDone = 0,
    kFailed = 1,
    kWrongUsage = 2,
};

/// One word of the command line, one file.
struct Command
{
    std::string name;            ///< "classify"
    std::string usage;           ///< what follows the name: "--labels \"a,b,c\" IMAGE..."
    std::string summary;         ///< one sentence, no full stop
    std::string details;         ///< what the help says below the options; may be empty
    std::vector<Option> options; ///< besides those that every command takes
    /// @return ExitStatus. @throws UsageError, Exception
    int (*run)(const Arguments &arguments) = nullptr;
};

Command devicesCommand();
Command modelsCommand();
Command classifyCommand();
Command encodeCommand();
Command embedCommand();
Command sampleCommand();
Command datasetCommand();
Command trainCommand();
Command evaluateCommand();
Command unitsCommand();
Command continueCommand();
Command verifyCommand();
Command benchCommand();

} // namespace orrery::cli
