"""The page at `/`: what this is, where to go, and examples to copy. One file, nothing from elsewhere."""

import html
from collections.abc import Mapping
from pathlib import Path
from string import Template
from typing import Any

from fastapi import Request

PAGE = Path(__file__).with_name("page.html")


def page(request: Request, content: Mapping[str, Any]) -> str:
    """The page, with the address that was asked and the figures of the law that is served."""
    values = {name: html.escape(str(value)) for name, value in content.items()}
    base = html.escape(str(request.base_url).rstrip("/"))
    return Template(PAGE.read_text(encoding="utf-8")).substitute(values, base=base, short=values["law_version"][:12])
