"""What is shown: offline folium pages, marks, exports, the command line. Imports every floor below. Names load on first use."""

import lazy_loader as _lazy

__getattr__, __dir__, __all__ = _lazy.attach_stub(__name__, __file__)
