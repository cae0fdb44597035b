"""Every text is in every language: Spanish is the source, the other languages are folders of .po files.

In Python texts are arguments of `words.t("…")`, `words.n("…", "…", n)`, `words.p("context", "…")` and
`mark("…")`, in templates of `_("…")`, `ngettext("…", "…", n)`, `pgettext("context", "…")` and `{% trans %}`.
"""

from __future__ import annotations

import ast
import inspect
import re
from collections.abc import Iterable, Iterator
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract
from babel.messages.pofile import read_po

from calendar_service.domain import errors
from calendar_service.translations import FOLDER

ROOT = Path(__file__).parents[2]
TRANSLATED = sorted(folder.name for folder in FOLDER.iterdir() if folder.is_dir() and folder.name != "es")
FILES = sorted(FOLDER.glob("*/*.po"))
IN_CONTEXT = ((1, "c"), 2)
PYTHON_TEXTS: dict[str, Any] = {"t": None, "mark": None, "n": (1, 2), "p": IN_CONTEXT}
TEMPLATE_TEXTS: dict[str, Any] = {
    "_": None,
    "gettext": None,
    "ngettext": (1, 2),
    "pgettext": IN_CONTEXT,
    "npgettext": (*IN_CONTEXT, 3),
}
PLACEHOLDER = re.compile(r"%\((\w+)\)s|%%")

Text = tuple[str | None, tuple[str, ...]]
"""A text as it stands in the source: its context and its one or two forms."""


def python_files() -> list[Path]:
    return sorted([*ROOT.glob("calendar_service/**/*.py"), *ROOT.glob("feeds/**/*.py")])


def template_files() -> list[Path]:
    return sorted(path for path in ROOT.glob("templates/**/*") if path.is_file())


def forms(text: str | Iterable[str] | None) -> tuple[str, ...]:
    return (text,) if isinstance(text, str) else tuple(text or ())


def texts_in(source: bytes, method: str) -> Iterator[Text]:
    """What the source asks to be translated. `method` is Babel's: "python" or "jinja2"."""
    keywords = PYTHON_TEXTS if method == "python" else TEMPLATE_TEXTS
    options = {} if method == "python" else {"silent": "false"}
    for _, message, _, context in extract(method, BytesIO(source), keywords, options=options):
        if message:
            yield context, forms(message)


@cache
def texts_used() -> dict[Text, Path]:
    sources = [(path, "python") for path in python_files()] + [(path, "jinja2") for path in template_files()]
    return {text: path.relative_to(ROOT) for path, method in sources for text in texts_in(path.read_bytes(), method)}


@cache
def catalogue(file: Path) -> Catalog:
    with file.open("rb") as stream:
        return read_po(stream, abort_invalid=True)


def messages(language: str) -> list[tuple[Path, Message]]:
    files = sorted((FOLDER / language).glob("*.po"))
    return [(file, message) for file in files for message in catalogue(file) if message.id]


def texts_translated(language: str) -> dict[Text, tuple[str, ...]]:
    return {
        (message.context, forms(message.id)): forms(message.string)
        for _, message in messages(language)
        if not message.fuzzy and all(forms(message.string))
    }


def placeholders(text: str) -> set[str]:
    return {name for name in PLACEHOLDER.findall(text) if name}


def is_error(text: Text) -> bool:
    return text[1][0].startswith("error.")


def error_sentences(language: str) -> dict[str, str]:
    translated = texts_translated(language)
    return {text[1][0]: string[0] for text, string in translated.items() if is_error(text)}


def test_the_extraction_reads_python_and_templates_alike() -> None:
    python = b'w.t("a", x=1)\nself.n("b", "c", 2)\nw.p("ctx", "d")\nX = mark("e")\nw.t(variable)\n'
    template = b'{{ _("a") }}{{ ngettext("b", "c", n) }}{{ pgettext("ctx", "d") }}{% trans %}e{% endtrans %}'
    expected = [(None, ("a",)), (None, ("b", "c")), ("ctx", ("d",)), (None, ("e",))]
    assert list(texts_in(python, "python")) == list(texts_in(template, "jinja2")) == expected


@pytest.mark.parametrize("language", TRANSLATED)
def test_every_text_is_translated(language: str) -> None:
    translated = texts_translated(language)
    missing = {text: str(path) for text, path in texts_used().items() if text not in translated}
    assert missing == {}


@pytest.mark.parametrize("language", TRANSLATED)
def test_no_translation_is_left_over(language: str) -> None:
    used = texts_used()
    assert [text for text in texts_translated(language) if text not in used and not is_error(text)] == []


@pytest.mark.parametrize("file", FILES, ids=lambda file: f"{file.parent.name}/{file.name}")
def test_a_file_of_translations_is_whole(file: Path) -> None:
    """Each text once, none empty, none a guess; `error.…` only in errors-*.po and nothing else there."""
    found = [message for message in catalogue(file) if message.id]
    lines = file.read_text(encoding="utf-8").splitlines()
    assert len(found) == sum(line.startswith("msgid ") for line in lines) - 1, "a text stands twice"
    assert [message.id for message in found if message.fuzzy or not all(forms(message.string))] == []
    in_errors = file.name.startswith("errors-")
    assert [message.id for message in found if is_error((None, forms(message.id))) is not in_errors] == []


