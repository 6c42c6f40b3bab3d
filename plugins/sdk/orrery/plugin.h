// SPDX-License-Identifier: Apache-2.0
/// The one header to start a plugin from.
///
///     #include "orrery/plugin.h"
///
///     class MeanColourPage final : public orrery::Page { … };
///
///     ORRERY_PLUGIN(host, parent)
///     {
///         return new MeanColourPage(host, parent);
///     }
///
/// and in CMakeLists.txt, beside a metadata file of a few lines:
///
///     orrery_add_plugin(mean_colour METADATA mean_colour.json VIEW view/page.cpp JOBS jobs/jobs.cpp)
///
/// The view sees this header and Qt; the jobs see LibTorch and no Qt; they share a header of plain structs.
#pragma once

#include "orrery/page.h"
#include "orrery/picture_source.h"
#include "orrery/playable.h"
#include "orrery/plugin_host.h"
#include "orrery/tour.h"
#include "orrery/workspace.h"

namespace orrery {

/// Changes whenever a plugin built before the change would not work after it.
inline constexpr int kSdkVersion = 4;

/// Made by orrery_add_plugin around the body of ORRERY_PLUGIN; plugin authors never write it.
class PluginFactory
{
public:
    virtual ~PluginFactory() = default;
    virtual Page *createPage(PluginHost &host, QWidget *parent) = 0;
};

} // namespace orrery

#define ORRERY_PLUGIN_IID "org.orrery.PluginFactory/1"
Q_DECLARE_INTERFACE(orrery::PluginFactory, ORRERY_PLUGIN_IID)

/// Entry of a plugin: a body that returns its page. What it throws disables the plugin and is shown with it.
#define ORRERY_PLUGIN(host, parent)                                                                                    \
    __attribute__((visibility("hidden"))) orrery::Page *orreryCreatePage([[maybe_unused]] orrery::PluginHost &host,    \
                                                                         [[maybe_unused]] QWidget *parent)
