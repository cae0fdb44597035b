"""A poster: one picture of an event, kept in four sizes."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from sqlalchemy.orm import Mapped, mapped_column

from calendar_service import addresses as to
from calendar_service.domain.columns import Base, Instant, Slug

SIZES: Final = {"mini": 160, "thumb": 320, "card": 640, "full": 1280}
"""The longest side of each size, in pixels; a smaller picture is never enlarged."""
FORMATS: Final = ("webp", "jpg")

_ADDRESS = re.compile(r"/pictures/([0-9a-f]{32})/(?:mini|thumb|card|full)\.(?:webp|jpg)\Z")


@dataclass(frozen=True, slots=True)
class Picture:
    """The picture that an event shows. `width` and `height` are those of its full size, in pixels."""

    digest: str
    width: int
    height: int

    @property
    def address(self) -> str:
        """Its name in what is entered and told: the path of its full size."""
        return to.picture(self.digest, "full")

    @property
    def is_wide(self) -> bool:
        """Whether it lies: it gets a page's whole width on a phone, where a standing one stands beside its date."""
        return self.width > self.height * 1.15

    def scaled(self, size: str) -> tuple[int, int]:
        """Width and height of a size."""
        longest = SIZES[size]
        share = min(1.0, longest / max(self.width, self.height))
        return max(1, round(self.width * share)), max(1, round(self.height * share))


def digest_in(address: str) -> str | None:
    """The digest that an address of a picture names, of whatever host; None when it is none of ours."""
    found = _ADDRESS.search(address)
    return found[1] if found else None


class StoredPicture(Base, kw_only=True, eq=False, repr=False):
    """A picture whose files are in the data folder. Its digest can be made by this installation alone, so that nobody
    who has a poster learns whether it was uploaded. `used` is when it was last put to an event.
    """

    __tablename__ = "picture"

    digest: Mapped[Slug] = mapped_column(primary_key=True)
    width: Mapped[int]
    height: Mapped[int]
    used: Mapped[Instant] = mapped_column(index=True)

    @property
    def picture(self) -> Picture:
        """What an event keeps of it."""
        return Picture(self.digest, self.width, self.height)
