"""The explorer as a sheet of a study: the finding and the files say what the analyses found."""

from __future__ import annotations

import analyses
from geo import format_number
from maps.explorer_ import _Explorer
from maps.explorer_sheet import explorer_sheet
from tests.maps.explored import times, town


def test_finding_and_files_are_those_of_the_analyses():
    zones, both = town(), times(town())
    made = explorer_sheet(
        "explorer",
        ("Nhóm", "Group"),
        zones,
        both,
        title=("Khám phá", "Explore"),
        opportunities=["jobs", "people"],
        population="people",
        cutoff_min=20,
        lang="en",
        sources=("zones",),
        background=False,
    )
    reached = [analyses.opportunities_within(one, zones[["jobs", "people"]], [20, 30, 45, 60]) for one in both]
    wanted = analyses.compare(zones[["name_vi", "people", "geometry"]], *reached)
    assert made.data.equals(wanted)
    jobs, people = wanted["jobs_within_20min_change"], zones["people"]
    mean = [(wanted[f"jobs_within_20min_{side}"] * people).sum() / people.sum() for side in ("before", "after")]
    told = [*(format_number(value, "en", digits=0) for value in mean), format_number(people[jobs > 0].sum(), "en", digits=0)]
    assert made.text[1].startswith(f"Jobs within 20 min: a person reaches {told[0]} → {told[1]} on average; {told[2]} people")
    assert [mark.look.column for mark in made.marks] == ["jobs_within_20min_after"]
    assert made.page.title.vi == "Khám phá"
    assert any(isinstance(child, _Explorer) for child in made.page._children.values())
    assert len(made.page.head["sources"]) == 1
