// SPDX-License-Identifier: Apache-2.0
#include "app/cli/session.h"

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <fcntl.h>
#include <pthread.h>
#include <unistd.h>

namespace orrery::cli {

namespace {

int g_wakeUp[2] = {-1, -1};
volatile std::sig_atomic_t g_interrupts = 0;

// Async-signal-safe: a byte to the listening thread, or the end.
void onSignal(int)
{
    g_interrupts = g_interrupts + 1;
    if (g_interrupts > 1)
        ::_exit(1);
    const char byte = 'i';
    [[maybe_unused]] const ssize_t written = ::write(g_wakeUp[1], &byte, 1);
}

} // namespace

EngineSettings settingsFrom(const Arguments &arguments)
{
    constexpr std::int64_t kMostThreads = 1024;
    EngineSettings settings;
    const std::string device = arguments.choice("device", "auto", {"auto", "cpu", "cuda"});
    settings.device = device == "cpu" ? DeviceChoice::Cpu : device == "cuda" ? DeviceChoice::Cuda : DeviceChoice::Auto;
    settings.threads =
        arguments.has("threads") ? static_cast<int>(arguments.integer("threads", 1, 1, kMostThreads)) : 0;
    return settings;
}

Session::Session(const Arguments &arguments)
{
    const EngineSettings settings = settingsFrom(arguments);
    if (::pipe2(g_wakeUp, O_CLOEXEC) != 0)
        throw Exception(ErrorCode::Internal, std::string("Ctrl+C cannot be watched (") + std::strerror(errno) + ")");
    m_listener = std::thread([this] {
        ::pthread_setname_np(::pthread_self(), "interrupts");
        // The kernel may hand the signal to this very thread, which then finds its read cut short.
        for (char byte = 0; byte != 'q';) {
            const ssize_t count = ::read(g_wakeUp[0], &byte, 1);
            if (count == 1 && byte == 'i')
                onInterrupt();
            else if (count == 0 || (count < 0 && errno != EINTR))
                break;
        }
    });
    struct sigaction action = {};
    action.sa_handler = onSignal;
    action.sa_flags = SA_RESTART; // whichever thread it meets goes on with what it was waiting for
    ::sigaction(SIGINT, &action, nullptr);
    ::sigaction(SIGTERM, &action, nullptr);
    m_needsCuda = settings.device == DeviceChoice::Cuda;
    m_engine.start(settings);
}

Session::~Session()
{
    struct sigaction action = {};
    action.sa_handler = SIG_DFL;
    ::sigaction(SIGINT, &action, nullptr);
    ::sigaction(SIGTERM, &action, nullptr);
    const char byte = 'q';
    [[maybe_unused]] const ssize_t written = ::write(g_wakeUp[1], &byte, 1);
    m_listener.join();
    ::close(g_wakeUp[0]);
    ::close(g_wakeUp[1]);
}

RuntimeInfo Session::ready()
{
    RuntimeInfo found = info();
    const auto isCuda = [](const DeviceInfo &device) { return device.kind == "cuda"; };
    const auto cuda = std::find_if(found.devices.begin(), found.devices.end(), isCuda);
    if (m_needsCuda && (cuda == found.devices.end() || !cuda->active))
        throw Exception(ErrorCode::Unsupported,
                        "--device cuda: " +
                            (cuda == found.devices.end() || cuda->why.empty() ? "there is no CUDA here" : cuda->why));
    return found;
}

RuntimeInfo Session::info()
{
    Result<RuntimeInfo> info = m_engine.waitUntilReady();
    if (!info)
        throw Exception(info.error().code, info.error().message, info.error().context);
    return *info;
}

void Session::onInterrupt()
{
    std::vector<JobControl> jobs;
    {
        const std::lock_guard lock(m_mutex);
        m_interrupted = true;
        jobs = m_watched;
    }
    for (JobControl &job : jobs)
        job.cancel();
}

bool Session::interrupted() const
{
    const std::lock_guard lock(m_mutex);
    return m_interrupted;
}

Session::Watch::Watch(Session &session, JobControl job) : m_session(session)
{
    bool tooLate = false;
    {
        const std::lock_guard lock(session.m_mutex);
        session.m_watched.push_back(job);
        tooLate = session.m_interrupted;
    }
    if (tooLate)
        job.cancel();
}

Session::Watch::~Watch()
{
    const std::lock_guard lock(m_session.m_mutex);
    m_session.m_watched.pop_back();
}

} // namespace orrery::cli
