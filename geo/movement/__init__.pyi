from .lines import Line as Line
from .lines import line_at_speed as line_at_speed
from .links import Links as Links
from .timetable import Timetable as Timetable
from .transit import transit_times as transit_times
