#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Makes what the CLIP tests compare with, by the reference implementation.

    make_clip_fixtures.py                     writes the small fixtures, tests/data/clip_*
    make_clip_fixtures.py --big FOLDER        writes bigger models of the same kind (not for the repository)

Needs torch, transformers, tokenizers, Pillow and safetensors; made with transformers 4.57.6, Pillow 13.0.0.
Weights are random: a small model tells as much about a mistake in the arithmetic as a large one.
Every model folder is what `save_pretrained` wrote, and holds `expected.safetensors` besides: pictures (uint8, rows from
the top), pixel_values, input_ids, image_embeds, text_embeds (unit length) and logits_per_image.
"""
import argparse
import collections
import json
import random
import shutil
import unicodedata
from pathlib import Path

import numpy as np
import torch
from PIL import Image
from safetensors.numpy import save_file
from transformers import CLIPConfig, CLIPImageProcessor, CLIPModel, CLIPTokenizerFast
from transformers.models.clip.tokenization_clip import bytes_to_unicode

DATA = Path(__file__).resolve().parent.parent / "data"
SPECIALS = ["<|startoftext|>", "<|endoftext|>"]

WORDS = """a the of photo drawing picture red green blue cat dog horse bird tree house mountain river moon star sun cloud
umbrella guitar apple armchair avocado in shape made from spaghetti sign that says left right above below two three four
small large upside down pixelated line silhouette grey with on under and it's don't we're they've I'm you'll he'd o'clock
'tis rock'n'roll dogs' 's jack-o'-lantern T-Rex 1st 42 007 3.14 1,000,000 2x4 R2D2 90% $5 #1 @home C++ a/b e-mail x_y
""".split()
FOREIGN = ["café", "naïve", "Ångström", "A\u030angstro\u0308m", "crème brûlée", "smørrebrød", "Zażółć gęślą jaźń", "İstanbul",
           "Iğdır", "STRASSE straße ẞ", "ΣΊΣΥΦΟΣ", "Москва", "Київ", "שלום", "مرحبا بالعالم", "नमस्ते दुनिया", "สวัสดีชาวโลก",
           "一只猫在桌子上", "紅色的蘋果", "猫がいる", "カタカナ", "한국어 고양이", "\u1112\u1161\u11ab\u1100\u1173\u11af", "tiếng Việt", "e\u0301\u0323 o\u0302\u0301",
           "ﬁne ﬀ", "ｆｕｌｌ ｗｉｄｔｈ　１２３", "½ ² ① Ⅷ ٣ ३", "K Å Ω", "ǅ ǆ Ǆ", "Ꭰ ꭰ", "𝔄 𝟘 𐐀 𐐨"]
EMOJI = ["😀", "🐈‍⬛", "👩🏽‍🚀", "🏳️‍🌈", "🇩🇪", "👨‍👩‍👧‍👦", "❤️", "☂", "1️⃣", "🦖", "🫠", "🧑🏿‍🤝‍🧑🏻"]
ODD = ["", " ", "\t\n", "''", "'S", "DON'T", "’tis don’t", "“curly” ‘quotes’", "a\u00a0b\u3000c\u2028d\u0085e\x1cf\x0bg", "zero\u200bwidth\u200djoiner",
       "<|startoftext|>", "a<|endoftext|>b", "A <|ENDOFTEXT|> B", "<|endoftext", "|>", "<b>&amp; &lt;", "\x00nul\x7f", "\ufeffbom",
       "aaaaaaaaaaaaaaaaaaaa", "ha" * 60, "'" * 9, "!?!?!?...", "——…", "a" * 400, "\u0301lonely", "\U000e0041tag", "\uffff", "́̂̃" * 8]


def prompts():
    """A thousand texts; the same ones every time."""
    rng = random.Random(20211)
    pool = WORDS + FOREIGN + EMOJI
    # Characters of Unicode 13, which every implementation at hand knows.
    assigned = [c for c in map(chr, range(0x20, 0x1FB00)) if unicodedata.category(c) not in ("Cn", "Cs", "Co")]
    texts = list(ODD) + FOREIGN + EMOJI
    texts.append(" ".join(rng.choice(WORDS) for _ in range(300)))
    texts.append(" ".join(rng.choice(pool) for _ in range(300)))
    while len(texts) < 1000:
        kind = len(texts) % 5
        if kind == 0:
            texts.append(" ".join(rng.choice(WORDS) for _ in range(rng.randint(1, 12))))
        elif kind == 1:
            texts.append(rng.choice(["", " ", "\n"]).join(rng.choice(pool) for _ in range(rng.randint(1, 9))))
        elif kind == 2:
            texts.append("".join(rng.choice(assigned) for _ in range(rng.randint(1, 12))))
        elif kind == 3:
            texts.append("".join(rng.choice("aAbE'’ 19.-!é\u0301ß\t") for _ in range(rng.randint(1, 25))))
        else:
            words = [rng.choice(WORDS) for _ in range(rng.randint(2, 6))]
            texts.append(rng.choice([str.upper, str.title, str.swapcase])(rng.choice(["  ", ", ", "-", "'"]).join(words)))
    return texts


def make_tokenizer(folder, merge_count):
    """Byte-pair encoding of the prompts themselves, in the files that CLIPTokenizer reads."""
    letters = bytes_to_unicode()
    counts = collections.Counter()
    for text in prompts():
        for word in text.lower().split():
            symbols = [letters[b] for b in word.encode()]
            counts[tuple(symbols[:-1] + [symbols[-1] + "</w>"])] += 1
    merges = []
    for _ in range(merge_count):
        pairs = collections.Counter()
        for word, count in counts.items():
            for pair in zip(word, word[1:]):
                pairs[pair] += count
        best = min(pairs, key=lambda p: (-pairs[p], p))
        merges.append(best)
        merged = collections.Counter()
        for word, count in counts.items():
            out, i = [], 0
            while i < len(word):
                if word[i:i + 2] == best:
                    out.append("".join(best))
                    i += 2
                else:
                    out.append(word[i])
                    i += 1
            merged[tuple(out)] += count
        counts = merged
    vocabulary = list(letters.values()) + [v + "</w>" for v in letters.values()] + ["".join(m) for m in merges] + SPECIALS
    vocabulary = list(dict.fromkeys(vocabulary))  # two ways to one piece
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "vocab.json").write_text(json.dumps({t: i for i, t in enumerate(vocabulary)}, ensure_ascii=False))
    (folder / "merges.txt").write_text("#version: 0.2\n" + "\n".join(" ".join(m) for m in merges) + "\n")
    return CLIPTokenizerFast(str(folder / "vocab.json"), str(folder / "merges.txt"))


def pictures(rng, sizes):
    """Pictures with edges, gradients and noise; every size of (width, height)."""
    result = []
    for width, height in sizes:
        y, x = np.mgrid[0:height, 0:width]
        base = np.stack([x * 255 // max(1, width - 1), y * 255 // max(1, height - 1), (x // 5 + y // 3) % 2 * 255], -1)
        noise = rng.integers(-60, 60, base.shape)
        result.append(np.clip(base + noise, 0, 255).astype(np.uint8))
    return result


TEXTS = ["a photo of a cat", "Zażółć gęślą jaźń 猫 🐈‍⬛", "", "don't say 42!", " ".join(WORDS * 5)]


def make_model(folder, seed, merges, vision, text, projection, crop=None, shortest=None, exact=None, dtype=torch.float32,
               shards=None, only_tokenizer_json=False, eos_from_tokenizer=True, texts=TEXTS):
    if folder.exists():
        shutil.rmtree(folder)
    tokenizer = make_tokenizer(folder, merges)
    tokenizer.model_max_length = text["max_position_embeddings"]
    text = dict(text, vocab_size=len(tokenizer), bos_token_id=tokenizer.bos_token_id)
    if eos_from_tokenizer:
        text["eos_token_id"] = tokenizer.eos_token_id
    config = CLIPConfig(text_config=text, vision_config=vision, projection_dim=projection)
    config.text_config.projection_dim = config.vision_config.projection_dim = projection
    torch.manual_seed(seed)
    model = CLIPModel(config).eval()
    with torch.no_grad():  # the default initialisation leaves biases at zero and norms at one, which hides mistakes
        for name, parameter in model.named_parameters():
            if name != "logit_scale":
                parameter.add_(torch.randn_like(parameter) * 0.05)
        model.logit_scale.fill_(np.log(20.0 + seed))
    model = model.to(dtype)
    model.save_pretrained(folder, **({"max_shard_size": shards} if shards else {}))
    model = CLIPModel.from_pretrained(folder, dtype=torch.float32).eval()  # as saved, computed in float32
    tokenizer.save_pretrained(folder)
    if only_tokenizer_json:
        (folder / "vocab.json").unlink()
        (folder / "merges.txt").unlink()
    size = {"height": exact[0], "width": exact[1]} if exact else {"shortest_edge": shortest or vision["image_size"]}
    edge = vision["image_size"]
    processor = CLIPImageProcessor(size=size, crop_size={"height": edge, "width": edge},
                                   do_center_crop=crop if crop is not None else True)
    processor.save_pretrained(folder)

    inputs = pictures(np.random.default_rng(seed), [(50, 37), (31, 64), (edge, edge)])
    pixel_values = processor(images=[Image.fromarray(p) for p in inputs], return_tensors="pt")["pixel_values"]
    ids = tokenizer(texts, padding="max_length", truncation=True, max_length=text["max_position_embeddings"],
                    return_tensors="pt")
    with torch.no_grad():
        out = model(input_ids=ids["input_ids"], attention_mask=ids["attention_mask"], pixel_values=pixel_values)
        hidden = model.vision_model(pixel_values, output_hidden_states=True).hidden_states
    tensors = {f"picture_{i}": p for i, p in enumerate(inputs)}
    tensors |= {"pixel_values": pixel_values.numpy(), "input_ids": ids["input_ids"].numpy(),
                "image_embeds": out.image_embeds.numpy(), "text_embeds": out.text_embeds.numpy(),
                "logits_per_image": out.logits_per_image.numpy()}
    # The first state is what enters the first block; patches only, without the class token.
    tensors |= {f"layer_{i}": state[:, 1:].mean(1).numpy() for i, state in enumerate(hidden) if i > 0}
    save_file({k: np.ascontiguousarray(v) for k, v in tensors.items()}, folder / "expected.safetensors",
              metadata={"texts": json.dumps({"texts": texts})})
    for file in folder.glob("*.safetensors"):
        file.chmod(0o644)


def vision(size, patch, width, heads, layers, act, **more):
    return dict(image_size=size, patch_size=patch, hidden_size=width, intermediate_size=width * 5 // 2, num_attention_heads=heads,
                num_hidden_layers=layers, hidden_act=act, **more)


def text(context, width, heads, layers, act, **more):
    return dict(max_position_embeddings=context, hidden_size=width, intermediate_size=width * 2, num_attention_heads=heads,
                num_hidden_layers=layers, hidden_act=act, **more)


def make_small():
    make_model(DATA / "clip_quick_gelu", 1, 150, vision(32, 8, 32, 2, 2, "quick_gelu"), text(77, 24, 2, 2, "quick_gelu"), 16)
    make_model(DATA / "clip_gelu", 2, 60, vision(36, 12, 36, 3, 2, "gelu", layer_norm_eps=1e-6),
               text(32, 28, 4, 2, "gelu", layer_norm_eps=1e-6), 24, shortest=44)
    # The rule for the end token of models from before 2023 (eos_token_id 2: the largest id ends the text); float16 on disk.
    make_model(DATA / "clip_legacy_half", 3, 40, vision(28, 14, 40, 5, 1, "quick_gelu"),
               text(16, 16, 2, 1, "quick_gelu", eos_token_id=2), 8, dtype=torch.float16, eos_from_tokenizer=False)
    # Sharded; only tokenizer.json; squeezed to a square; bfloat16; an end token that the configuration does not know.
    make_model(DATA / "clip_sharded", 4, 60, vision(24, 6, 24, 4, 2, "gelu"), text(20, 24, 3, 1, "gelu"), 12, crop=False,
               exact=(24, 24), dtype=torch.bfloat16, shards="40kB", only_tokenizer_json=True, eos_from_tokenizer=False)

    folder = DATA / "clip_tokens"
    tokenizer = make_tokenizer(folder, 400)
    texts = prompts()
    ids = tokenizer(texts)["input_ids"]
    with open(folder / "prompts.json", "w") as out:
        out.write('{"prompts": [\n' + ",\n".join(
            json.dumps({"text": t, "ids": i}, separators=(",", ":")) for t, i in zip(texts, ids)) + "\n]}\n")

    folder = DATA / "clip_pixels"
    folder.mkdir(exist_ok=True)
    rng = np.random.default_rng(5)
    tensors = {}
    cases = [((67, 45), (32, 32)), ((20, 30), (64, 48)), ((1, 1), (8, 8)), ((150, 9), (7, 40)), ((33, 33), (33, 20)),
             ((33, 33), (20, 33)), ((2, 90), (3, 3)), ((64, 64), (64, 64)), ((101, 57), (50, 28)), ((40, 40), (30, 20)),
             ((40, 40), (30, 19)), ((20, 120), (10, 60))]  # the last ones lie on both sides of Pillow's choice of order
    for i, (before, after) in enumerate(cases):
        picture, = pictures(rng, [before])
        tensors[f"{i}_input"] = picture
        for name, method in (("bicubic", Image.Resampling.BICUBIC), ("bilinear", Image.Resampling.BILINEAR)):
            tensors[f"{i}_{name}"] = np.asarray(Image.fromarray(picture).resize(after, method))
    processors = {"standard": dict(size={"shortest_edge": 24}, crop_size={"height": 24, "width": 24}),
                  "crop larger than the picture": dict(size={"shortest_edge": 20}, crop_size={"height": 26, "width": 31}),
                  "no resize": dict(do_resize=False, crop_size={"height": 16, "width": 20}),
                  "bilinear": dict(size={"height": 30, "width": 18}, resample=2, do_center_crop=False),
                  "no normalisation": dict(size={"shortest_edge": 10}, do_center_crop=False, do_normalize=False),
                  "own values": dict(size={"shortest_edge": 12}, crop_size={"height": 12, "width": 12}, rescale_factor=1 / 127.5,
                                     image_mean=[1, 1, 1], image_std=[0.5, 1, 2])}
    picture, = pictures(rng, [(61, 43)])
    tensors["picture"] = picture
    for i, (name, options) in enumerate(processors.items()):
        processor = CLIPImageProcessor(**options)
        (folder / f"{i}.json").write_text(processor.to_json_string())
        tensors[f"{i}_pixels"] = processor(images=Image.fromarray(picture), return_tensors="np")["pixel_values"][0]
    save_file({k: np.ascontiguousarray(v) for k, v in tensors.items()}, folder / "expected.safetensors")
    (folder / "expected.safetensors").chmod(0o644)


def make_big(folder):
    make_model(folder / "vit_b32_shape", 11, 400, vision(224, 32, 768, 12, 12, "quick_gelu"), text(77, 512, 8, 12, "quick_gelu"), 512)
    make_model(folder / "vit_s16_gelu", 12, 300, vision(224, 16, 384, 6, 6, "gelu"), text(64, 320, 5, 4, "gelu"), 256)
    make_model(folder / "narrow", 13, 200, vision(96, 12, 60, 5, 5, "gelu"), text(40, 48, 6, 3, "quick_gelu"), 100)


parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
parser.add_argument("--big", type=Path, metavar="FOLDER")
arguments = parser.parse_args()
if arguments.big:
    make_big(arguments.big)
else:
    make_small()
