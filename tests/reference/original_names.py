# SPDX-License-Identifier: Apache-2.0
"""One file of Stable Diffusion with the names of CompVis and open_clip, from a pipeline of diffusers."""
import torch
from diffusers.loaders import single_file_utils
from safetensors.torch import save_file


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
