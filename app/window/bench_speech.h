// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace orrery {

class Host;

/// `--bench speech [--seconds S]`: plays speech into the engine at the pace of a microphone and prints, as JSON, how
/// long it took from a unit's last sample to the picture that shows it: alone, and while a map is made in the
/// background; and the real-time factor of the built-in model. The unit is counted when it first appears, so the sound
/// after it that may still change it is left aside.
void benchSpeech(Host &host, double seconds);

} // namespace orrery
