from .access import opportunities_within as opportunities_within
from .catchments import land_within_stops as land_within_stops
from .catchments import within_stops as within_stops
from .comparison import compare as compare
from .times import Departure as Departure
from .times import TravelTimes as TravelTimes
from .travel import travel_times as travel_times
