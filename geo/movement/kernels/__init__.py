"""Compiled kernels: arrays and integers only, nothing of ours imported, so that the engine could live alone."""
