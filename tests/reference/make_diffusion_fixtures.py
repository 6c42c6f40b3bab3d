#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Makes what the diffusion tests compare with, by the reference implementation: tests/data/diffusion.

    make_diffusion_fixtures.py schedulers     trajectories of every scheduler
    make_diffusion_fixtures.py pipelines      sd1, sd2: folders as `save_pretrained` writes them, small and random; and in
                                              each, NAME.safetensors: all of it in one file, with the original names

Needs torch, diffusers, transformers and safetensors; made with diffusers 0.39.0 and transformers 4.57.6.
schedulers.json lists the cases; schedulers.safetensors holds `noise`, from which all begin and draw (row 0 is where they
begin, row 1 + i what step i adds), and for each case NAME.timesteps, NAME.scale (of the noise to begin with), NAME.samples
(what every step gives) and, where diffusers says it, NAME.guesses.
"""
import argparse

import diffusers

from scheduler_fixtures import DATA, make_schedulers
from stable_diffusion_fixtures import make_pipelines

MAKERS = {"schedulers": make_schedulers, "pipelines": make_pipelines}

diffusers.utils.logging.set_verbosity_error()
parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
parser.add_argument("what", nargs="*", help=f"of {', '.join(MAKERS)}; nothing: all")
DATA.mkdir(parents=True, exist_ok=True)
for name in parser.parse_args().what or MAKERS:
    MAKERS[name]()
