import json

from tools import lock, sbom
from tools.packages import running

PACKAGES = running(lock.LOCK.read_text("utf-8"))
WRITTEN = json.loads(sbom.written(PACKAGES))


def test_it_is_cyclonedx_and_about_this_release() -> None:
    assert (WRITTEN["bomFormat"], WRITTEN["specVersion"]) == ("CycloneDX", "1.6")
    assert WRITTEN["metadata"]["component"]["version"] == sbom.version()


def test_every_package_of_the_lock_is_in_it_with_its_hashes() -> None:
    written = {
        (each["name"], each["version"], frozenset(hash_["content"] for hash_ in each["hashes"]))
        for each in WRITTEN["components"]
    }

    assert written == {(each.name, each.version, frozenset(each.hashes)) for each in PACKAGES}


def test_every_package_has_its_licence() -> None:
    assert all(each["licenses"][0]["expression"] for each in WRITTEN["components"])


def test_no_address_stands_in_it() -> None:
    assert "://" not in json.dumps(WRITTEN["components"])
