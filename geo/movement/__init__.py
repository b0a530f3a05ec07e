"""Movement: street networks, lines, routing, travel times. Kernels know arrays and integers only. Names load on first use."""

import lazy_loader as _lazy

__getattr__, __dir__, __all__ = _lazy.attach_stub(__name__, __file__)
