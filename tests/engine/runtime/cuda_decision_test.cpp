// SPDX-License-Identifier: Apache-2.0
#include "engine/runtime/cuda_decision.h"

#include "engine/runtime/memory_ledger.h"
#include "engine/runtime/torch_runtime.h"

#include <ATen/Context.h>
#include <ATen/detail/CUDAHooksInterface.h>

#include <QtTest>

#include <dlfcn.h>

using namespace orrery;

namespace {

using SetFakeDriver = void (*)(int initStatus, int devices, void (*onInit)());

SetFakeDriver g_setFakeDriver = nullptr;
bool g_initialised = false;
std::uint64_t g_allocationsBefore = ~std::uint64_t(0);

/// What torch_cuda registers when it is loaded; ATen asks the registry once and keeps the answer for ever.
struct ImaginaryHooks : at::CUDAHooksInterface
{
    explicit ImaginaryHooks(at::CUDAHooksArgs) {}
    bool hasCUDA() const override { return true; }
};

/// Called by the driver, at the moment when liborrery_cuda.so would be loaded next.
void registerHooks()
{
    g_initialised = true;
    g_allocationsBefore = MemoryLedger::instance().allocations();
    at::CUDAHooksRegistry()->Register("CUDAHooks", [](at::CUDAHooksArgs args) {
        return std::unique_ptr<at::CUDAHooksInterface>(std::make_unique<ImaginaryHooks>(args));
    });
}

} // namespace

/// The order of the tests matters: a driver that is loaded stays, and the process decides once.
class CudaDecisionTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void aChosenProcessorIsNotAsked()
    {
        const CudaDecision decision = decideCuda(DeviceChoice::Cpu, "/nowhere");
        QVERIFY(!decision.device.active && !decision.services);
        QVERIFY(decision.device.why.find("chosen") != std::string::npos);
    }

    void withoutADriverTheReasonIsASentence()
    {
        if (void *real = ::dlopen("libcuda.so.1", RTLD_NOW | RTLD_LOCAL)) {
            ::dlclose(real);
            QSKIP("This machine has an NVIDIA driver");
        }
        for (const DeviceChoice choice : {DeviceChoice::Auto, DeviceChoice::Cuda}) {
            const CudaDecision decision = decideCuda(choice, "/nowhere");
            QVERIFY(!decision.device.active && !decision.services);
            QCOMPARE(decision.device.why, std::string("No NVIDIA driver was found on this machine."));
        }
        // Same soname: from here on dlopen("libcuda.so.1") finds the imaginary driver.
        void *fake = ::dlopen(ORRERY_FAKE_CUDA_DRIVER, RTLD_NOW | RTLD_GLOBAL);
        QVERIFY2(fake, ::dlerror());
        g_setFakeDriver = reinterpret_cast<SetFakeDriver>(::dlsym(fake, "orreryFakeDriver"));
        QVERIFY(g_setFakeDriver);
    }

    void theDriverIsTestedBeforeAtenIsCalled()
    {
        if (!g_setFakeDriver)
            QSKIP("This machine has an NVIDIA driver");
        g_setFakeDriver(0, 0, &registerHooks);
        TorchRuntime runtime{EngineSettings{}};
        g_setFakeDriver(0, 0, nullptr);
        QVERIFY(g_initialised);
        QCOMPARE(g_allocationsBefore, std::uint64_t(0));
        // Had any call of ATen come first, its hooks would be frozen at "none" and this would be false.
        QVERIFY(at::hasCUDA());

        QCOMPARE(runtime.device(), at::Device(at::kCPU));
        const RuntimeInfo info = runtime.info();
        QCOMPARE(info.devices.size(), std::size_t(2));
        QVERIFY(info.devices[0].active && info.devices[0].kind == "cpu" && !info.devices[0].name.empty());
        QVERIFY(!info.devices[1].active);
        QVERIFY(info.devices[1].why.find("no graphics card") != std::string::npos);
    }

    void aDriverThatDoesNotStartIsExplained()
    {
        if (!g_setFakeDriver)
            QSKIP("This machine has an NVIDIA driver");
        g_setFakeDriver(803, 1, nullptr);
        QVERIFY(decideCuda(DeviceChoice::Auto, "/nowhere").device.why.find("803") != std::string::npos);
    }

    void aCardWithoutOurCudaPartNamesTheRemedy()
    {
        if (!g_setFakeDriver)
            QSKIP("This machine has an NVIDIA driver");
        g_setFakeDriver(0, 1, nullptr);
        const CudaDecision decision = decideCuda(DeviceChoice::Auto, "/nowhere");
        QVERIFY(!decision.device.active);
        QCOMPARE(decision.device.name, std::string("Imaginary Card"));
        QCOMPARE(decision.device.memoryBytes, std::uint64_t(8000000000));
        QVERIFY(decision.device.why.find("--cuda") != std::string::npos);
    }

    void theProcessDecidesOnce()
    {
        if (!g_setFakeDriver)
            QSKIP("This machine has an NVIDIA driver");
        g_initialised = false;
        g_setFakeDriver(0, 1, [] { g_initialised = true; });
        TorchRuntime again{EngineSettings{}};
        QVERIFY(!g_initialised);
        QCOMPARE(again.device(), at::Device(at::kCPU));
    }
};

QTEST_GUILESS_MAIN(CudaDecisionTest)
#include "cuda_decision_test.moc"
