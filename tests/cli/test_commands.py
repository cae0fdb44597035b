"""The command line itself: exit codes, what goes where, sentences instead of traces."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from calendar_service.cli.commands import COMMANDS
from tests.cli.conftest import Run
from tests.processes import ROOT


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_explains_itself(run: Run, name: str) -> None:
    said = run(name, "--help")
    assert said.code == 0
    assert said.out.startswith(f"usage: calendar-service {name} ")
    assert "--json" in said.out


def test_help_lists_every_command(run: Run) -> None:
    said = run("--help")
    listed = {line.split()[0] for line in said.out.splitlines() if line.startswith("    ")}
    assert said.code == 0
    assert set(COMMANDS) <= listed


@pytest.mark.parametrize("words", [[], ["nix"], ["invite"], ["serve", "--workers", "many"], ["--version"]])
def test_wrong_use_is_told_on_stderr_with_exit_code_2(run: Run, words: list[str]) -> None:
    said = run(*words)
    assert said.code == 2
    assert said.out == ""
    assert "usage: calendar-service" in said.err


def test_help_asks_for_no_setting_and_makes_nothing(
    run: Run, surroundings: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PORT", "nonsense")
    assert run("serve", "--help").code == 0
    assert not surroundings.exists()


def test_a_wrong_setting_has_exit_code_2(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CALENDAR_TIMEZONE", "Lima")
    said = run("migrate")
    assert (said.code, said.out) == (2, "")
    assert said.err == "CALENDAR_TIMEZONE: 'Lima' is not a time zone like America/Lima\n"


def test_a_locale_that_the_metropolis_does_not_speak_is_refused(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CALENDAR_LOCALE", "fi_FI")
    said = run("migrate")
    assert said.code == 2
    assert said.err.startswith("CALENDAR_LOCALE: 'fi_FI' is not spoken in ")


def test_a_command_before_the_schema_says_what_to_do(run: Run, nothing: str) -> None:
    said = run("load")
    assert (said.code, said.out) == (1, "")
    assert "run `calendar-service migrate` first" in said.err


def test_a_reader_that_goes_away_ends_a_command_quietly(tmp_path: Path) -> None:
    """`calendar-service … | head -1`."""
    program = "import sys; from calendar_service.cli import main; sys.exit(main(['--help']))"
    with subprocess.Popen(
        [sys.executable, "-c", program], cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as running:
        assert running.stdout
        running.stdout.close()
        assert running.stderr
        assert "Traceback" not in running.stderr.read()