@pytest.mark.parametrize("language", ["es", *TRANSLATED])
def test_two_files_never_translate_one_text_differently(language: str) -> None:
    said: dict[Text, dict[tuple[str, ...], str]] = {}
    for file, message in messages(language):
        said.setdefault((message.context, forms(message.id)), {})[forms(message.string)] = file.name
    assert [text for text, ways in said.items() if len(ways) > 1] == []


@pytest.mark.parametrize("language", ["es", *TRANSLATED])
def test_all_files_of_a_language_count_alike(language: str) -> None:
    headers = {catalogue(file).plural_forms for file in (FOLDER / language).glob("*.po")}
    assert len(headers) == 1


@pytest.mark.parametrize("language", TRANSLATED)
def test_a_translation_shows_the_same_values_as_its_text(language: str) -> None:
    """The last form is the one for many; an earlier one may leave the number out ("cada semana")."""
    wrong = [
        text
        for text, strings in texts_translated(language).items()
        if not is_error(text)
        and (
            placeholders(strings[-1]) != placeholders(text[1][-1])
            or any(not placeholders(string) <= placeholders("".join(text[1])) for string in strings)
        )
    ]
    assert wrong == []


@pytest.mark.parametrize("language", ["es", *TRANSLATED])
def test_a_percent_sign_is_either_a_value_or_doubled(language: str) -> None:
    """All text is %-formatted: a lone percent sign would be an error where it is shown."""
    shown = [string for strings in texts_translated(language).values() for string in strings]
    sources = [form for _, text in texts_used() for form in text]
    assert [text for text in [*sources, *shown] if "%" in PLACEHOLDER.sub("", text)] == []


@pytest.mark.parametrize("language", TRANSLATED)
def test_every_error_has_its_sentence_in_every_language_with_the_same_values(language: str) -> None:
    spanish, other = error_sentences("es"), error_sentences(language)
    assert sorted(other) == sorted(spanish)
    assert [code for code in spanish if placeholders(spanish[code]) != placeholders(other[code])] == []


def calls_in(path: Path) -> Iterator[tuple[str, ast.Call]]:
    """Every call with the name of what is called, without what stands before its last dot."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name | ast.Attribute):
            yield node.func.id if isinstance(node.func, ast.Name) else node.func.attr, node


def is_domain_error(kind: object) -> bool:
    return inspect.isclass(kind) and issubclass(kind, errors.DomainError)


def where_codes_stand() -> dict[str, int]:
    """The calls that are given an error's code, and its place among their arguments."""
    kinds = inspect.getmembers(errors, is_domain_error)
    first = {name: 0 for name, kind in kinds if "code" in inspect.signature(kind).parameters}
    return {**first, "BadRule": 0, "sentence": 0, "of": 1, "Problem": 1}  # `of` is that of Invalid


def literal(nodes: list[ast.expr]) -> str | None:
    return nodes[0].value if nodes and isinstance(nodes[0], ast.Constant) and isinstance(nodes[0].value, str) else None


def codes_raised(path: Path) -> set[str]:
    """The codes in calls such as `Forbidden("not_yours")` and `Problem(field="end", code="too_early")`."""
    places = {"__init__": 0} if path == Path(errors.__file__) else where_codes_stand()
    codes = set()
    for name, call in calls_in(path):
        if name in places:
            by_name = [keyword.value for keyword in call.keywords if keyword.arg == "code"]
            codes.add(literal(by_name or call.args[places[name] :]))
    return {code for code in codes if code}


def test_every_error_that_is_raised_has_its_sentence() -> None:
    said = error_sentences("es")
    raised = {code: path.relative_to(ROOT) for path in python_files() for code in codes_raised(path)}
    assert {"invalid", "not_found", "stale"} <= raised.keys()
    assert {code: str(path) for code, path in raised.items() if f"error.{code}" not in said} == {}


def test_no_sentence_is_kept_for_an_error_that_nobody_raises() -> None:
    """Some codes are chosen before they are raised, so a name in quotes is enough."""
    code = "".join(path.read_text(encoding="utf-8") for path in python_files())
    assert [each for each in error_sentences("es") if f'"{each.removeprefix("error.")}"' not in code] == []


def test_no_text_is_put_together_before_it_is_translated_s21() -> None:
    """A text glued from parts is in no catalogue, and a value inside would be read as a format."""
    glued = [
        f"{path.relative_to(ROOT)}:{call.lineno}"
        for path in python_files()
        for name, call in calls_in(path)
        if name in PYTHON_TEXTS and call.args and isinstance(call.args[0], ast.JoinedStr | ast.BinOp)
    ]
    assert glued == []
