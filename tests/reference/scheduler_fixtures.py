# SPDX-License-Identifier: Apache-2.0
"""Trajectories of diffusers' schedulers; called by make_diffusion_fixtures.py."""
import importlib
import json
from pathlib import Path

import diffusers
import torch
from safetensors.torch import save_file

DATA = Path(__file__).resolve().parent.parent / "data" / "diffusion"

SD = dict(beta_start=0.00085, beta_end=0.012, beta_schedule="scaled_linear")
COSINE = dict(beta_schedule="squaredcos_cap_v2")
CLASSES = {"ddpm": "DDPMScheduler", "ddim": "DDIMScheduler", "pndm": "PNDMScheduler", "euler": "EulerDiscreteScheduler",
           "euler_ancestral": "EulerAncestralDiscreteScheduler", "dpmpp_2m": "DPMSolverMultistepScheduler",
           "dpmpp_2m_karras": "DPMSolverMultistepScheduler", "lcm": "LCMScheduler"}


def small_model(x, t):
    """Stands for a network; the tests have the same."""
    return 0.8 * torch.tanh(1.5 * x + 0.5) + 0.3 * torch.sin(torch.tensor(float(t) / 150))


def scheduler_cases():
    def case(id, steps, config, begin=0, **step):
        cases.append(dict(id=id, steps=steps, config=config, begin=begin, step=step))
    cases = []
    for id in CLASSES:
        for steps in (1, 4, 7, 20):
            if id == "pndm":
                case(id, steps, SD | dict(skip_prk_steps=True, steps_offset=1))
                if steps >= 4:
                    case(id, steps, SD | dict(set_alpha_to_one=True))
            else:
                case(id, steps, dict(SD))
        case(id, 10, SD | dict(prediction_type="v_prediction") | (dict(skip_prk_steps=True) if id == "pndm" else {}))
        if id not in ("pndm", "euler_ancestral"):
            case(id, 10, SD | dict(prediction_type="sample"))
        if id != "lcm":
            for spacing in ("leading", "trailing", "linspace"):
                case(id, 9, SD | dict(timestep_spacing=spacing, steps_offset=1) | (dict(skip_prk_steps=True) if id == "pndm" else {}))
        case(id, 8, dict(beta_start=0.0001, beta_end=0.02, beta_schedule="linear"))
        if id not in ("pndm",):
            case(id, 6, SD | dict(prediction_type="v_prediction", rescale_betas_zero_snr=True, timestep_spacing="trailing"))
    for id in ("ddpm", "ddim"):
        case(id, 12, COSINE | dict(clip_sample=True))
        case(id, 12, COSINE | dict(thresholding=True, dynamic_thresholding_ratio=0.8, sample_max_value=1.5))
    for id in ("dpmpp_2m", "dpmpp_2m_karras"):
        case(id, 12, COSINE | dict(lambda_min_clipped=-5.1, thresholding=True))
        case(id, 5, SD | dict(solver_type="heun"))
        case(id, 16, SD | dict(final_sigmas_type="sigma_min"))
        case(id, 16, SD | dict(final_sigmas_type="sigma_min", euler_at_final=True))
        case(id, 8, SD | dict(solver_order=1))
    for spacing in ("leading", "trailing", "linspace"):
        case("dpmpp_2m", 11, COSINE | dict(lambda_min_clipped=-5.1, timestep_spacing=spacing))
    case("ddpm", 10, SD | dict(variance_type="fixed_large", clip_sample=False))
    case("ddim", 10, SD | dict(clip_sample=False, set_alpha_to_one=False, steps_offset=1), eta=0.7)
    case("ddim", 10, SD | dict(clip_sample=True), use_clipped_model_output=True)
    case("euler", 10, SD | dict(use_karras_sigmas=True))
    case("euler", 10, SD | dict(final_sigmas_type="sigma_min"))
    case("lcm", 4, SD | dict(original_inference_steps=100, clip_sample=True, clip_sample_range=0.9))
    case("ddim", 50, SD | dict(clip_sample=False))
    # A picture to begin with: the steps before are left out.
    case("ddim", 10, SD | dict(clip_sample=False), begin=4)
    case("pndm", 10, SD | dict(skip_prk_steps=True, steps_offset=1), begin=4)
    case("euler", 10, dict(SD), begin=4)
    case("euler_ancestral", 10, dict(SD), begin=6)
    case("dpmpp_2m", 10, dict(SD), begin=4)
    case("lcm", 6, dict(SD), begin=2)
    for number, c in enumerate(cases):
        c["name"] = f"{number:03}"
    return cases


def run_scheduler(case, noise):
    """A trajectory; the scheduler draws from `noise` instead of torch's generator."""
    cls = getattr(diffusers, CLASSES[case["id"]])
    config = dict(case["config"])
    if case["id"] == "dpmpp_2m_karras":
        config["use_karras_sigmas"] = True
    scheduler = cls(**config)
    scheduler.set_timesteps(case["steps"])
    begin = case["begin"]
    timesteps = scheduler.timesteps[begin:]
    if hasattr(scheduler, "set_begin_index"):  # else it may take two equal timesteps for one
        scheduler.set_begin_index(begin)
    if begin:
        x = scheduler.add_noise(0.5 * noise[1], noise[0], timesteps[:1])
    else:
        x = noise[0] * scheduler.init_noise_sigma
    drawn = {}
    module = importlib.import_module(cls.__module__)
    if hasattr(module, "randn_tensor"):
        module.randn_tensor = lambda *args, **kwargs: drawn["noise"]
    samples, guesses = [x], []
    for i, t in enumerate(timesteps):
        drawn["noise"] = noise[1 + i]
        out = small_model(scheduler.scale_model_input(x, t), t)
        result = scheduler.step(out, t, x, **case["step"])
        x = result.prev_sample
        samples.append(x)
        guess = getattr(result, "pred_original_sample", None)
        guess = getattr(result, "denoised", None) if guess is None else guess
        if guess is not None:
            guesses.append(guess)
    found = {"timesteps": scheduler.timesteps.double(), "scale": torch.tensor([float(scheduler.init_noise_sigma)]),
             "samples": torch.stack(samples)}
    if guesses:
        found["guesses"] = torch.stack(guesses)
    return found, json.loads(scheduler.to_json_string())


def make_schedulers():
    torch.manual_seed(5)
    noise = torch.randn(61, 2, 1, 3, 3)  # of two pictures: limits are each picture's own
    tensors, listed = {"noise": noise}, []
    for case in scheduler_cases():
        found, config = run_scheduler(case, noise)
        for name, value in found.items():
            tensors[f"{case['name']}.{name}"] = value.contiguous()
        assert all(torch.isfinite(v).all() for v in found.values()), case
        listed.append(dict(name=case["name"], id=case["id"], steps=case["steps"], begin=case["begin"],
                           eta=case["step"].get("eta", 0.0),
                           limited_noise=case["step"].get("use_clipped_model_output", False), config=config))
    save_file(tensors, DATA / "schedulers.safetensors")
    (DATA / "schedulers.safetensors").chmod(0o644)
    (DATA / "schedulers.json").write_text('{"cases": [\n' + ",\n".join(json.dumps(c) for c in listed) + "\n]}\n")
