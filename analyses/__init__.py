"""What follows: plain functions, frame or transport in, result out. Imports geo and layers' changes. Names load on first use."""

import lazy_loader as _lazy

__getattr__, __dir__, __all__ = _lazy.attach_stub(__name__, __file__)
