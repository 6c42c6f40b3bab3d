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
import importlib
import json
import math
import shutil
from pathlib import Path

import diffusers
import numpy as np
import torch
from PIL import Image
from diffusers.loaders import single_file_utils
from safetensors.torch import save_file
from transformers import CLIPTextConfig, CLIPTextModel, CLIPTokenizer
from transformers.models.clip.tokenization_clip import bytes_to_unicode

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


# Pipelines -----------------------------------------------------------------------------------------------------------

WORDS = "a photo of red green blue cat dog tree house on the left right with snow <pad>".split()


def make_tokenizer(folder, pad):
    """Words of a few letters; the rest is spelled by its letters."""
    letters = bytes_to_unicode()
    vocabulary = list(letters.values()) + [v + "</w>" for v in letters.values()]
    merges = []
    for word in WORDS:
        pieces = list(word[:-1]) + [word[-1] + "</w>"]
        while len(pieces) > 1:
            if (pieces[0], pieces[1]) not in merges:
                merges.append((pieces[0], pieces[1]))
                vocabulary.append(pieces[0] + pieces[1])
            pieces[:2] = [pieces[0] + pieces[1]]
    vocabulary = list(dict.fromkeys(vocabulary)) + ["<|startoftext|>", "<|endoftext|>"]
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "vocab.json").write_text(json.dumps({t: i for i, t in enumerate(vocabulary)}, ensure_ascii=False))
    (folder / "merges.txt").write_text("#version: 0.2\n" + "\n".join(" ".join(m) for m in merges) + "\n")
    return CLIPTokenizer(str(folder / "vocab.json"), str(folder / "merges.txt"), pad_token=pad, model_max_length=16)


def shake(model, amount):
    """Biases at zero and norms at one hide mistakes."""
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.add_(torch.randn_like(parameter) * amount)
    return model.eval()


def make_pipeline(name, seed, unet, vae, text, scheduler, pad, variant=None):
    torch.manual_seed(seed)
    folder = DATA / name
    if folder.exists():
        shutil.rmtree(folder)
    tokenizer = make_tokenizer(folder / "tokenizer", pad)
    config = CLIPTextConfig(vocab_size=len(tokenizer), max_position_embeddings=16, bos_token_id=tokenizer.bos_token_id,
                            eos_token_id=tokenizer.eos_token_id, **text)
    pipe = diffusers.StableDiffusionPipeline(
        vae=shake(diffusers.AutoencoderKL(**vae), 0.05), text_encoder=shake(CLIPTextModel(config), 0.05), tokenizer=tokenizer,
        unet=shake(diffusers.UNet2DConditionModel(cross_attention_dim=text["hidden_size"], **unet), 0.03), scheduler=scheduler,
        safety_checker=None, feature_extractor=None, requires_safety_checker=False)
    pipe.to(torch.float16)
    pipe.save_pretrained(folder, variant=variant)
    taesd = shake(diffusers.AutoencoderTiny(encoder_block_out_channels=(8, 8), decoder_block_out_channels=(8, 8),
                                            num_encoder_blocks=(1, 1), num_decoder_blocks=(1, 1)), 0.05)
    taesd.save_pretrained(folder / "taesd")
    (folder / "README.md").write_text("---\nlicense: creativeml-openrail-m\ntags:\n- test\n---\nRandom weights, for tests.\n")
    for file in folder.rglob("*.safetensors"):
        file.chmod(0o644)
    return diffusers.StableDiffusionPipeline.from_pretrained(folder, variant=variant, torch_dtype=torch.float32, safety_checker=None), taesd


