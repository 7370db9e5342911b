#!/usr/bin/env python3
"""What Pillow and torchvision give for small images: writes golden/peers.json, with which primitives.test.ts compares the primitives.

    /usr/bin/python3 test/engine/augment/make_peers.py      (Debian: python3-pil, python3-torch, python3-torchvision)
"""
import json, math, os
import numpy as np
import PIL
import torch, torchvision
import torchvision.transforms.functional as F
from PIL import Image
from torchvision.transforms import InterpolationMode



def images(height, width, channels):
    """Two images [2, H, W, C] in 0..1: one of noise, one of smooth colours with equal and extreme channels in it."""
    noise = np.random.RandomState(0).rand(height, width, channels)
    rows, columns = np.mgrid[0:height, 0:width]
    smooth = np.stack([np.sin(rows / 3 + c) * np.cos(columns / (4 + c)) / 2 + 0.5 for c in range(channels)], 2)
    smooth[0], smooth[1], smooth[2, : width // 2] = 0, 1, 0.5
    return np.stack([noise, smooth]).astype(np.float32).round(6)


def torch_of(array):
    return torch.from_numpy(array.transpose(0, 3, 1, 2).copy())


def array_of(tensor):
    return tensor.numpy().transpose(0, 2, 3, 1)


def rounded(array):
    return [round(float(value), 6) for value in np.asarray(array).reshape(-1)]


sources, cases = {}, []


def case(kind, source, result, **settings):
    name = "x".join(map(str, source.shape[1:]))
    sources[name] = {"shape": list(source.shape), "values": rounded(source)}
    cases.append({"settings": {"kind": kind, **settings}, "source": name, "shape": list(result.shape), "values": rounded(result)})


# Pillow on float images, which it does not round: crop first, then resize; one channel at a time.
for filter_name, resampling in (("bilinear", Image.BILINEAR), ("bicubic", Image.BICUBIC)):
    for shape, box, to in (((9, 12, 3), (2, 1, 5, 8), (6, 6)), ((9, 12, 3), (0, 0, 9, 12), (4, 5)),
                           ((8, 8, 1), (3, 2, 3, 2), (8, 8)), ((7, 10, 1), (6, 9, 1, 1), (3, 4)), ((16, 14, 1), (1, 2, 14, 11), (4, 3))):
        source = images(*shape)
        top, left, height, width = box
        result = np.stack([np.stack([
            np.asarray(Image.fromarray(image[:, :, c]).crop((left, top, left + width, top + height)).resize((to[1], to[0]), resampling))
            for c in range(shape[2])], 2) for image in source])
        case("resize", source, np.clip(result, 0, 1) if filter_name == "bicubic" else result, filter=filter_name, box=box, by="Pillow")

source = images(9, 12, 3)
cropped = F.crop(torch_of(source), 1, 2, 8, 10)
case("resize", source, array_of(F.resize(cropped, [3, 4], InterpolationMode.BILINEAR, antialias=True)),
     filter="bilinear", box=(1, 2, 8, 10), by="torchvision")

colours = images(7, 8, 3)
for name, function, values in (
        ("brightness", F.adjust_brightness, (0.0, 0.6, 1.7)), ("contrast", F.adjust_contrast, (0.0, 0.6, 1.7)),
        ("saturation", F.adjust_saturation, (0.0, 0.6, 1.7)), ("hue", F.adjust_hue, (-0.5, -0.13, 0.0, 0.07, 0.4, 0.5))):
    for value in values:
        case(name, colours, array_of(function(torch_of(colours), value)), amount=value, by="torchvision")
grey = torch_of(images(5, 6, 1))
for name, function in (("brightness", F.adjust_brightness), ("contrast", F.adjust_contrast)):
    case(name, array_of(grey), array_of(function(grey, 1.4)), amount=1.4, by="torchvision")

case("grey", colours, array_of(F.rgb_to_grayscale(torch_of(colours), 3)), by="torchvision")
case("flip", colours, array_of(F.hflip(torch_of(colours))), by="torchvision")
case("crop", colours, array_of(F.crop(F.pad(torch_of(colours), [4]), 1, 6, 7, 8)), top=-3, left=2, by="torchvision")
for sigma in (0.1, 0.8, 1.9):
    reach = math.ceil(3 * sigma)
    case("blur", colours, array_of(F.gaussian_blur(torch_of(colours), [2 * reach + 1] * 2, [sigma] * 2)),
         sigma=sigma, reach=reach, by="torchvision")

path = os.path.join(os.path.dirname(os.path.abspath(__file__)), "golden", "peers.json")
by = {"Pillow": PIL.__version__, "torchvision": torchvision.__version__, "torch": torch.__version__}
with open(path, "w") as file:
    file.write('{"by": %s,\n"sources": {\n' % json.dumps(by))
    file.write(",\n".join("%s: %s" % (json.dumps(name), json.dumps(source, separators=(",", ":"))) for name, source in sources.items()))
    file.write('\n},\n"cases": [\n')
    file.write(",\n".join(json.dumps(one, separators=(",", ":")) for one in cases))
    file.write("\n]}\n")
