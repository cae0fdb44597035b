"""Text that officers wrote, as HTML: two walls, a Markdown reader without HTML and a list of what may stand (S20)."""

from __future__ import annotations

import nh3
from markdown_it import MarkdownIt
from markupsafe import Markup

TAGS = {"p", "br", "strong", "em", "ul", "ol", "li", "a", "blockquote"}
SCHEMES = {"http", "https", "mailto", "tel"}
_reader = MarkdownIt("commonmark", {"html": False, "breaks": True}).disable(
    ["heading", "lheading", "image", "code", "fence", "hr"]
)


def prose(text: str) -> Markup:
    """Paragraphs, lists, emphasis and links; everything else stands as it was typed."""
    html = nh3.clean(
        _reader.render(text), tags=TAGS, attributes={"a": {"href"}}, url_schemes=SCHEMES,
        link_rel="nofollow ugc noopener noreferrer",
    )  # fmt: skip
    return Markup(html)  # noqa: S704 - cleaned on the line above