@torch.no_grad()
def parts(pipe, taesd):
    """What each part gives alone."""
    found = {}
    size = pipe.unet.config.sample_size
    prompt = "a photo of the red cat on the left with snow and a tree and a dog and a house"
    ids = [pipe.tokenizer(p, padding="max_length", max_length=16, truncation=True, return_tensors="pt").input_ids
           for p in (prompt, "")]
    found["tokens"] = torch.cat(ids)
    found["states"] = pipe.text_encoder(found["tokens"])[0]
    for i, (height, width, t) in enumerate([(size, size, 0.0), (size, size + 4, 981.0), (size + 3, size + 1, 401.5)]):
        x = torch.randn(2, 4, height, width)
        found[f"unet{i}.x"] = x
        found[f"unet{i}.t"] = torch.tensor([t])
        found[f"unet{i}.y"] = pipe.unet(x, t, encoder_hidden_states=found["states"]).sample
    found["pixels"] = torch.rand(1, 3, 24, 16) * 2 - 1
    encoded = pipe.vae.encode(found["pixels"]).latent_dist
    found["mean"], found["deviation"] = encoded.mean, encoded.std
    found["latents"] = torch.randn(1, 4, 11, 9)
    found["decoded"] = pipe.vae.decode(found["latents"]).sample
    pipe.vae.enable_tiling()
    pipe.vae.tile_latent_min_size, pipe.vae.tile_sample_min_size = 4, 4 * pipe.vae_scale_factor
    found["tiled"] = pipe.vae.decode(found["latents"]).sample
    found["tiled_pixels"] = torch.rand(1, 3, 32, 24) * 2 - 1
    found["tiled_mean"] = pipe.vae.encode(found["tiled_pixels"]).latent_dist.mean
    pipe.vae.disable_tiling()
    found["preview"] = taesd.decode(found["latents"]).sample
    return found


class Philox:
    """Normal numbers of engine/runtime/generator.h."""

    def __init__(self, seed, stream):
        self.key, self.stream, self.block = [seed & 0xFFFFFFFF, seed >> 32], stream, 0
        self.words, self.spare = [], None

    def bits(self):
        if not self.words:
            counter, key = [self.block, self.stream, 0, 0], list(self.key)
            for _ in range(10):
                a, b = 0xD2511F53 * counter[0], 0xCD9E8D57 * counter[2]
                counter = [(b >> 32) ^ counter[1] ^ key[0], b & 0xFFFFFFFF, (a >> 32) ^ counter[3] ^ key[1], a & 0xFFFFFFFF]
                key = [(key[0] + 0x9E3779B9) & 0xFFFFFFFF, (key[1] + 0xBB67AE85) & 0xFFFFFFFF]
            self.words, self.block = counter, self.block + 1
        return self.words.pop(0)

    def uniform(self):
        return (((self.bits() >> 5) << 26) | (self.bits() >> 6)) * 2.0**-53

    def normal(self, shape):
        def one():
            if self.spare is not None:
                value, self.spare = self.spare, None
                return value
            radius, angle = math.sqrt(-2 * math.log1p(-self.uniform())), 2 * math.pi * self.uniform()
            self.spare = radius * math.sin(angle)
            return radius * math.cos(angle)
        return torch.tensor([one() for _ in range(math.prod(shape))], dtype=torch.float64).float().reshape(shape)


START, ON_THE_WAY, ENCODED = 0, 1, 4  # streams of engine/models/diffusion/stable_diffusion.cpp


def draw_from(stream, *modules):
    for module in modules:
        module.randn_tensor = lambda shape, **kwargs: stream.normal(tuple(shape))


