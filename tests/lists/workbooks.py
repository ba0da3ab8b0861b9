"""Workbooks as bytes, made by hand: right ones, and ones that no program would write."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping, Sequence
from typing import Final

MAIN: Final = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_LINKS: Final = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE: Final = "http://schemas.openxmlformats.org/package/2006/relationships"
_TYPES: Final = "http://schemas.openxmlformats.org/package/2006/content-types"
_KIND: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_KINDS: Final = ("worksheet", "chartsheet")
_STATES: Final = ("visible", "hidden")
STYLES: Final = (
    f'<styleSheet xmlns="{MAIN}"><numFmts count="1"><numFmt numFmtId="200" formatCode="[h]:mm"/>'
    '</numFmts><cellXfs><xf/><xf numFmtId="14"/><xf numFmtId="22"/><xf numFmtId="20"/>'
    '<xf numFmtId="200"/></cellXfs></styleSheet>'
).encode()
"""Of cells: 0 is plain, 1 a date, 2 a date and time, 3 a time, 4 hours without end."""
_DECLARED: Final = '<?xml version="1.0" encoding="UTF-8"?>'


def workbook(
    sheets: Mapping[str, str],
    *,
    words: str = "",
    hidden: Sequence[str] = (),
    charts: Sequence[str] = (),
    more: Mapping[str, bytes] | None = None,
) -> bytes:
    """Pack sheets, by name, whose XML between `<sheetData>` is given, into a workbook."""
    listed = "".join(
        f'<sheet name="{name}" sheetId="{at}" state="{_STATES[name in hidden]}" r:id="r{at}"/>'
        for at, name in enumerate(sheets, 1)
    )
    links = "".join(
        f'<Relationship Id="r{at}" Type="{_LINKS}/{_KINDS[name in charts]}" '
        f'Target="worksheets/sheet{at}.xml"/>'
        for at, name in enumerate(sheets, 1)
    )
    parts = {
        "[Content_Types].xml": f'{_DECLARED}<Types xmlns="{_TYPES}">'
        f'<Override PartName="/xl/workbook.xml" ContentType="{_KIND}.sheet.main+xml"/>'
        f'<Override PartName="/xl/sharedStrings.xml" ContentType="{_KIND}.sharedStrings+xml"/>'
        "</Types>",
        "xl/workbook.xml": f'{_DECLARED}<workbook xmlns="{MAIN}" xmlns:r="{_LINKS}">'
        f"<sheets>{listed}</sheets></workbook>",
        "xl/_rels/workbook.xml.rels": f'{_DECLARED}<Relationships xmlns="{_PACKAGE}">{links}'
        "</Relationships>",
        **{
            f"xl/worksheets/sheet{at}.xml": f'{_DECLARED}<worksheet xmlns="{MAIN}"><sheetData>'
            f"{rows}</sheetData></worksheet>"
            for at, rows in enumerate(sheets.values(), 1)
        },
        "xl/sharedStrings.xml": f'{_DECLARED}<sst xmlns="{MAIN}">{words}</sst>',
    }
    return packed({**{name: text.encode() for name, text in parts.items()}, **(more or {})})


def packed(parts: Mapping[str, bytes]) -> bytes:
    """Pack parts into one file."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return file.getvalue()


def rows(*values: Sequence[str]) -> str:
    """Write rows of texts, each in its cell."""
    return "".join(
        f'<row r="{line}">{"".join(_cell(text) for text in row)}</row>'
        for line, row in enumerate(values, 1)
    )


def _cell(text: str) -> str:
    escaped = text.replace("&", "&amp;").replace("<", "&lt;")
    return f'<c t="inlineStr"><is><t>{escaped}</t></is></c>'
