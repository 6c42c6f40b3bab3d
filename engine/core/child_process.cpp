// SPDX-License-Identifier: Apache-2.0
#include "engine/core/child_process.h"

#include "engine/core/error.h"

#include <cerrno>
#include <csignal>
#include <cstring>
#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

namespace orrery {

std::string outputOf(const std::vector<std::string> &command, std::stop_token stop)
{
    int ends[2] = {-1, -1};
    if (::pipe2(ends, O_CLOEXEC) != 0)
        throw Exception(ErrorCode::Internal, command[0] + ": no pipe to it (" + std::strerror(errno) + ")");
    std::vector<char *> values;
    for (const std::string &word : command)
        values.push_back(const_cast<char *>(word.c_str()));
    values.push_back(nullptr);
    posix_spawn_file_actions_t actions;
    ::posix_spawn_file_actions_init(&actions);
    ::posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    ::posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO);
    pid_t child = 0;
    const int failed = ::posix_spawn(&child, values[0], &actions, nullptr, values.data(), environ);
    ::posix_spawn_file_actions_destroy(&actions);
    ::close(ends[1]);
    if (failed != 0) {
        ::close(ends[0]);
        throw Exception(ErrorCode::Unsupported, command[0] + ": cannot be started (" + std::strerror(failed) + ")");
    }

    constexpr int kStopCheckedEveryMs = 100;
    std::string output;
    bool stopped = false;
    for (;;) {
        if (!stopped && stop.stop_requested()) {
            stopped = true;
            ::kill(child, SIGTERM);
        }
        pollfd readable = {ends[0], POLLIN, 0};
        if (::poll(&readable, 1, kStopCheckedEveryMs) <= 0) // nothing yet, or a signal came first
            continue;
        char buffer[65536];
        const ssize_t count = ::read(ends[0], buffer, sizeof buffer);
        if (count < 0 && errno == EINTR)
            continue;
        if (count <= 0)
            break;
        output.append(buffer, static_cast<std::size_t>(count));
    }
    ::close(ends[0]);
    int status = 0;
    while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
    }
    if (stopped)
        throw Exception(ErrorCode::Cancelled, "Cancelled");
    if (!WIFEXITED(status) || WEXITSTATUS(status) != 0)
        throw Exception(ErrorCode::Internal, command[0] + ": failed with status " +
                                                 std::to_string(WIFEXITED(status) ? WEXITSTATUS(status) : 128));
    return output;
}

} // namespace orrery