@torch.no_grad()
def run_pipeline(pipe, case, picture, mask):
    """Latents at the end, and pixels in [0, 1]."""
    kinds = {"text": diffusers.StableDiffusionPipeline, "image": diffusers.StableDiffusionImg2ImgPipeline,
             "mask": diffusers.StableDiffusionInpaintPipeline}
    pipe = kinds[case["kind"]].from_pipe(pipe, requires_safety_checker=False)
    pipe.set_progress_bar_config(disable=True)
    cls = getattr(diffusers, CLASSES[case["scheduler"]])
    pipe.scheduler = cls.from_config(pipe.scheduler.config)
    seed = case["seed"]
    draw_from(Philox(seed, START), importlib.import_module(type(pipe).__module__))
    draw_from(Philox(seed, ENCODED), importlib.import_module("diffusers.models.autoencoders.vae"))
    if hasattr(importlib.import_module(cls.__module__), "randn_tensor"):
        draw_from(Philox(seed, ON_THE_WAY), importlib.import_module(cls.__module__))
    more = {}
    if case["kind"] != "text":
        more |= dict(image=Image.fromarray(picture), strength=case["strength"])
    if case["kind"] == "mask":
        more |= dict(mask_image=Image.fromarray(mask), width=picture.shape[1], height=picture.shape[0])
    if case["kind"] == "text":
        more |= dict(width=picture.shape[1], height=picture.shape[0])
    latents = pipe(case["prompt"], negative_prompt=case["negative"] or None, num_inference_steps=case["steps"],
                   guidance_scale=case["scale"], output_type="latent", **more).images
    pixels = pipe.vae.decode(latents / pipe.vae.config.scaling_factor).sample
    return latents, (pixels / 2 + 0.5).clamp(0, 1)


def original_unet(name, config):
    """The name that CompVis gave a weight of the UNet."""
    layers = [config.layers_per_block] * len(config.block_out_channels) if isinstance(config.layers_per_block, int) \
        else list(config.layers_per_block)
    inside = {"norm1": "in_layers.0", "conv1": "in_layers.2", "time_emb_proj": "emb_layers.1", "norm2": "out_layers.0",
              "conv2": "out_layers.3", "conv_shortcut": "skip_connection"}
    ends = {"conv_in": "input_blocks.0.0", "conv_norm_out": "out.0", "conv_out": "out.2",
            "time_embedding.linear_1": "time_embed.0", "time_embedding.linear_2": "time_embed.2"}
    for now, then in ends.items():
        if name.startswith(now + "."):
            return then + name[len(now):]
    p = name.split(".")
    if p[0] == "mid_block":
        kind, number, rest = p[1], int(p[2]), p[3:]
        start = f"middle_block.{1 if kind == 'attentions' else 2 * number}"
    else:
        stage, kind, number, rest = int(p[1]), p[2], int(p[3]), p[4:]
        if p[0] == "down_blocks":
            block = 1 + sum(n + 1 for n in layers[:stage])
            if kind == "downsamplers":
                return f"input_blocks.{block + layers[stage]}.0.op.{rest[1]}"
            start = f"input_blocks.{block + number}.{0 if kind == 'resnets' else 1}"
        else:
            layers.reverse()
            block = sum(n + 1 for n in layers[:stage])
            if kind == "upsamplers":
                last = 2 if config.up_block_types[stage].startswith("CrossAttn") else 1
                return f"output_blocks.{block + layers[stage]}.{last}.conv.{rest[1]}"
            start = f"output_blocks.{block + number}.{0 if kind == 'resnets' else 1}"
    return ".".join([start, inside.get(rest[0], rest[0]) if kind == "resnets" else rest[0], *rest[1:]])


def original_vae(name, config):
    stages = len(config.block_out_channels)
    p = name.split(".")
    if len(p) < 4:
        return name.replace("conv_norm_out", "norm_out")
    if p[1] == "mid_block":
        if p[2] == "attentions":
            names = {"group_norm": "norm", "to_q": "q", "to_k": "k", "to_v": "v", "to_out": "proj_out"}
            return f"{p[0]}.mid.attn_1.{names[p[4]]}.{p[-1]}"
        start = f"{p[0]}.mid.block_{int(p[3]) + 1}"
        rest = p[4:]
    else:
        down = p[1] == "down_blocks"
        stage = int(p[2]) if down else stages - 1 - int(p[2])
        start = f"{p[0]}.{'down' if down else 'up'}.{stage}"
        if p[3] != "resnets":
            return f"{start}.{'downsample' if down else 'upsample'}.conv.{p[-1]}"
        start, rest = f"{start}.block.{p[4]}", p[5:]
    return ".".join([start, "nin_shortcut" if rest[0] == "conv_shortcut" else rest[0], *rest[1:]])


