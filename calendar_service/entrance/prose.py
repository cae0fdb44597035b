"""Text that officers wrote, as HTML: two walls, a Markdown reader without HTML and a list of what may stand (S20)."""

from __future__ import annotations

import re

import nh3
from markupsafe import Markup

from calendar_service.prose import SCHEMES, reader

_CLOCK, _KEPT = re.compile(r"(\d) ([ap]\.) ?(m\.)"), "\\1\u00a0\\2\u00a0\\3"
"""A time of day, whose parts no line may part: "10 p. m."."""
TAGS = {"p", "br", "strong", "em", "ul", "ol", "li", "a", "blockquote"}


def prose(text: str) -> Markup:
    """Paragraphs, lists, emphasis and links; everything else stands as it was typed."""
    html = nh3.clean(
        reader.render(_CLOCK.sub(_KEPT, text)), tags=TAGS, attributes={"a": {"href"}}, url_schemes=set(SCHEMES),
        link_rel="nofollow ugc noopener noreferrer",
    )  # fmt: skip
    return Markup(html)  # noqa: S704 - cleaned on the line above
