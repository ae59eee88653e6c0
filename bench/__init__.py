"""Benchmarks: each prints its table alone and hands rows to the main program."""
