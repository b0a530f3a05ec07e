"""A database without the packages that reach it."""

import sys

import pandas as pd
import pytest

import geo


def test_the_extra_that_is_not_installed_is_named(monkeypatch):
    monkeypatch.setitem(sys.modules, "psycopg", None)
    for ask in (
        lambda: geo.write(pd.DataFrame({"n": [1]}), "postgresql://me:secret@localhost/plans", layer="n"),
        lambda: geo.read_vector("postgresql://me:secret@localhost/plans", layer="n"),
    ):
        with pytest.raises(geo.PlanningDataError, match=r"E-WRITE-07 .*psycopg.*innoregion\[postgis\]") as told:
            ask()
        assert "secret" not in str(told.value)
