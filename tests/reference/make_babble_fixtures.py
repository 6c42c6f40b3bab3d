#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Makes what the tests of models that speak in units compare with, by the reference implementation: gpt2, hifigan and
code_hifigan in tests/data/speech.

Needs torch, transformers and safetensors; made with torch 2.11.0 and transformers 4.57.6. Weights are random. The folders are
what `save_pretrained` wrote, and hold `expected.safetensors` besides: tokens [n] and logits [n, vocabulary], or units [n] and
samples. A HiFi-GAN over units is one whose spectrogram is an embedding of units, "dict.weight"; code_hifigan is the same with
names, configuration and weight norm as its authors publish it.
"""
import json
from pathlib import Path

import torch
from safetensors.torch import save_file
from transformers import GPT2Config, GPT2LMHeadModel, SpeechT5HifiGan, SpeechT5HifiGanConfig

SPEECH = Path(__file__).resolve().parent.parent / "data" / "speech"
DATA = SPEECH / "gpt2"


def hifi_gan():
    torch.manual_seed(5)
    units, width = 12, 6
    shape = dict(upsample_initial_channel=32, upsample_rates=[5, 4, 4, 4], upsample_kernel_sizes=[11, 8, 8, 8],
                 resblock_kernel_sizes=[3, 5], resblock_dilation_sizes=[[1, 3], [1, 2]])
    model = SpeechT5HifiGan(SpeechT5HifiGanConfig(model_in_dim=width, sampling_rate=16000, **shape)).eval()
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.copy_(torch.randn_like(parameter) * (0.25 if parameter.dim() > 1 else 0.05))
        model.conv_post.weight.mul_(0.01)  # or tanh would hide everything
        model.mean.copy_(torch.randn(width) * 0.2)
        model.scale.copy_(torch.rand(width) + 0.5)
    embedding = torch.randn(units, width)
    frames = torch.randint(0, units, (60,)).repeat_interleave(2)
    for name, normalise in (("hifigan", True), ("code_hifigan", False)):
        folder = SPEECH / name
        model.config.normalize_before = normalise
        model.save_pretrained(folder)
        with torch.no_grad():
            samples = model(embedding[frames])
        weights = {k: v.clone() for k, v in model.state_dict().items()}
        if not normalise:
            weights = {k.replace("upsampler.", "ups."): v for k, v in weights.items() if k not in ("mean", "scale")}
            for key in [k for k in weights if k.endswith(".weight")]:
                weight = weights.pop(key)
                weights[key + "_g"] = weight.flatten(1).norm(dim=1).view(-1, 1, 1)
                weights[key + "_v"] = weight * 1.7
            (folder / "config.json").write_text(json.dumps(dict(
                resblock="1", num_embeddings=units, embedding_dim=width, model_in_dim=width, code_hop_size=320,
                sampling_rate=16000, **shape), indent=2) + "\n")
        weights["dict.weight"] = embedding.clone()
        save_file(weights, folder / "model.safetensors")
        save_file({"units": frames, "samples": samples.contiguous()}, folder / "expected.safetensors")
        for file in folder.glob("*.safetensors"):
            file.chmod(0o644)


def main():
    torch.set_num_threads(1)
    hifi_gan()
    torch.manual_seed(3)
    units = 12
    model = GPT2LMHeadModel(GPT2Config(vocab_size=units + 2, n_positions=160, n_embd=32, n_layer=3, n_head=4,
                                       bos_token_id=units, eos_token_id=units, pad_token_id=units + 1)).eval()
    with torch.no_grad():
        for parameter in model.parameters():  # biases of zero and norms of one hide mistakes
            parameter.add_(torch.randn_like(parameter) * 0.1)
    model.save_pretrained(DATA)
    tokens = torch.randint(0, units, (150,))
    tokens[0] = units
    for i in range(1, len(tokens)):
        if tokens[i] == tokens[i - 1]:
            tokens[i] = (tokens[i] + 1) % units
    with torch.no_grad():
        logits = model(tokens[None]).logits[0]
    save_file({"tokens": tokens, "logits": logits.contiguous()}, DATA / "expected.safetensors")
    (DATA / "generation_config.json").unlink(missing_ok=True)
    for file in DATA.glob("*.safetensors"):
        file.chmod(0o644)


if __name__ == "__main__":
    main()
