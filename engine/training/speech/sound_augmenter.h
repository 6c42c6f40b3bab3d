// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/training/random.h"

#include <functional>
#include <vector>

namespace orrery::training {

/// What rooms, microphones and lines do to speech, so that a model that has only heard a synthesiser does not take its
/// cleanness for granted. Sound is float at 16 kHz, full scale ±1. The same random numbers give the same bits.
/// Thread: any; needs no LibTorch.
namespace augment {

/// Played at `speed` times its own: pitch, formants and length change together, as from one speaker to another.
/// Cubic interpolation between neighbours. @param speed  0.5 … 2
std::vector<float> atSpeed(const std::vector<float> &sound, double speed);

/// A room: early reflections and a tail that falls by 60 dB within `seconds`, as so many single echoes; the direct
/// sound stays where it is. Source: Moorer 1979, "About This Reverberation Business" (the tail as decaying noise).
std::vector<float> inRoom(const std::vector<float> &sound, double seconds, float wet, Random &random);

/// Butterworth filters of second order. Source: Bristow-Johnson, "Cookbook formulae for audio EQ biquad filters".
void highPass(std::vector<float> &sound, double hertz);
void lowPass(std::vector<float> &sound, double hertz);
/// Quieter by so many decibels an octave above 1 kHz, or louder: one pole and one zero. @param amount  −0.9 … 0.9
void tilt(std::vector<float> &sound, float amount);

/// Adds noise at a ratio of speech to noise (dB, by their powers over all of the sound); nothing when either is silent.
void addAt(std::vector<float> &sound, const std::vector<float> &noise, double decibels);
/// White (0), pink (1) or brown (2) in between; @return of unit power
std::vector<float> noise(std::size_t samples, float colour, Random &random);
/// A hum of 50 or 60 Hz with its harmonics. @return of unit power
std::vector<float> hum(std::size_t samples, Random &random);

/// A telephone: 300 … 3,400 Hz and eight bits by µ-law. Source: ITU-T G.711, G.712.
void telephone(std::vector<float> &sound);

/// Scaled to this peak, and cut where it goes beyond ±1.
void toPeak(std::vector<float> &sound, float peak);

/// One of everything, drawn at random: about an eighth of all sounds stay clean.
/// @param others  gives another sound of at least so many samples, for voices in the background; may be empty
void anyway(std::vector<float> &sound, Random &random,
            const std::function<std::vector<float>(std::size_t samples)> &others);

} // namespace augment
} // namespace orrery::training
