"""Benchmarks: each prints its table alone and hands rows to the main program."""

import os

# As in the workers; OpenBLAS reads it once, when numpy is loaded.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
