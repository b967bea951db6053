"""Templates -> pieces of pages. What many pages of an edition have alike is made once for all."""

from collections.abc import Mapping
from functools import cache
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined, Template
from markupsafe import Markup, escape

from netwatch.delivery.page.labels import table


def pressed(name: str, values: Mapping[str, Any]) -> Markup:
    """Put values into a template that ships; all that is no markup yet is escaped."""
    return Markup(_template(name).render(values))  # noqa: S704 - made of escaped values


def hole(name: str) -> str:
    """Return what stands in a mould where values will; no text on a page holds such a letter."""
    return f"\0{name}\0"


def filled(mould: Markup, values: Mapping[str, str]) -> Markup:
    """Put values where a mould has its holes; all that is no markup yet is escaped."""
    page: str = mould
    for name, value in values.items():
        piece = value if isinstance(value, Markup) else escape(value)
        page = str.replace(page, hole(name), piece)
    return Markup(page)  # noqa: S704 - made of markup and escaped values


@cache
def printed(language: str) -> Mapping[str, Markup]:
    """Return all labels of a language as they are put into templates."""
    return {name: escape(text) for name, text in table(language).items()}


@cache
def _template(name: str) -> Template:
    return _templates().get_template(name)


@cache
def _templates() -> Environment:
    environment = Environment(
        loader=PackageLoader("netwatch.delivery.page", "templates"),
        autoescape=True,
        auto_reload=False,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals.clear()  # none is used, and each would be looked at for every piece
    return environment
