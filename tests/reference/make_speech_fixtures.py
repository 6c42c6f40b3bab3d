#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Makes what the speech tests compare with, by the reference implementations: tests/data/speech.

Needs torch, torchaudio, transformers and safetensors; made with torch 2.11.0, torchaudio 2.11.0, transformers 4.57.6.
Weights are random: a small model tells as much about a mistake in the arithmetic as a large one.

sound.safetensors holds the sound that all listen to (float32 at 16 kHz), and its cepstra by torchaudio; ctc.safetensors a row
of labels with torch's loss for it. Every model folder is
what `save_pretrained` wrote, and holds `expected.safetensors` besides: layer_0 … layer_N (transformers' hidden_states),
and logits or codes where the model has such a head; wav2vec2_layer also local_1 …, with limited attention.
"""
import json
import math
import shutil
from pathlib import Path

import numpy as np
import torch
import torchaudio
from safetensors.torch import load_file, save_file
from transformers import (HubertConfig, HubertForCTC, HubertModel, Wav2Vec2Config, Wav2Vec2CTCTokenizer,
                          Wav2Vec2FeatureExtractor, Wav2Vec2ForCTC, Wav2Vec2ForPreTraining)

DATA = Path(__file__).resolve().parent.parent / "data" / "speech"
LETTERS = ["<pad>", "<s>", "</s>", "<unk>", "|"] + [chr(c) for c in range(ord("A"), ord("Z") + 1)] + ["'"]


torch.set_num_threads(1)


def sound(seconds=1.75):
    """A gliding voice of a few harmonics with pauses and noise."""
    t = torch.arange(int(16000 * seconds), dtype=torch.float64) / 16000
    phase = 2 * math.pi * (130 * t + 25 * torch.sin(2.2 * t))
    voice = sum(torch.sin(k * phase + k * k) * math.exp(-((k * 130 / 900 - 1 - torch.sin(5 * t).mean()) ** 2)) / k
                for k in range(1, 25))
    gate = (torch.sin(2 * math.pi * 2.3 * t) > -0.4).double()
    noise = torch.from_numpy(np.random.default_rng(7).normal(0, 0.02, len(t)))
    return (0.3 * voice * gate + noise).float().clamp(-1, 1)


def shake(model, seed):
    """The default initialisation leaves biases at zero and norms at one, which hides mistakes."""
    torch.manual_seed(seed)
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            if "codevectors" in name:  # whatever was in memory
                parameter.normal_()
            parameter.add_(torch.randn_like(parameter) * (0.3 if "conv_layers" in name else 0.08))


def local_layers(model, x, left=6, right=2):
    """What the layers give when a frame sees `left` frames before and `right` after itself: fields of our own."""
    place = torch.arange(x.shape[1])
    distance = place[None, :] - place[:, None]
    mask = torch.zeros(1, 1, len(place), len(place))
    mask[..., (distance < -left) | (distance > right)] = torch.finfo(torch.float32).min
    result = {}
    for i, layer in enumerate(model.wav2vec2.encoder.layers, 1):
        x = layer(x, attention_mask=mask)[0]
        result[f"local_{i}"] = x[0].clone()
    result[f"local_{i}"] = model.wav2vec2.encoder.layer_norm(x)[0].clone()
    return result


def make_model(name, model, samples, seed, normalize, old_spelling=False):
    folder = DATA / name
    shutil.rmtree(folder, ignore_errors=True)
    shake(model, seed)
    model.eval()
    model.save_pretrained(folder)
    if old_spelling:  # as PyTorch's first weight norm wrote it
        path = folder / "model.safetensors"
        weights = {key.replace("parametrizations.weight.original0", "weight_g")
                      .replace("parametrizations.weight.original1", "weight_v"): value
                   for key, value in load_file(path).items()}
        save_file(weights, path, metadata={"format": "pt"})
    extractor = Wav2Vec2FeatureExtractor(do_normalize=normalize, return_attention_mask=False)
    extractor.save_pretrained(folder)
    values = extractor(samples.numpy(), sampling_rate=16000, return_tensors="pt")["input_values"]
    expected = {}
    with torch.no_grad():
        out = model(values, output_hidden_states=True)
        for i, state in enumerate(out.hidden_states):
            expected[f"layer_{i}"] = state[0].clone()
        if hasattr(out, "logits"):
            expected["logits"] = out.logits[0].clone()
            (folder / "vocab.json").write_text(json.dumps({letter: i for i, letter in enumerate(LETTERS)}))
            tokenizer = Wav2Vec2CTCTokenizer(str(folder / "vocab.json"))
            text = tokenizer.decode(out.logits[0].argmax(-1), skip_special_tokens=True)
            (folder / "expected.json").write_text(json.dumps({"text": text}))
        if name == "wav2vec2_layer":
            expected |= local_layers(model, out.hidden_states[0])
        if hasattr(model, "quantizer"):
            features = model.wav2vec2.feature_extractor(values).transpose(1, 2)
            normed = model.wav2vec2.feature_projection.layer_norm(features)
            scores = model.quantizer.weight_proj(normed)[0]
            expected["codes"] = scores.view(len(scores), model.config.num_codevector_groups, -1).argmax(-1)
            # The reference's own way through the quantizer must give these codes' vectors.
            vectors, _ = model.quantizer(normed)
            own = model.quantizer.codevectors.view(model.config.num_codevector_groups, -1, vectors.shape[-1] // 2)
            assert torch.equal(vectors[0], torch.cat([own[g][expected["codes"][:, g]] for g in range(2)], -1))
    save_file({k: v.contiguous() for k, v in expected.items()}, folder / "expected.safetensors")
    for file in folder.glob("*.safetensors"):
        file.chmod(0o644)


def shape(**more):
    """Seven convolutions with the usual kernels and strides, few channels."""
    return dict(dict(hidden_size=32, num_hidden_layers=3, num_attention_heads=4, intermediate_size=48, conv_dim=[20] * 7,
                     num_conv_pos_embeddings=128, num_conv_pos_embedding_groups=16, vocab_size=len(LETTERS), pad_token_id=0,
                     bos_token_id=1, eos_token_id=2, layerdrop=0.0, apply_spec_augment=False), **more)


def make_ctc():
    """A row of labels, how unlikely scores make it, and what the scores say best: ctc.safetensors."""
    generator = torch.Generator().manual_seed(11)
    labels = torch.tensor([3, 3, 7, 1, 5, 5, 5, 2, 9, 4])
    scores = torch.randn(40, 12, generator=generator)
    for i, label in enumerate(labels):  # somewhat as it would be read
        scores[4 * i + 1:4 * i + 3, label] += 2.5
    scores[:, 0] += 1
    exact = scores.double().requires_grad_(True)
    loss = torch.nn.functional.ctc_loss(torch.log_softmax(exact, 1)[:, None], labels[None], torch.tensor([40]),
                                        torch.tensor([len(labels)]), blank=0)
    loss.backward()
    runs = torch.unique_consecutive(scores.argmax(1))
    save_file({"scores": scores, "labels": labels, "loss": loss.detach().float().reshape(1),
               "gradient": exact.grad.float(), "best": runs[runs != 0].contiguous()}, DATA / "ctc.safetensors")
    (DATA / "ctc.safetensors").chmod(0o644)


def main():
    torch.manual_seed(0)
    DATA.mkdir(parents=True, exist_ok=True)
    samples = sound()
    mfcc = torchaudio.compliance.kaldi.mfcc(samples[None], sample_frequency=16000, frame_shift=20, dither=0.0,
                                            use_energy=False)
    slopes = torchaudio.functional.compute_deltas(mfcc.T, win_length=5).T
    curves = torchaudio.functional.compute_deltas(slopes.T, win_length=5).T
    save_file({"samples": samples, "cepstra": mfcc.contiguous(), "slopes": slopes.contiguous(), "curves": curves.contiguous()},
              DATA / "sound.safetensors")
    (DATA / "sound.safetensors").chmod(0o644)

    make_ctc()
    make_model("wav2vec2_group", Wav2Vec2ForPreTraining(Wav2Vec2Config(
        **shape(num_codevectors_per_group=12, codevector_dim=16, proj_codevector_dim=16))), samples, 1, True,
        old_spelling=True)
    make_model("wav2vec2_layer", Wav2Vec2ForCTC(Wav2Vec2Config(
        attn_implementation="eager", **shape(feat_extract_norm="layer", conv_bias=True, do_stable_layer_norm=True, num_conv_pos_embeddings=19,
                num_conv_pos_embedding_groups=4))), samples, 2, False)
    make_model("hubert_group", HubertForCTC(HubertConfig(**shape(feat_proj_layer_norm=False, hidden_act="gelu_new"))),
               samples, 3, True)
    make_model("hubert_layer", HubertModel(HubertConfig(
        **shape(feat_extract_norm="layer", do_stable_layer_norm=True, num_conv_pos_embeddings=16,
                num_conv_pos_embedding_groups=8))), samples, 4, True, old_spelling=True)


if __name__ == "__main__":
    main()
