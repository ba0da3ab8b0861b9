"""axe-core in a page: what somebody who sees, hears or moves otherwise would stumble over.

The script comes with the package axe-playwright-python, so nothing is asked of the network. All
rules count, those of good practice too; what axe cannot decide by itself ("incomplete") does not.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from importlib import resources
from typing import Any, Final, Literal

from playwright.async_api import Page

Scheme = Literal["light", "dark"]
SCHEMES: Final[tuple[Scheme, ...]] = ("light", "dark")
WIDTHS: Final = (320, 768, 1440)
HEIGHT: Final = 900

_SCRIPT: Final = resources.files("axe_playwright_python") / "axe.min.js"
_OPTIONS: Final = {"resultTypes": ["violations"]}


@dataclass(frozen=True, slots=True)
class Found:
    """One thing that is wrong: where it was seen, the rule, and the element."""

    scheme: Scheme
    width: int
    rule: str
    where: str
    why: str


async def looked_over(page: Page) -> list[Found]:
    """Look at a page in light and dark at every width; give all that is wrong with it."""
    await page.evaluate(_SCRIPT.read_text(encoding="utf-8"))
    return [
        found
        for scheme in SCHEMES
        for width in WIDTHS
        for found in await _looked(page, scheme, width)
    ]


async def _looked(page: Page, scheme: Scheme, width: int) -> list[Found]:
    await page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    await page.set_viewport_size({"width": width, "height": HEIGHT})
    results = await page.evaluate(f"axe.run(document, {json.dumps(_OPTIONS)})")
    return [
        _found(scheme, width, rule, node)
        for rule in results["violations"]
        for node in rule["nodes"]
    ]


def _found(scheme: Scheme, width: int, rule: dict[str, Any], node: dict[str, Any]) -> Found:
    why = " ".join(node.get("failureSummary", "").split())
    where = " ".join(map(str, node["target"]))
    return Found(scheme, width, rule["id"], f"{where}: {node['html'][:120]}", why)
