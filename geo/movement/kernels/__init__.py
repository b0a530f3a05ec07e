"""Compiled kernels of the engine: arrays and integers only, nothing of ours imported, so that they could live alone.

Every kernel is ``@njit(nogil=True, cache=True)`` at module level: it is compiled once per machine, releases the interpreter lock
and is run by a plain thread pool over chunks of sources. Times are int32 deciseconds; `FAR` marks what is not reached.
"""
