"""The words of an option test: names of options and places, titles of runs, what must be said of costs and speeds."""

from __future__ import annotations

from analyses import StudyGround
from analyses.studies import OptionsFound, OptionTestStudy
from geo import format_number
from maps.background import short_names
from maps.sheets import Pair
from maps.words import value_label

TODAY = ("Hiện nay", "Today")
COSTS = (
    "Chi phí một chuyến là giả định, thay được trong tệp nghiên cứu ([[costs]]) hoặc lớp travel_costs; chưa gồm tiền mua xe.",
    "Costs of a trip are assumptions, to be replaced in the study ([[costs]]) or the layer travel_costs; no motorbike's price.",
)
NO_DEMAND = (
    "Nghiên cứu này so sánh khả năng tiếp cận, không dự báo lượng khách.",
    "This study compares access; it forecasts no boardings.",
)
STATIONS = (
    "Năm trạm BRT và phần lớn ga metro là vị trí giả định cách đều; kết quả quanh các trạm này chỉ mang tính tham khảo.",
    "Five BRT stops and most metro stations are evenly spaced placeholders; results round them are indicative.",
)
SPEEDS = (
    "Tốc độ lữ hành đã gồm thời gian dừng ở trạm; tốc độ chạy chưa gồm. Cộng thời gian dừng vào tốc độ lữ hành là tính hai lần.",
    "A commercial speed includes standing at stops, a running speed does not: standing on top of the former counts twice.",
)


def titles_of(study: OptionTestStudy) -> dict[str, Pair]:
    """What readers call the options, today and the motorbike among them."""
    rival = value_label("motorbike").head()
    return {
        "today": TODAY,
        **{one.id: (one.title_vi, one.title_en) for one in study.scenarios},
        "motorbike": (rival.vi, rival.en),
    }


def jobs_measure(study: OptionTestStudy) -> str:
    """The measure of jobs, as its columns begin."""
    return f"jobs_by_transit_within_{study.cutoff_min}min"


def place_name(ground: StudyGround, place: str) -> Pair:
    """The name of a destination."""
    called = short_names(ground.destinations.loc[[place], ["name_vi", "name_en", "geometry"]]).iloc[0]
    return str(called["name_vi"]), str(called["name_en"])


def speed_of(found: OptionsFound) -> str:
    """The speed that the sweep varies: the other one follows from it and is not round."""
    speeds = ("commercial_speed_kmh", "running_speed_kmh")
    return next((name for name in speeds if found.sweep[name].eq(found.sweep[name].round()).all()), speeds[0])


def run_titles(found: OptionsFound) -> list[Pair]:
    """What every run of the sweep is, in its order."""
    pairs = found.sweep[["headway_min", speed_of(found)]].itertuples(index=False)
    return [
        (
            f"{format_number(headway, 'vi')} phút/chuyến, {format_number(speed, 'vi')} km/h",
            f"every {format_number(headway, 'en')} min, {format_number(speed, 'en')} km/h",
        )
        for headway, speed in pairs
    ]
