"""A disk that fills up while a file is written: an error, and the old file as it was."""

import subprocess
import sys

import pytest

from geo.writing.formats import ENDINGS

RUN = """
import resource, signal, sys
from geopandas import GeoDataFrame, points_from_xy
from geo import write

names = [f"Điểm {at}" for at in range(5000)]
frame = GeoDataFrame({"name_vi": names}, geometry=points_from_xy(range(5000), range(5000)), crs=9210).rename_axis("point_id")
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (50_000, resource.RLIM_INFINITY))
for file in sys.argv[1:]:
    try:
        write(frame, file)
    except OSError:
        print(file)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="limits of file size are POSIX")
def test_a_file_of_any_format_that_does_not_fit_is_an_error_and_the_old_one_stays(tmp_path):
    files = [tmp_path / f"points{ending}" for ending in ENDINGS if ending != ".gdb"]
    for file in files:
        file.write_text("the old one")
    ran = subprocess.run([sys.executable, "-c", RUN, *map(str, files)], capture_output=True, text=True, check=True)
    assert ran.stdout.splitlines() == [str(file) for file in files]
    assert {file.read_text() for file in files} == {"the old one"}
    assert sorted(tmp_path.iterdir()) == sorted(files)