def open_clip_text(states):
    """The names of open_clip, and a last block that Stable Diffusion 2 does not use."""
    found, stacked = {}, {}
    layer = {"layer_norm1": "ln_1", "layer_norm2": "ln_2", "mlp.fc1": "mlp.c_fc", "mlp.fc2": "mlp.c_proj",
             "self_attn.out_proj": "attn.out_proj"}
    for name, value in states.items():
        if name.endswith("token_embedding.weight"):
            found["token_embedding.weight"] = value
        elif name.endswith("position_embedding.weight"):
            found["positional_embedding"] = value
        elif "final_layer_norm" in name:
            found["ln_final." + name.split(".")[-1]] = value
        elif ".layers." in name:
            number, rest = name.split(".layers.")[1].split(".", 1)
            block = f"transformer.resblocks.{number}."
            what, kind = rest.rsplit(".", 1)
            if what in layer:
                found[f"{block}{layer[what]}.{kind}"] = value
            else:  # q_proj, k_proj, v_proj, in the order of the dictionary's keys below
                stacked.setdefault(f"{block}attn.in_proj_{kind}", {})[what[-6]] = value
    found |= {name: torch.cat([three[k] for k in "qkv"]) for name, three in stacked.items()}
    last = 1 + max(int(n.split(".")[2]) for n in found if n.startswith("transformer."))
    for name in [n for n in found if n.startswith("transformer.resblocks.0.")]:
        found[name.replace("blocks.0.", f"blocks.{last}.")] = torch.randn_like(found[name].float()).to(found[name].dtype)
    return found


def save_original(pipe, path, open_clip, metadata):
    unet = {original_unet(n, pipe.unet.config): v for n, v in pipe.unet.state_dict().items()}
    vae = {original_vae(n, pipe.vae.config): v for n, v in pipe.vae.state_dict().items()}
    for name in vae:  # attention was a convolution over one pixel
        if ".attn_1." in name and name.endswith(".weight") and vae[name].dim() == 2:
            vae[name] = vae[name][:, :, None, None]
    text = pipe.text_encoder.state_dict()
    single = {"model.diffusion_model." + n: v for n, v in unet.items()}
    single |= {"first_stage_model." + n: v for n, v in vae.items()}
    if open_clip:
        single |= {"cond_stage_model.model." + n: v for n, v in open_clip_text(text).items()}
    else:
        single |= {"cond_stage_model.transformer." + n: v for n, v in text.items()}
    # diffusers must find its own names in it again; it cannot where stages have different numbers of layers.
    if isinstance(pipe.unet.config.layers_per_block, int):
        back = single_file_utils.convert_ldm_unet_checkpoint(dict(single), dict(pipe.unet.config))
        assert back.keys() == pipe.unet.state_dict().keys(), back.keys() ^ pipe.unet.state_dict().keys()
        assert all(torch.equal(back[n], v) for n, v in pipe.unet.state_dict().items())
    back = single_file_utils.convert_ldm_vae_checkpoint(dict(single), dict(pipe.vae.config))
    assert all(torch.equal(back[n].flatten(), v.flatten()) for n, v in pipe.vae.state_dict().items())
    single |= {"betas": torch.linspace(0, 1, 4), "model_ema.decay": torch.tensor(0.5)}  # such files hold more than is needed
    save_file({n: v.contiguous().half() for n, v in single.items()}, path, metadata=metadata)
    path.chmod(0o644)


