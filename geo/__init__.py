"""Space and movement: coordinates, frames, files, hexagons, networks and routing.

Ground floor. Imports nothing of layers, analyses or maps; they import names from here (``from geo import to_metric``), never
from a module inside. Names load on first use.
"""

import lazy_loader as _lazy

__getattr__, __dir__, __all__ = _lazy.attach_stub(__name__, __file__)
