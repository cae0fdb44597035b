"""The fixed vocabularies: slugs that never change, labels in each language."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from sqlalchemy.orm import Mapped, mapped_column

from calendar_service.domain.columns import Base, Details, Slug
from calendar_service.text import fold


class TermRow(Base, kw_only=True, eq=False, repr=False):
    """A term as last loaded: by it `load` sees which labels changed, and so which events' texts did."""

    __tablename__ = "term"

    kind: Mapped[Slug] = mapped_column(primary_key=True)
    slug: Mapped[Slug] = mapped_column(primary_key=True)
    labels: Mapped[Details] = mapped_column(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """A term of a vocabulary. `labels` by language; `more` holds what that vocabulary alone has (ages, schema type)."""

    slug: str
    labels: Mapping[str, str]
    parent: str | None = None
    sort: int = 0
    more: Mapping[str, str] = field(default_factory=dict)

    def label(self, language: str) -> str:
        """The label in a language, else in the first one there is."""
        return self.labels.get(language) or next(iter(self.labels.values()))


@dataclass(frozen=True, kw_only=True)
class Vocabulary:
    """All terms of one kind, in their order."""

    kind: str
    terms: tuple[Term, ...]

    @cached_property
    def by_slug(self) -> Mapping[str, Term]:
        """Look-up by slug."""
        return {each.slug: each for each in self.terms}

    @cached_property
    def by_word(self) -> Mapping[str, str]:
        """Slugs by what people write for them, folded: the slug, or a label in any language, its brackets or not."""
        words: dict[str, str] = {}
        for term in self.terms:
            bare = (each.partition(" (")[0] for each in term.labels.values())
            for each in (term.slug, *term.labels.values(), *bare):
                words.setdefault(fold(each), term.slug)
        return words

    def __contains__(self, slug: object) -> bool:
        return slug in self.by_slug

    def __getitem__(self, slug: str) -> Term:
        return self.by_slug[slug]

    def label(self, slug: str, language: str) -> str:
        """The label of a slug; of a retired one, the slug itself."""
        term = self.by_slug.get(slug)
        return term.label(language) if term else slug

    @cached_property
    def roots(self) -> tuple[Term, ...]:
        """The terms of the first level."""
        return tuple(each for each in self.terms if each.parent is None)

    def children(self, slug: str) -> tuple[Term, ...]:
        """The terms below one."""
        return tuple(each for each in self.terms if each.parent == slug)

    def root_of(self, slug: str) -> str:
        """The first-level slug above this one (itself when it is one, or unknown)."""
        term = self.by_slug.get(slug)
        return term.parent if term and term.parent else slug

    def with_children(self, slugs: tuple[str, ...]) -> tuple[str, ...]:
        """The slugs and all that lie below them: what a selection by discipline means."""
        below = (child.slug for slug in slugs for child in self.children(slug))
        return tuple(dict.fromkeys((*slugs, *below)))
