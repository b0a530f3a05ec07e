"""What is installed is what was locked: hashes for all, no address, licences that may be passed on."""

import re

from tests.sbom import LOCK, gdals, licence, locked, sbom


def test_every_requirement_has_hashes_and_none_an_address():
    text = LOCK.read_text(encoding="utf-8")
    found = locked()
    assert len(found) == len(re.findall(r"^[A-Za-z0-9]\S*==", text, re.MULTILINE)) > 80
    assert [name for name, (_, hashes) in found.items() if not hashes] == []
    assert not re.search(r"://|--(extra-)?index-url|--find-links|--trusted-host|^-e |@ ", text, re.MULTILINE)


def test_no_licence_forbids_to_pass_it_on():
    told = {name: licence(name) for name in locked()}
    forbidding = re.compile(r"AGPL|Affero|Non-?Commercial|Proprietary", re.IGNORECASE)
    assert [name for name, text in told.items() if forbidding.search(text)] == []
    assert sum(bool(text) for text in told.values()) > 60


def test_the_bill_lists_all_with_hashes_and_is_the_same_again():
    made = sbom()
    assert made["bomFormat"] == "CycloneDX"
    assert {one["name"] for one in made["components"]} == set(locked())
    assert all(one["hashes"] and re.fullmatch(r"pkg:pypi/[a-z0-9._-]+@\S+", one["purl"]) for one in made["components"])
    assert sbom() == made


def test_how_many_gdals_are_loaded_is_told():
    """Two: the wheels of vectors and of rasters each bring their own."""
    assert set(gdals()) == {"pyogrio", "rasterio"}
    assert all(re.fullmatch(r"\d+\.\d+\.\d+\S*", version) for version in gdals().values())
