"""What exists and what is planned: the catalogue, one function a layer, scenarios. Imports geo. Names load on first use."""

import lazy_loader as _lazy

__getattr__, __dir__, __all__ = _lazy.attach_stub(__name__, __file__)
