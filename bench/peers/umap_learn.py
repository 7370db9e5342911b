#!/usr/bin/env python3
"""Peer benchmark: UMAP of umap-learn on the rows that `pipe bench umap --save FILE` leaves.

Needs umap-learn (Debian: apt-get install -y --no-install-recommends umap-learn). Prints one JSON line. Compiling (Numba) is not timed: a small map is
made first. Without a random state it lays out on all threads; with one, as ours does always, on one.

    /usr/bin/python3 umap_learn.py --data rows.bin --rows 60000 --dim 128 --neighbours 15 --threads 2 [--seeded]
"""
import argparse, json, os, resource, time, warnings

p = argparse.ArgumentParser()
p.add_argument("--data", required=True)
p.add_argument("--rows", type=int, default=60000)
p.add_argument("--dim", type=int, default=128)
p.add_argument("--neighbours", type=int, default=15)
p.add_argument("--threads", type=int, default=2)
p.add_argument("--seeded", action="store_true")
a = p.parse_args()
os.environ["NUMBA_NUM_THREADS"] = os.environ["OMP_NUM_THREADS"] = str(a.threads)
warnings.filterwarnings("ignore")
import numpy
import umap

x = numpy.fromfile(a.data, dtype=numpy.float32).reshape(a.rows, a.dim)
options = dict(n_neighbors=a.neighbours, min_dist=0.1, random_state=0 if a.seeded else None)
umap.UMAP(**options, n_epochs=2).fit_transform(x[:5000])
start = time.perf_counter()
umap.UMAP(**options).fit_transform(x)
seconds = time.perf_counter() - start
print(json.dumps({"engine": "umap-learn " + umap.__version__, "rows": a.rows, "dim": a.dim, "neighbours": a.neighbours,
                  "threads": a.threads, "seeded": a.seeded, "seconds": round(seconds, 3),
                  "peak_mib": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)}))
