# SPDX-License-Identifier: Apache-2.0
"""Small random Stable Diffusions, their parts and whole runs; called by make_diffusion_fixtures.py."""
import importlib
import json
import math
import shutil

import diffusers
import numpy as np
import torch
from PIL import Image
from safetensors.torch import save_file
from transformers import CLIPTextConfig, CLIPTextModel, CLIPTokenizer
from transformers.models.clip.tokenization_clip import bytes_to_unicode

from original_names import save_original
from scheduler_fixtures import CLASSES, DATA, SD

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
        dict(block_out_channels=(4, 8), layers_per_block=2, norm_num_groups=4, sample_size=16,
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
