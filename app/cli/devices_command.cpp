// SPDX-License-Identifier: Apache-2.0
#include "app/cli/command.h"
#include "app/cli/output.h"
#include "app/cli/session.h"

namespace orrery::cli {

namespace {

int run(const Arguments &arguments)
{
    if (!arguments.others().empty())
        throw UsageError("unexpected argument \"" + arguments.others().front() + "\"");
    Session session(arguments);
    const RuntimeInfo info = session.info();
    if (arguments.has("json")) {
        Json devices = Json::array();
        for (const DeviceInfo &device : info.devices)
            devices.push_back({{"kind", device.kind},
                               {"name", device.name},
                               {"active", device.active},
                               {"why", device.why},
                               {"memory_bytes", device.memoryBytes}});
        printJson({{"devices", devices},
                   {"threads", info.threads},
                   {"torch", info.torchVersion},
                   {"blas", info.blasLibrary},
                   {"memory_budget_bytes", info.memoryBudgetBytes},
                   {"memory_used_bytes", info.memoryUsedBytes}});
        return kDone;
    }
    Table table({{"", Table::Align::Left, false},
                 {"Device", Table::Align::Left, false},
                 {"Name", Table::Align::Left, true},
                 {"Memory", Table::Align::Right, false},
                 {"", Table::Align::Left, true}});
    for (const DeviceInfo &device : info.devices)
        table.add({device.active ? "*" : "", device.kind, device.name,
                   device.memoryBytes > 0 ? bytesText(device.memoryBytes) : "", device.why});
    print(table.toText() + "\n" + std::to_string(info.threads) + (info.threads == 1 ? " thread" : " threads") +
          ", models may use " + bytesText(info.memoryBudgetBytes) + ", LibTorch " + info.torchVersion + "\n");
    return kDone;
}

} // namespace

Command devicesCommand()
{
    return {"devices", "[--json]", "Show where models can be computed, and why", "", {}, run};
}

} // namespace orrery::cli
