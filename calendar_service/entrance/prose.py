"""Text that officers wrote, as HTML: two walls, a Markdown reader without HTML and a list of what may stand (S20)."""

from __future__ import annotations

import nh3
from markupsafe import Markup

from calendar_service.prose import SCHEMES, reader

TAGS = {"p", "br", "strong", "em", "ul", "ol", "li", "a", "blockquote"}


def prose(text: str) -> Markup:
    """Paragraphs, lists, emphasis and links; everything else stands as it was typed."""
    html = nh3.clean(
        reader.render(text), tags=TAGS, attributes={"a": {"href"}}, url_schemes=set(SCHEMES),
        link_rel="nofollow ugc noopener noreferrer",
    )  # fmt: skip
    return Markup(html)  # noqa: S704 - cleaned on the line above
