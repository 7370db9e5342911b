#!/usr/bin/env python3
"""Peer benchmark: k-means of scikit-learn on the rows that `pipe bench kmeans --save FILE` leaves.

Needs scikit-learn (Debian: apt-get install -y --no-install-recommends python3-sklearn). Prints one JSON line.

    /usr/bin/python3 sklearn_kmeans.py --data rows.bin --rows 60000 --dim 128 --k 10 --restarts 20 --threads 2
"""
import argparse, json, resource, time
import numpy
import sklearn
from sklearn.cluster import KMeans
from threadpoolctl import threadpool_limits

p = argparse.ArgumentParser()
p.add_argument("--data", required=True)
p.add_argument("--rows", type=int, default=60000)
p.add_argument("--dim", type=int, default=128)
p.add_argument("--k", type=int, default=10)
p.add_argument("--restarts", type=int, default=20)
p.add_argument("--threads", type=int, default=2)
a = p.parse_args()
x = numpy.fromfile(a.data, dtype=numpy.float32).reshape(a.rows, a.dim)
with threadpool_limits(a.threads):
    start = time.perf_counter()
    found = KMeans(a.k, n_init=a.restarts, init="k-means++", max_iter=300, tol=1e-4, random_state=0).fit(x)
    seconds = time.perf_counter() - start
print(json.dumps({"engine": "scikit-learn " + sklearn.__version__, "rows": a.rows, "dim": a.dim, "k": a.k,
                  "restarts": a.restarts, "threads": a.threads, "seconds": round(seconds, 3),
                  "inertia": float(found.inertia_),
                  "peak_mib": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)}))
