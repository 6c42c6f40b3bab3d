#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Makes what the tests of language models of units compare with, by the reference implementation: tests/data/speech/gpt2.

Needs torch, transformers and safetensors; made with torch 2.11.0 and transformers 4.57.6. Weights are random. The folder is
what `save_pretrained` wrote, and holds `expected.safetensors` besides: tokens [n], logits [n, vocabulary].
"""
from pathlib import Path

import torch
from safetensors.torch import save_file
from transformers import GPT2Config, GPT2LMHeadModel

DATA = Path(__file__).resolve().parent.parent / "data" / "speech" / "gpt2"


def main():
    torch.set_num_threads(1)
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
