// SPDX-License-Identifier: Apache-2.0
// orrery-cli: the engine without a window. Answers go to standard output, everything else to standard error; the exit
// status is 0 when done, 1 when something failed, 2 when the command line was wrong.
#include "app/cli/command.h"
#include "app/cli/output.h"
#include "app/cli/session.h"

#include <algorithm>
#include <csignal>
#include <exception>
#include <fcntl.h>
#include <unistd.h>

using namespace orrery;
using namespace orrery::cli;

namespace {

/// Taken by every command, so that scripts can pass them on without thinking.
std::vector<Option> commonOptions()
{
    return {{"json", "", "print the answer as JSON"},
            {"device", "cpu|cuda|auto", "where to compute; auto takes a GPU where there is one"},
            {"threads", "N", "threads on the CPU; without it, one a core"},
            {"help", "", "show this help"}};
}

std::vector<Command> commands()
{
    return {devicesCommand(),  modelsCommand(), classifyCommand(), encodeCommand(),  embedCommand(),
            sampleCommand(),   unitsCommand(),  continueCommand(), datasetCommand(), trainCommand(),
            evaluateCommand(), verifyCommand(), benchCommand()};
}

std::string optionsText(const std::vector<Option> &options)
{
    Table table({{"", Table::Align::Left, false}, {"", Table::Align::Left, false}});
    for (const Option &option : options)
        table.add({"  --" + option.name + (option.value.empty() ? "" : " " + option.value),
                   option.help + (option.repeatable ? " (may be given several times)" : "")});
    return table.toText();
}

std::string helpOf(const Command &command)
{
    std::string text = "orrery-cli " + command.name + " " + command.usage + "\n\n" + command.summary + ".\n\n";
    std::vector<Option> options = command.options;
    for (const Option &option : commonOptions())
        options.push_back(option);
    text += optionsText(options);
    if (!command.details.empty())
        text += "\n" + command.details + "\n";
    return text;
}

std::string help()
{
    Table table({{"", Table::Align::Left, false}, {"", Table::Align::Left, false}});
    for (const Command &command : commands())
        table.add({"  " + command.name, command.summary});
    return "orrery-cli COMMAND [OPTIONS]\n\nLook inside the models that joined language to images and speech.\n\n" +
           table.toText() +
           "\norrery-cli COMMAND --help says more. Every command takes --json, --device and --threads.\n"
           "Exit status: 0 done, 1 failed, 2 wrong usage.\n";
}

int runCommand(const Command &command, const std::vector<std::string> &given)
{
    try {
        std::vector<Option> options = command.options;
        for (const Option &option : commonOptions())
            options.push_back(option);
        const Arguments arguments(given, options);
        if (arguments.has("help")) {
            print(helpOf(command));
            return kDone;
        }
        settingsFrom(arguments); // a bad --threads is said, also by a command that has no use for it
        return command.run(arguments);
    } catch (const UsageError &error) {
        say(command.name + ": " + error.what());
        say("usage: orrery-cli " + command.name + " " + command.usage);
        return kWrongUsage;
    } catch (const Exception &error) {
        clearProgress();
        if (error.code() == ErrorCode::Cancelled)
            say(command.name + ": cancelled");
        else
            say(std::string(error.what()) + (error.code() == ErrorCode::Internal && !error.context().empty()
                                                 ? "\n  for a bug report: " + error.context()
                                                 : std::string()));
        return kFailed;
    } catch (const std::exception &error) {
        say(command.name + ": " + error.what());
        return kFailed;
    }
}

int run(const std::vector<std::string> &given)
{
    if (given.empty()) {
        say("a command is missing");
        std::fputs(help().c_str(), stderr);
        return kWrongUsage;
    }
    const std::string &name = given.front();
    if (name == "--help" || name == "-h" || name == "help") {
        print(help());
        return kDone;
    }
    if (name == "--version") {
        print("orrery-cli " ORRERY_VERSION "\n");
        return kDone;
    }
    const std::vector<Command> known = commands();
    const auto command = std::find_if(known.begin(), known.end(), [&](const Command &c) { return c.name == name; });
    if (command == known.end()) {
        std::vector<std::string> names;
        for (const Command &c : known)
            names.push_back(c.name);
        const auto meant = nearest(name, names);
        say("unknown command \"" + name + "\"; " +
            (meant ? "did you mean " + *meant + "?" : "expected " + joinedWithOr(names)));
        return kWrongUsage;
    }
    return runCommand(*command, {given.begin() + 1, given.end()});
}

/// What the caller closed would be the number of the next file or pipe that is opened, and answers would land in there.
void occupyStandardDescriptors()
{
    for (const int descriptor : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO})
        if (::fcntl(descriptor, F_GETFD) < 0) // for reading only, so that an answer which nobody gets is an error still
            ::open("/dev/null", descriptor == STDERR_FILENO ? O_WRONLY : O_RDONLY);
}

} // namespace

int main(int count, char **values)
{
    occupyStandardDescriptors();
    std::signal(SIGPIPE, SIG_IGN); // "orrery-cli … | head" is an ordinary write error
    try {
        return run({values + std::min(count, 1), values + count});
    } catch (const std::exception &error) {
        say(error.what());
        return kFailed;
    }
}
