"""The organisations that a file names: each is an entry of the register, or is left out and said."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from calendar_service.db.engine import Session
from calendar_service.db.queries.network.organisations import every_organisation
from calendar_service.domain.access import Viewer
from calendar_service.domain.errors import Problem
from calendar_service.domain.finding import names
from calendar_service.domain.network.organisations import Organisation
from calendar_service.domain.posting.drafts import RawDraft

FIELD = "organisations"
LONGEST_NAME = 80


@dataclass(frozen=True)
class Register:
    """What a file's names may mean, asked for once, and only if it has any. `home` is the district it is for."""

    session: Session
    by: Viewer
    home: str

    @cached_property
    def entries(self) -> Sequence[Organisation]:
        """Those that may take part in what is public."""
        return [each for each in every_organisation(self.session, viewer=self.by) if each.public]

    def placed(self, raw: RawDraft) -> RawDraft:
        """Each organisation by its slug. An import enters none: a slip of the pen would stand in the register."""
        wanted: Sequence[Mapping[str, str]] = raw.fields.get(FIELD, ())
        if not wanted:
            return raw
        found = [(each, names.named(self.entries, each["name"], home=self.home)) for each in wanted]
        known = [{"slug": entry.slug, "role": each["role"]} for each, entry in found if entry]
        unknown = [each["name"][:LONGEST_NAME] for each, entry in found if entry is None]
        fields = {name: value for name, value in raw.fields.items() if name != FIELD}
        hint = (Problem(field=FIELD, code="import_organisations_unknown", values={"names": unknown}),)
        return replace(
            raw, fields=fields | ({FIELD: known} if known else {}), remarks=raw.remarks + (hint if unknown else ())
        )
