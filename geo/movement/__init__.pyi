from .arcs import CLOSED as CLOSED
from .arcs import deciseconds as deciseconds
from .edges import Edges as Edges
from .links import Links as Links
from .network import Network as Network
from .routing import UNREACHED as UNREACHED
from .routing import node_links as node_links
from .routing import times as times
