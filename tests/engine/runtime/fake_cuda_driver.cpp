// SPDX-License-Identifier: Apache-2.0
// Takes the place of NVIDIA's libcuda.so.1 in tests, on machines that have none. Its behaviour is set by the test.

namespace {
int g_initStatus = 0;
int g_devices = 0;
void (*g_onInit)() = nullptr;
} // namespace

extern "C" {

void orreryFakeDriver(int initStatus, int devices, void (*onInit)())
{
    g_initStatus = initStatus;
    g_devices = devices;
    g_onInit = onInit;
}

int cuInit(unsigned)
{
    if (g_onInit)
        g_onInit();
    return g_initStatus;
}

int cuDeviceGetCount(int *count)
{
    *count = g_devices;
    return 0;
}

int cuDeviceGet(int *device, int ordinal)
{
    *device = ordinal;
    return 0;
}

int cuDeviceGetName(char *name, int length, int)
{
    const char text[] = "Imaginary Card";
    for (int i = 0; i < length && i < static_cast<int>(sizeof text); ++i)
        name[i] = text[i];
    return 0;
}

int cuDeviceTotalMem_v2(unsigned long *bytes, int)
{
    *bytes = 8000000000UL;
    return 0;
}
}
