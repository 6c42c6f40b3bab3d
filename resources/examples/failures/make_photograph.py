#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Renders photograph.jpg: a mountain lake as a camera would see it (haze, fractal ridges, ripples, grain, vignette).

It looks like a photograph and belongs to nobody else. Needs numpy and Pillow:

    python3 resources/examples/failures/make_photograph.py resources/examples/failures/photograph.jpg
"""
import sys

import numpy as np
from PIL import Image, ImageFilter

SIDE = 512
random = np.random.default_rng(7)


def noise(height, width, octaves, roughness=0.5):
    """Sum of smoothed random grids, in [0, 1]."""
    total = np.zeros((height, width))
    amplitude = 1.0
    for octave in range(octaves):
        cells = 2 ** (octave + 2)
        grid = (random.random((cells, cells)) * 255).astype(np.uint8)
        total += amplitude * np.asarray(Image.fromarray(grid).resize((width, height), Image.BICUBIC)) / 255.0
        amplitude *= roughness
    return (total - total.min()) / (total.max() - total.min())


def mix(a, b, share):
    share = share[..., None] if np.ndim(share) else share
    return np.asarray(a) * (1 - share) + np.asarray(b) * share


y, x = np.mgrid[0:SIDE, 0:SIDE] / SIDE
picture = mix(np.array([96, 128, 170.0]), np.array([236, 206, 178.0]), np.clip(y / 0.55, 0, 1))
clouds = np.clip((noise(SIDE, SIDE, 6) - 0.5) * 2.4, 0, 1) * np.clip(1 - y / 0.5, 0, 1)
picture = mix(picture, np.array([246, 238, 232.0]), clouds * 0.8)
glow = np.exp(-(((x - 0.7) / 0.16) ** 2 + ((y - 0.42) / 0.12) ** 2))
picture = mix(picture, np.array([255, 232, 190.0]), glow * 0.7)

SHORE = 0.6
for depth, (height, colour, haze) in enumerate([(0.25, (92, 106, 128), 0.55), (0.18, (66, 78, 86), 0.3), (0.1, (38, 48, 44), 0.05)]):
    ridge = noise(4, SIDE, 7, 0.55)[1]
    top = SHORE - height * (0.35 + 0.9 * ridge)
    inside = (y > top[None, :]) & (y < SHORE)
    rock = noise(SIDE, SIDE, 7, 0.7)
    light = np.clip(0.55 + 0.9 * np.gradient(rock, axis=1) * 18 + 0.5 * (rock - 0.5), 0.2, 1.5)
    shade = np.array(colour) * light[..., None]
    snow = inside & (y < top[None, :] + 0.05) & (depth == 0) & (rock > 0.45)
    shade[snow] = np.array([222, 226, 232]) * np.clip(light[snow], 0.6, 1.1)[:, None]
    shade = mix(shade, np.array([206, 196, 190.0]), haze)
    picture[inside] = shade[inside]

rows = np.arange(SIDE)
for row in rows[rows / SIDE >= SHORE]:
    distance = row / SIDE - SHORE
    source = int(np.clip((SHORE - distance * 0.9) * SIDE, 0, SIDE - 1))
    shift = (random.normal(0, 1 + 26 * distance, SIDE).cumsum() * 0.03 + random.normal(0, 1.5 + 8 * distance)).astype(int)
    reflected = picture[source, np.clip(np.arange(SIDE) + shift, 0, SIDE - 1)]
    picture[row] = reflected * 0.72 + np.array([14, 26, 34])
stones = noise(SIDE, SIDE, 7, 0.75)
front = y > 0.9 + 0.05 * noise(4, SIDE, 4)[1][None, :]
picture[front] = (np.array([70, 64, 56]) * (0.4 + 1.1 * stones[..., None]))[front]

picture *= (1 - 0.45 * ((x - 0.5) ** 2 + (y - 0.5) ** 2) / 0.5)[..., None]
picture += random.normal(0, 5, picture.shape)
image = Image.fromarray(np.clip(picture, 0, 255).astype(np.uint8)).filter(ImageFilter.GaussianBlur(0.8))
image.resize((256, 256), Image.LANCZOS).save(sys.argv[1], quality=88)
