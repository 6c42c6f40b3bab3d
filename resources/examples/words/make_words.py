#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Makes the spoken words and the sentence of this folder: python3 make_words.py, with espeak-ng, numpy, scipy and
soundfile installed. take_WORD_N: the examples of the word board; say_WORD_N: what it is to recognise, by another voice
and at another pace ("seven" is none of its words); sentence_N: one sentence by two voices, to be laid on each other."""
import pathlib
import subprocess

import numpy as np
import scipy.signal
import soundfile

HERE = pathlib.Path(__file__).parent
RATE = 16000
FIRST, SECOND, THIRD = ("en-gb+m3", 150, 45), ("en-us+f2", 165, 55), ("en-gb+f4", 140, 40)
SENTENCE = "A small fox runs over the quiet hill."


def speak(text, voice, words_a_minute, pitch):
    wave = subprocess.run(["espeak-ng", "-v", voice, "-s", str(words_a_minute), "-p", str(pitch), "--stdout", text],
                          check=True, capture_output=True).stdout
    # The header of a stream states no length.
    samples = np.frombuffer(wave[44:len(wave) - len(wave) % 2], "<i2").astype(np.float64) / 32768
    rate = int.from_bytes(wave[24:28], "little")
    common = np.gcd(rate, RATE)
    samples = scipy.signal.resample_poly(samples, RATE // common, rate // common)
    loud = np.flatnonzero(np.abs(samples) > 0.01 * np.abs(samples).max())
    samples = samples[loud[0]:loud[-1] + 1]
    edge = RATE * 12 // 100
    samples = np.concatenate([np.zeros(edge), samples, np.zeros(edge)])
    # Not a silence that no room has.
    return 0.5 * samples / np.abs(samples).max() + np.random.default_rng(1).normal(0, 4e-5, samples.size)


def write(name, samples):
    soundfile.write(HERE / f"{name}.flac", samples, RATE, subtype="PCM_16")


for word in "yes", "no", "maybe":
    write(f"take_{word}_1", speak(word, *FIRST))
    write(f"take_{word}_2", speak(word, *SECOND))
    write(f"say_{word}_1", speak(word, *THIRD))
    write(f"say_{word}_2", speak(word, SECOND[0], 130, 70))
write("say_seven_1", speak("seven", *FIRST))
write("sentence_1", speak(SENTENCE, *FIRST))
write("sentence_2", speak(SENTENCE, SECOND[0], 125, 55))
