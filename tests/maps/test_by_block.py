"""A study block by block: the files of the run in memory, to the byte; kinds that can not are refused."""

import pytest

from geo import PlanningDataError
from maps.build import Form, build_study
from maps.by_block import asked_blocks

STUDY = """
kind = "access"
title_vi = "Nhỏ"
title_en = "Small"
modes = ["walk", "transit"]
limit_min = 30

[departure]
window_min = 5

[origins]
unit_id = ["chon_thanh", "thu_dau_mot"]

[[measures]]
measure = "opportunities_within"
of = "jobs"
cutoff_min = [15, 30]

[[measures]]
measure = "floating_catchment"
of = "jobs"
cutoff_min = 20

[[measures]]
measure = "balancing_time"
of = "jobs"
"""


def quiet(*_):
    """No word."""


def test_the_files_are_those_of_the_run_in_memory(tmp_path):
    study = tmp_path / "small.toml"
    study.write_text(STUDY, encoding="utf-8")
    form = Form("vi", "none")
    build_study(study, tmp_path / "whole", form=form, step=quiet)
    said = []
    with asked_blocks(None, None, 0.002, tmp_path / "kept", lambda *told: said.append(told)) as blocks:
        build_study(study, tmp_path / "parts", form=form, step=quiet, blocks=blocks)
    assert len(list((tmp_path / "kept").glob("block-*"))) > 3
    assert [what for what, *_ in said if "s left" in what]
    whole, parts = ({file.name: file.read_bytes() for file in (tmp_path / name).rglob("*.*")} for name in ("whole", "parts"))
    assert whole.keys() == parts.keys()
    assert [name for name in whole if whole[name] != parts[name]] == []


def test_kinds_that_work_in_memory_say_so(tmp_path):
    with pytest.raises(PlanningDataError, match="E-BLOCK-06") as error, asked_blocks(None, None, 1.0, None, quiet) as blocks:
        build_study("first_look", tmp_path / "out", form=Form("vi", "none"), step=quiet, blocks=blocks)
    assert error.value.seen == "first_look"
    assert not (tmp_path / "out").exists()


def test_nothing_asked_nothing_made():
    with asked_blocks(None, None, None, None, quiet) as blocks:
        assert blocks is None