def make_pipelines():
    sd1, taesd = make_pipeline(
        "sd1", 1,
        dict(sample_size=8, block_out_channels=(8, 16), layers_per_block=1, norm_num_groups=8, attention_head_dim=8,
             down_block_types=("CrossAttnDownBlock2D", "DownBlock2D"), up_block_types=("UpBlock2D", "CrossAttnUpBlock2D")),
        dict(block_out_channels=(8, 8), layers_per_block=1, norm_num_groups=8, sample_size=16,
             down_block_types=("DownEncoderBlock2D",) * 2, up_block_types=("UpDecoderBlock2D",) * 2),
        dict(hidden_size=16, intermediate_size=32, num_attention_heads=1, num_hidden_layers=2, hidden_act="quick_gelu"),
        diffusers.PNDMScheduler(**SD, skip_prk_steps=True, steps_offset=1, set_alpha_to_one=False), "<|endoftext|>", "fp16")
    sd2, taesd2 = make_pipeline(
        "sd2", 2,
        dict(sample_size=8, block_out_channels=(8, 12, 12), layers_per_block=(2, 1, 1), norm_num_groups=4, norm_eps=1e-6,
             attention_head_dim=(1, 2, 3), use_linear_projection=True, transformer_layers_per_block=(1, 2, 1),
             down_block_types=("CrossAttnDownBlock2D", "CrossAttnDownBlock2D", "DownBlock2D"),
             up_block_types=("UpBlock2D", "CrossAttnUpBlock2D", "CrossAttnUpBlock2D")),
        dict(block_out_channels=(4, 8), layers_per_block=2, norm_num_groups=2, sample_size=16,
             down_block_types=("DownEncoderBlock2D",) * 2, up_block_types=("UpDecoderBlock2D",) * 2),
        dict(hidden_size=12, intermediate_size=24, num_attention_heads=1, num_hidden_layers=1, hidden_act="gelu"),
        diffusers.DDIMScheduler(**SD, prediction_type="v_prediction", clip_sample=False, set_alpha_to_one=False, steps_offset=1),
        "!")
    rng = np.random.default_rng(7)
    picture = rng.integers(0, 256, (16, 16, 3)).astype(np.uint8)
    mask = np.zeros((16, 16, 3), np.uint8)
    mask[4:12, 6:] = 255
    prompts = dict(prompt="a photo of the red cat", negative="a blue dog")
    cases = [dict(prompts, kind="text", scheduler="pndm", steps=6, scale=5.0, seed=3),
             dict(prompts, kind="text", scheduler="dpmpp_2m", steps=8, scale=7.5, seed=4),
             dict(prompts, kind="text", scheduler="euler_ancestral", steps=5, scale=3.0, seed=5, negative=""),
             dict(prompts, kind="text", scheduler="ddim", steps=4, scale=1.0, seed=6, negative=""),
             dict(prompts, kind="image", scheduler="ddim", steps=8, scale=4.0, seed=7, strength=0.6),
             dict(prompts, kind="image", scheduler="dpmpp_2m", steps=8, scale=4.0, seed=8, strength=0.5),
             dict(prompts, kind="mask", scheduler="ddim", steps=6, scale=4.0, seed=9, strength=0.7),
             dict(prompts, kind="mask", scheduler="euler", steps=6, scale=4.0, seed=10, strength=0.9)]
    for name, pipe, small in (("sd1", sd1, taesd), ("sd2", sd2, taesd2)):
        tensors = parts(pipe, small) | {"picture": torch.from_numpy(picture), "mask": torch.from_numpy(mask)}
        for i, case in enumerate(cases):
            tensors[f"run{i}.latents"], tensors[f"run{i}.pixels"] = run_pipeline(pipe, case, picture, mask)
        assert all(torch.isfinite(v).all() for v in tensors.values())
        save_original(pipe, DATA / name / f"{name}.safetensors", name == "sd2", {"modelspec.resolution": "16x16"})
        save_file({k: v.contiguous() for k, v in tensors.items()}, DATA / f"{name}.expected.safetensors",
                  metadata={"runs": json.dumps({"runs": cases})})
        (DATA / f"{name}.expected.safetensors").chmod(0o644)


diffusers.utils.logging.set_verbosity_error()
MAKERS = {"schedulers": make_schedulers, "pipelines": make_pipelines}

parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
parser.add_argument("what", nargs="*", help=f"of {', '.join(MAKERS)}; nothing: all")
DATA.mkdir(parents=True, exist_ok=True)
for name in parser.parse_args().what or MAKERS:
    MAKERS[name]()
