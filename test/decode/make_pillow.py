#!/usr/bin/env python3
"""Small files of many kinds and what Pillow reads from them, and how Pillow fits an image: writes golden/pillow.json.

    /usr/bin/python3 test/decode/make_pillow.py      (Debian: python3-pil, python3-numpy)
"""
import base64, io, json, os
import numpy as np
import PIL
from PIL import Image

rows, columns = np.mgrid[0:17, 0:23]
waves = [127 + 120 * np.sin(columns / (2 + c)) * np.cos(rows / (3 + c)) for c in range(3)]
colours = np.stack(waves, 2)
colours[4:8, 5:12] = np.random.RandomState(0).randint(0, 256, (4, 7, 3))
picture = Image.fromarray(colours.round().astype(np.uint8))
text = lambda data: base64.b64encode(data).decode()


def saved(image, format, **options):
    file = io.BytesIO()
    image.save(file, format, **options)
    return file.getvalue()


alpha = picture.copy()
alpha.putalpha(Image.fromarray((columns * 11).astype(np.uint8)))
files = {
    "jpeg": saved(picture, "JPEG", quality=90),
    "jpeg without subsampling": saved(picture, "JPEG", quality=95, subsampling=0),
    "progressive jpeg": saved(picture, "JPEG", quality=80, progressive=True),
    "grey jpeg": saved(picture.convert("L"), "JPEG"),
    "jpeg with a thumbnail's worth of comment": saved(picture, "JPEG", exif=b"Exif\0\0" + bytes(4000)),
    "jpeg of four inks": saved(picture.convert("CMYK"), "JPEG", quality=95),
    "png": saved(picture, "PNG"),
    "grey png": saved(picture.convert("L"), "PNG"),
    "png of two colours": saved(picture.convert("1"), "PNG"),
    "png with a palette": saved(picture.convert("P", palette=Image.ADAPTIVE, colors=13), "PNG"),
    "png with alpha": saved(alpha, "PNG"),
}
others = {"a GIF": saved(picture, "GIF"), "a BMP image": saved(picture, "BMP"), "a TIFF image": saved(picture, "TIFF"), "a WebP image": saved(picture, "WEBP")}


def fitted(width, height, shorter=None, stretch=False):
    """torchvision's Resize and CenterCrop on Pillow images."""
    w, h = picture.size
    if stretch:
        return picture.resize((width, height), Image.BILINEAR)
    shorter = shorter or width
    size = (shorter, int(shorter * h / w)) if w <= h else (int(shorter * w / h), shorter)
    left, top = int(round((size[0] - width) / 2.0)), int(round((size[1] - height) / 2.0))
    return picture.resize(size, Image.BILINEAR).crop((left, top, left + width, top + height))


fits = [{"target": {"width": width, "height": height, "fit": "stretch" if stretch else "crop", **({"shorterSide": shorter} if shorter else {})},
         "values": text(fitted(width, height, shorter, stretch).tobytes())}
        for width, height, shorter, stretch in ((8, 8, None, False), (17, 17, None, False), (30, 30, None, False), (12, 12, 15, False),
                                                (12, 9, 11, False), (7, 20, None, True), (23, 17, None, True), (40, 3, None, True), (1, 1, None, False))]
document = {
    "by": "Pillow " + PIL.__version__, "width": 23, "height": 17, "pixels": text(picture.tobytes()), "grey": text(picture.convert("L").tobytes()),
    "files": {name: {"file": text(data), "values": text(Image.open(io.BytesIO(data)).convert("RGB").tobytes())} for name, data in files.items()},
    "others": {name: text(data) for name, data in others.items()}, "fits": fits}
with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "golden", "pillow.json"), "w") as file:
    json.dump(document, file, indent=0)
    file.write("\n")
