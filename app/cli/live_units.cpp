// SPDX-License-Identifier: Apache-2.0
#include "app/cli/live_units.h"

#include "app/cli/command.h"
#include "app/cli/output.h"
#include "app/cli/precision_option.h"
#include "app/cli/session.h"
#include "app/cli/sound_files.h"
#include "engine/api/speech.h"

#include <chrono>
#include <cmath>
#include <thread>

namespace orrery::cli {

namespace {

constexpr std::chrono::milliseconds kLook{20}; ///< between two looks at what was heard

void printUpdate(const speech::StreamFeed::Update &update, bool json)
{
    std::string line;
    for (const speech::StreamFeed::Unit &unit : update.units)
        if (json)
            line += toText({{"frame", unit.frame},
                            {"unit", unit.unit},
                            {"settled", unit.settled},
                            {"latency_ms", std::round(unit.latencyMs * 10) / 10}},
                           -1) +
                    "\n";
        else if (unit.settled)
            line += std::to_string(unit.unit) + " ";
    if (!line.empty())
        print(line);
}

} // namespace

int liveUnits(const Arguments &arguments)
{
    speech::ListenRequest request;
    request.model = arguments.text("model", speech::kUnitsModel);
    request.precision = precisionOf(arguments);
    request.codebook = int(arguments.integer("codebook", 100, 1, 100'000));
    request.codebookFile = arguments.text("codebook-file");
    request.device = arguments.text("input");
    request.realTime = !arguments.has("quick");
    request.feed = std::make_shared<speech::StreamFeed>();
    if (arguments.others().size() > 1)
        throw UsageError("--live takes one AUDIO or none, found " + std::to_string(arguments.others().size()));
    if (!arguments.others().empty()) {
        if (arguments.has("input"))
            throw UsageError("--input names a microphone, but there is an AUDIO");
        request.sound.path = arguments.others().front();
    } else if (arguments.has("quick")) {
        throw UsageError("--quick goes with an AUDIO: nobody speaks faster than they speak");
    }
    const bool json = arguments.has("json");

    Session session(arguments);
    session.ready();
    const JobHandle<speech::ListenResult> job =
        session.engine().submit(speech::kListen, request, {Lane::Live, "Listen", {}});
    const Session::Watch watch(session, job);
    speech::StreamFeed::Update update;
    while (!job.finished()) {
        std::this_thread::sleep_for(kLook);
        update = request.feed->take();
        printUpdate(update, json);
    }
    update = request.feed->take();
    printUpdate(update, json);
    const Result<speech::ListenResult> result = job.wait();
    if (!json && update.settledUnits > 0)
        print("\n"); // ends the line of units
    if (!result && !session.interrupted())
        throw Exception(result.error().code, result.error().message, result.error().context);
    const std::uint64_t changed = update.changed, settled = update.settledUnits;
    say(std::to_string(settled) + " units settled, " + fixed(update.settleMs, 0) + " ms after they were first heard; " +
        std::to_string(changed) + " times a provisional one became another" +
        (update.capture.overruns ? "; sound was lost " + std::to_string(update.capture.overruns) + " times" : ""));
    return kDone;
}

} // namespace orrery::cli
