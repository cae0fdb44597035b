"""What a longer text says where no markup is understood: calendars, news readers, search engines."""

from __future__ import annotations

import pytest

from calendar_service.prose import unmarked


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("**Hola**, _vecinas_ y `amigos`", "Hola, vecinas y amigos"),
        ("[Entradas](https://sala.example/a_b)", "Entradas (https://sala.example/a_b)"),
        ("<https://sala.example> o [https://sala.example](https://sala.example)", "https://sala.example o https://sala.example"),
        ("[Escriba](mailto:cultura@barranco.example)", "Escriba (mailto:cultura@barranco.example)"),
        ("[aquí](/events) y [ahí](ftp://x.example)", "aquí y ahí"),
        ("[no](javascript:alert(1))", "[no](javascript:alert(1))"),
        ("Traer:\n* **agua**\n* gorra\n\nFin", "Traer:\n- agua\n- gorra\n\nFin"),
        ("- uno\n  1. a\n  2. b\n\n     más\n- dos", "- uno\n  1. a\n  2. b\n\n    más\n- dos"),
        ("> Cita\n> larga", "Cita\nlarga"),
        ("a&#x202e;&#7;&#0;b", "ab"),
        ("7 \\* 6 &amp; <b>fin</b>", "7 * 6 & <b>fin</b>"),
        ("# Título\n***\n1986. Fue\n![x](https://x.example)", "# Título\n***\n1986. Fue\n!x (https://x.example)"),
        ("Sin marcas, 2.5 km - gratis\n\n\n  y así", "Sin marcas, 2.5 km - gratis\n\n\n  y así"),
    ],
)  # fmt: skip
def test_marks_are_gone_and_what_they_said_stays(typed: str, said: str) -> None:
    assert unmarked(typed) == said


def test_what_is_plain_stays_as_it_is() -> None:
    plain = unmarked("Con **fuerza**:\n\n- [una](https://una.example)\n- dos")
    assert unmarked(plain) == plain
