#!/usr/bin/env python3
"""Peer benchmark: decoding JPEG or PNG files with Pillow in as many processes.

Every file of the folder is read, decoded, made RGB, resized (shorter side, BILINEAR)
and cut in the middle where its size is another, and its bytes come to the first
process in order: what a data loader does. The files are those that `pipe bench decode
--folder` made. Prints one JSON line. Needs Pillow (Debian: apt-get install python3-pil).

    /usr/bin/python3 pillow_decode.py --folder DIR --files 10000 --size 96 --threads 2
"""
import argparse, json, multiprocessing, os, resource, time
import PIL
from PIL import Image

p = argparse.ArgumentParser()
p.add_argument("--folder", required=True)
p.add_argument("--files", type=int, default=10000)
p.add_argument("--size", type=int, default=96)
p.add_argument("--pixels", help="size of the files, such as 500x400; default: that of the images")
p.add_argument("--out", help="write the images to this file while they come, as a data set is written")
p.add_argument("--format", choices=["jpeg", "png"], default="jpeg")
p.add_argument("--threads", type=int, default=2)
a = p.parse_args()


def decode(path):
    image = Image.open(path).convert("RGB")
    width, height = image.size
    if (width, height) != (a.size, a.size):
        if width <= height:
            width, height = a.size, int(a.size * height / width)
        else:
            width, height = int(a.size * width / height), a.size
        left, top = round((width - a.size) / 2), round((height - a.size) / 2)
        image = image.resize((width, height), Image.BILINEAR).crop((left, top, left + a.size, top + a.size))
    return image.tobytes()


if __name__ == "__main__":
    start_of_name = (a.pixels or "%dx%d" % (a.size, a.size)) + "-"
    names = sorted(n for n in os.listdir(a.folder) if n.startswith(start_of_name) and n.endswith("." + a.format))
    paths = [os.path.join(a.folder, name) for name in names[: a.files]]
    assert len(paths) == a.files, "%d files are in the folder" % len(paths)
    start = time.perf_counter()
    with multiprocessing.Pool(a.threads) as pool:
        images = pool.imap(decode, paths, chunksize=64)
        if a.out is None:
            total = sum(len(image) for image in images)
        else:
            with open(a.out, "wb") as out:
                total = sum(out.write(image) for image in images)
                out.flush()
                os.fsync(out.fileno())
        seconds = time.perf_counter() - start
        assert total == a.files * a.size * a.size * 3
        pool.close()
        pool.join()
    kilobytes = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
                 + a.threads * resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
    width, height = map(int, (a.pixels or "%dx%d" % (a.size, a.size)).split("x"))
    print(json.dumps({"engine": "Pillow " + PIL.__version__, "files": a.files, "size": a.size, "width": width, "height": height,
                      "format": a.format, "threads": a.threads, "seconds": round(seconds, 3),
                      "images_per_s": round(a.files / seconds, 1), "peak_mb": round(kilobytes * 1.024e-3, 1)}))
