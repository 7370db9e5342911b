#!/usr/bin/env python3
"""What Pillow's operations give for small 8-bit images: writes golden/pillow-operations.json, with which pixel-operations.test.ts compares ours.

    /usr/bin/python3 test/engine/augment/make_pillow_operations.py      (Debian: python3-pil, python3-numpy)
"""
import json, os
import numpy as np
import PIL
from PIL import Image, ImageEnhance, ImageFilter, ImageOps


def images():
    """Noise, smooth colours in a part of the range, and one value everywhere; of three channels and of one."""
    noise = np.random.RandomState(0).randint(0, 256, (9, 12, 3))
    rows, columns = np.mgrid[0:8, 0:7]
    smooth = np.stack([90 + 60 * np.sin(rows / 3 + c) * np.cos(columns / (4 + c)) for c in range(3)], 2)
    # More than 255 pixels, else equalising changes nothing.
    large = np.random.RandomState(1).normal(120, 25, (24, 22, 1)).clip(0, 255)
    return {"noise": noise, "smooth": smooth, "even": np.full((5, 5, 1), 77), "large": large,
            "large-colours": np.random.RandomState(2).normal(120, 25, (24, 22, 3)).clip(0, 255)}


def affine(image, *matrix):
    return image.transform(image.size, Image.AFFINE, matrix, resample=Image.NEAREST)


OPERATIONS = {
    "auto_contrast": (lambda image, v: ImageOps.autocontrast(image), [0]),
    "equalize": (lambda image, v: ImageOps.equalize(image), [0]),
    "rotate": (lambda image, v: image.rotate(v), [-30, -7.3, 12.1, 29]),
    "solarize": (ImageOps.solarize, [0, 100.5, 128, 256]),
    "colour": (lambda image, v: ImageEnhance.Color(image).enhance(v), [0.05, 0.5, 0.95]),
    "contrast": (lambda image, v: ImageEnhance.Contrast(image).enhance(v), [0.05, 0.5, 0.95]),
    "brightness": (lambda image, v: ImageEnhance.Brightness(image).enhance(v), [0.05, 0.5, 0.95]),
    "sharpness": (lambda image, v: ImageEnhance.Sharpness(image).enhance(v), [0.05, 0.5, 0.95]),
    "shear_x": (lambda image, v: affine(image, 1, v, 0, 0, 1, 0), [-0.1, 0.071]),
    "shear_y": (lambda image, v: affine(image, 1, 0, 0, v, 1, 0), [-0.1, 0.071]),
    "translate_x": (lambda image, v: affine(image, 1, 0, v * image.size[0], 0, 1, 0), [-0.1, 0.08]),
    "translate_y": (lambda image, v: affine(image, 1, 0, 0, 0, 1, v * image.size[1]), [-0.1, 0.08]),
    "posterize": (lambda image, v: ImageOps.posterize(image, int(v)), [4, 6.7, 7.99]),
}


def listed(array):
    return [int(value) for value in np.asarray(array).reshape(-1)]


sources, cases = {}, []
for name, array in images().items():
    array = array.astype(np.uint8)
    sources[name] = {"shape": list(array.shape), "values": listed(array)}
    image = Image.fromarray(array[:, :, 0] if array.shape[2] == 1 else array)
    for operation, (apply, magnitudes) in OPERATIONS.items():
        for magnitude in magnitudes:
            if name.startswith("large") and operation not in ("auto_contrast", "equalize", "rotate"):
                continue
            cases.append({"operation": operation, "source": name, "magnitude": magnitude, "values": listed(apply(image, magnitude))})

path = os.path.join(os.path.dirname(os.path.abspath(__file__)), "golden", "pillow-operations.json")
with open(path, "w") as file:
    file.write('{"by": %s,\n"sources": {\n' % json.dumps({"Pillow": PIL.__version__}))
    file.write(",\n".join("%s: %s" % (json.dumps(name), json.dumps(source, separators=(",", ":"))) for name, source in sources.items()))
    file.write('\n},\n"cases": [\n')
    file.write(",\n".join(json.dumps(one, separators=(",", ":")) for one in cases))
    file.write("\n]}\n")
