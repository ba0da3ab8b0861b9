"""Writes dist/holdfast-VERSION.cdx.json: what Holdfast runs on, in CycloneDX, for who must know.

    python -m tools.sbom

It is made from requirements.lock and not from what happens to be installed: each package has the
hashes of all its files there.
"""

import tomllib
from pathlib import Path

from cyclonedx.model import HashAlgorithm, HashType
from cyclonedx.model.bom import Bom
from cyclonedx.model.component import Component, ComponentType
from cyclonedx.model.license import LicenseExpression
from cyclonedx.output import make_outputter
from cyclonedx.schema import OutputFormat, SchemaVersion
from packageurl import PackageURL

from tools.lock import LOCK, ROOT
from tools.packages import Package, running

FOLDER = ROOT / "dist"


def version() -> str:
    """Give the version of this release."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    return str(project["version"])


def written(packages: list[Package]) -> str:
    """Give the bill of materials as JSON."""
    holdfast = Component(
        name="holdfast", version=version(), type=ComponentType.APPLICATION, bom_ref="holdfast"
    )
    components = [_component(each) for each in packages]
    bom = Bom(components=components)
    bom.metadata.component = holdfast
    bom.register_dependency(holdfast, components)
    return make_outputter(bom, OutputFormat.JSON, SchemaVersion.V1_6).output_as_string(indent=2)


def _component(package: Package) -> Component:
    name = f"pkg:pypi/{package.name}@{package.version}"
    return Component(
        name=package.name,
        version=package.version,
        type=ComponentType.LIBRARY,
        bom_ref=name,
        purl=PackageURL.from_string(name),
        licenses=[LicenseExpression(package.licence)] if package.licence else [],
        hashes=[HashType(alg=HashAlgorithm.SHA_256, content=each) for each in package.hashes],
    )


def main() -> Path:
    """Write the file and give its path."""
    FOLDER.mkdir(exist_ok=True)
    file = FOLDER / f"holdfast-{version()}.cdx.json"
    file.write_text(written(running(LOCK.read_text("utf-8"))) + "\n", encoding="utf-8")
    return file


if __name__ == "__main__":
    print(f"wrote {main().relative_to(ROOT)}")
