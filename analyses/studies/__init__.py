"""The kinds of studies, a module each, and the studies that are shipped, a TOML each. Names load on first use."""

import lazy_loader as _lazy

__getattr__, __dir__, __all__ = _lazy.attach_stub(__name__, __file__)
