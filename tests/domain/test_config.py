"""Settings: every one is read, and every nonsense is refused with one sentence that names it (R18, S51)."""

from __future__ import annotations

import os
import stat
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from calendar_service.config.keys import make_private_file, rotate_kept_secret
from calendar_service.config.reading import NAMES, read_settings, unknown_settings
from calendar_service.config.refusing import BadSetting, UnwritableFolder
from calendar_service.config.settings import SHIPPED_METROPOLIS, MailRate, MailServer, Settings

SECRET = "a secret of the operator, long enough"
POSTGRESQL = "postgresql://agenda:clave@db.example:5432/agenda"


def read(folder: Path, **given: str) -> Settings:
    """Settings whose data folder is `folder` unless a test says otherwise."""
    return read_settings({"CALENDAR_DATA_DIR": str(folder), **given})


def test_without_a_setting_everything_has_a_default(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    settings = read_settings({})
    secret = (tmp_path / "var" / "secret").read_bytes()
    assert settings == Settings(
        database_url=f"sqlite:///{tmp_path}/var/calendar.sqlite", data_dir=tmp_path / "var",
        base_url="http://127.0.0.1:8000", secrets=(secret,), metropolis=SHIPPED_METROPOLIS, timezone=None,
        locale=None, mail=None, mail_from="agenda@127.0.0.1", mail_bounces="", mail_rate=MailRate(), trusted_proxies=0,
        metrics_allow=("127.0.0.0/8", "::1/128"),
    )  # fmt: skip
    assert settings.has_default_database
    assert settings.is_loopback
    assert not settings.is_https


def test_every_setting_is_heeded(tmp_path: Path) -> None:
    given = {
        "CALENDAR_DATABASE_URL": POSTGRESQL, "CALENDAR_DATA_DIR": str(tmp_path / "data"),
        "CALENDAR_BASE_URL": "https://agenda.example.org/", "CALENDAR_SECRET_KEY": SECRET,
        "CALENDAR_METROPOLIS": str(SHIPPED_METROPOLIS), "CALENDAR_TIMEZONE": "America/Bogota",
        "CALENDAR_LOCALE": "es-CO", "CALENDAR_MAIL_URL": "smtp://a%40b:c%3Ad@mail.example:2525?tls=none",
        "CALENDAR_MAIL_FROM": "cultura@agenda.example.org", "CALENDAR_MAIL_BOUNCES": "bounces@agenda.example.org",
        "CALENDAR_MAIL_RATE": "2000/day 60/minute", "CALENDAR_MAIL_WARMUP": "2026-12-01",
        "CALENDAR_TRUSTED_PROXIES": "2", "CALENDAR_METRICS_ALLOW": "10.0.0.7, fd00::/8",
    }  # fmt: skip
    assert given.keys() == NAMES
    settings = read_settings(given)
    assert settings == Settings(
        database_url=POSTGRESQL, data_dir=tmp_path / "data", base_url="https://agenda.example.org",
        secrets=(SECRET.encode(),), metropolis=SHIPPED_METROPOLIS, timezone="America/Bogota", locale="es_CO",
        mail=MailServer(host="mail.example", port=2525, user="a@b", password="c:d", tls="none"),
        mail_from="cultura@agenda.example.org", mail_bounces="bounces@agenda.example.org",
        mail_rate=MailRate(per_minute=60, per_day=2000, warmup=date(2026, 12, 1)), trusted_proxies=2,
        metrics_allow=("10.0.0.7", "fd00::/8"),
    )  # fmt: skip
    assert settings.is_https
    assert not settings.is_loopback
    assert not settings.has_default_database


NONSENSE = [
    ("PORT", "none"),
    ("PORT", "0"),
    ("PORT", "65536"),
    ("PORT", "٨٠٠٠"),
    ("HOST", "two words"),
    ("HOST", "example.org/agenda"),
    ("CALENDAR_BASE_URL", "agenda.example.org"),
    ("CALENDAR_BASE_URL", "ftp://agenda.example.org"),
    ("CALENDAR_BASE_URL", "https://agenda.example.org/calendar"),
    ("CALENDAR_BASE_URL", "https://agenda.example.org?x=1"),
    ("CALENDAR_BASE_URL", "https://user@agenda.example.org"),
    ("CALENDAR_BASE_URL", "https://agenda.example.org:70000"),
    ("CALENDAR_BASE_URL", "https://[::1"),
    ("CALENDAR_BASE_URL", "https://agenda .example.org"),
    ("CALENDAR_DATABASE_URL", "mysql://localhost/agenda"),
    ("CALENDAR_DATABASE_URL", "sqlite:///"),
    ("CALENDAR_DATABASE_URL", "sqlite:///:memory:"),
    ("CALENDAR_DATABASE_URL", "postgresql://localhost:puerto/agenda"),
    ("CALENDAR_SECRET_KEY", "short"),
    ("CALENDAR_METROPOLIS", "/nowhere"),
    ("CALENDAR_TIMEZONE", "America/Nowhere"),
    ("CALENDAR_TIMEZONE", "../etc/passwd"),
    ("CALENDAR_TIMEZONE", "localtime"),
    ("CALENDAR_TIMEZONE", "right/America/Lima"),
    ("CALENDAR_LOCALE", "xx_YY"),
    ("CALENDAR_LOCALE", "not a locale"),
    ("CALENDAR_MAIL_URL", "mail.example:25"),
    ("CALENDAR_MAIL_URL", "smtps://mail.example"),
    ("CALENDAR_MAIL_URL", "smtp://"),
    ("CALENDAR_MAIL_URL", "smtp://mail.example:99999"),
    ("CALENDAR_MAIL_URL", "smtp://mail.example?tls=maybe"),
    ("CALENDAR_MAIL_URL", "smtp://mail.example?ssl=none"),
    ("CALENDAR_MAIL_FROM", "Cultura <agenda@example.org>"),
    ("CALENDAR_MAIL_FROM", "agenda"),
    ("CALENDAR_MAIL_BOUNCES", "bounces"),
    ("CALENDAR_MAIL_RATE", "60"),
    ("CALENDAR_MAIL_RATE", "0/minute"),
    ("CALENDAR_MAIL_RATE", "60/hour"),
    ("CALENDAR_MAIL_RATE", "60/minute 30/minute"),
    ("CALENDAR_MAIL_WARMUP", "tomorrow"),
    ("CALENDAR_MAIL_BOUNCES", "a+b@example.org"),
    ("CALENDAR_MAIL_BOUNCES", f"{'b' * 24}@example.org"),
    ("CALENDAR_MAIL_FROM", "a@example.org\r\nBcc: b@example.org"),
    ("CALENDAR_TRUSTED_PROXIES", "-1"),
    ("CALENDAR_TRUSTED_PROXIES", "6"),
    ("CALENDAR_TRUSTED_PROXIES", "²"),
    ("CALENDAR_TRUSTED_PROXIES", "yes"),
    ("CALENDAR_METRICS_ALLOW", "everybody"),
    ("CALENDAR_METRICS_ALLOW", "10.0.0.0/33"),
]


@pytest.mark.parametrize(("name", "value"), NONSENSE)
def test_nonsense_is_refused_in_one_sentence_that_names_the_setting(tmp_path: Path, name: str, value: str) -> None:
    with pytest.raises(BadSetting) as refusal:
        read(tmp_path / "data", **{name: value})
    assert str(refusal.value).startswith(f"{name}: ")
    assert "\n" not in str(refusal.value)
    assert not (tmp_path / "data").exists()  # a slip of the pen leaves nothing behind


def test_there_is_nonsense_for_every_setting() -> None:
    assert {name for name, _ in NONSENSE} == NAMES - {"CALENDAR_DATA_DIR"} | {"HOST", "PORT"}


def test_a_refusal_repeats_no_password(tmp_path: Path) -> None:
    for name, value in (
        ("CALENDAR_MAIL_URL", "smtp://u:clave@mail.example:99999"),
        ("CALENDAR_DATABASE_URL", "postgresql://u:clave@host:puerto/a"),
        ("CALENDAR_SECRET_KEY", "clave"),
    ):
        with pytest.raises(BadSetting) as refusal:
            read(tmp_path, **{name: value})
        assert "clave" not in str(refusal.value)


def test_settings_show_no_secret_when_printed(tmp_path: Path) -> None:
    mail = "smtp://u:contrasena@mail.example"
    shown = repr(
        read(
            tmp_path,
            CALENDAR_DATABASE_URL=POSTGRESQL,
            CALENDAR_SECRET_KEY=SECRET,
            CALENDAR_MAIL_URL=mail,
        )
    )
    assert not any(each in shown for each in ("contrasena", "clave", SECRET))
    assert "mail.example" in shown


@pytest.mark.parametrize(
    ("host", "port", "base"),
    [
        ("127.0.0.1", "8123", "http://127.0.0.1:8123"),
        ("::1", "8000", "http://[::1]:8000"),
        ("0.0.0.0", "80", "http://0.0.0.0:80"),  # noqa: S104 - never listened at
    ],
)
def test_the_base_url_follows_host_and_port(tmp_path: Path, host: str, port: str, base: str) -> None:
    assert read(tmp_path, HOST=host, PORT=port).base_url == base


@pytest.mark.parametrize(
    ("base", "loopback"),
    [
        ("http://localhost:8000", True),
        ("http://127.0.0.9", True),
        ("http://[::1]:8000", True),
        ("http://agenda.localhost", True),
        ("http://0.0.0.0:8000", False),
        ("http://192.168.1.5:8000", False),
        ("https://localhost.example.org", False),
    ],
)
def test_only_this_machine_is_loopback(tmp_path: Path, base: str, loopback: bool) -> None:
    assert read(tmp_path, CALENDAR_BASE_URL=base).is_loopback is loopback


@pytest.mark.parametrize(("tls", "port"), [("starttls", 587), ("implicit", 465), ("none", 25)])
def test_the_mail_port_follows_the_kind_of_tls(tmp_path: Path, tls: str, port: int) -> None:
    mail = read(tmp_path, CALENDAR_MAIL_URL=f"smtp://mail.example?tls={tls}").mail
    assert mail == MailServer(host="mail.example", port=port, tls=tls)


def test_mail_is_handed_over_under_tls_unless_told_otherwise(tmp_path: Path) -> None:
    mail = read(tmp_path, CALENDAR_MAIL_URL="smtp://mail.example").mail
    assert mail == MailServer(host="mail.example", port=587, tls="starttls")


def test_a_shared_database_asks_for_a_secret_of_its_own(tmp_path: Path) -> None:
    with pytest.raises(BadSetting, match=r"^CALENDAR_SECRET_KEY: must be set"):
        read(tmp_path, CALENDAR_DATABASE_URL=POSTGRESQL, CALENDAR_BASE_URL="https://agenda.example.org")
    assert read(tmp_path, CALENDAR_DATABASE_URL=POSTGRESQL).secrets  # on this machine alone it need not be


# --- the data folder and the secret in it ---


def test_the_data_folder_is_closed_to_others(tmp_path: Path) -> None:
    read(tmp_path / "deep" / "data")
    assert stat.S_IMODE((tmp_path / "deep" / "data").stat().st_mode) & 0o007 == 0


def test_the_secret_is_made_once_and_for_the_service_alone(tmp_path: Path) -> None:
    first, second = read(tmp_path), read(tmp_path)
    assert first.secrets == second.secrets
    assert len(first.secrets[0]) >= 32
    assert stat.S_IMODE((tmp_path / "secret").stat().st_mode) == 0o600
    assert [each.name for each in tmp_path.iterdir()] == ["secret"]


def test_processes_that_start_together_share_one_secret(tmp_path: Path) -> None:
    """S51: none of them ever reads a half-written file."""
    with ThreadPoolExecutor(16) as together:
        secrets = {each.secrets for each in together.map(lambda _: read(tmp_path), range(64))}
    assert len(secrets) == 1


def test_a_private_file_that_is_there_stays_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "kept"
    make_private_file(path, "first")
    make_private_file(path, "second")
    assert path.read_text() == "first"


@pytest.mark.parametrize("content", ["", "short", "short\n"])
def test_a_damaged_secret_stops_the_start(tmp_path: Path, content: str) -> None:
    (tmp_path / "secret").write_text(content)
    with pytest.raises(BadSetting, match=r"^CALENDAR_DATA_DIR: the secret in .* is shorter than 32 bytes"):
        read(tmp_path)
    assert (tmp_path / "secret").read_text() == content  # never replaced: what was signed with it would be lost


def test_a_secret_that_cannot_be_read_stops_the_start(tmp_path: Path) -> None:
    (tmp_path / "secret").mkdir()
    with pytest.raises(BadSetting, match=r"^CALENDAR_DATA_DIR: the secret in .* cannot be read"):
        read(tmp_path)


def test_a_file_in_the_place_of_the_data_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "var").write_text("in the way")
    with pytest.raises(UnwritableFolder, match=r"^CALENDAR_DATA_DIR: the folder .* cannot be written"):
        read(tmp_path / "var")


def test_a_folder_that_may_not_be_written_is_refused() -> None:
    with TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        (data := Path(folder) / "var").mkdir(mode=0o555)
        child = os.fork()
        if child == 0:  # here as nobody: to root nothing is forbidden
            os._exit(_told_that_it_cannot_be_written(data))
        assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0


def _told_that_it_cannot_be_written(data: Path) -> int:
    if os.geteuid() == 0:
        os.setuid(65534)
    try:
        read(data, CALENDAR_SECRET_KEY=SECRET)
    except UnwritableFolder as refusal:
        return 0 if str(refusal).endswith("cannot be written (Permission denied)") else 1
    return 1


def test_a_mistyped_name_is_noticed() -> None:
    given = {"CALENDAR_BASEURL": "x", "CALENDAR_BASE_URL": "x", "HOME": "x", "CALENDAR_MAIL": "x"}
    assert unknown_settings(given) == ["CALENDAR_BASEURL", "CALENDAR_MAIL"]


def test_a_fresh_key_goes_before_the_former_ones_which_are_still_read_s51(tmp_path: Path) -> None:
    first = read(tmp_path).secrets
    assert (rotate_kept_secret(tmp_path), rotate_kept_secret(tmp_path)) == (2, 3)
    after = read(tmp_path).secrets
    assert (len(set(after)), after[2:]) == (3, first)
    assert stat.S_IMODE((tmp_path / "secret").stat().st_mode) == 0o600
    assert [each.name for each in tmp_path.iterdir()] == ["secret"]


@pytest.mark.parametrize(
    ("told", "keys"),
    [(f"{'a' * 32} {'b' * 40}", ["a" * 32, "b" * 40]), ("una frase larga con espacios de antes",) * 2]
)  # fmt: skip
def test_several_keys_stand_apart_and_a_phrase_is_one(tmp_path: Path, told: str, keys: list[str] | str) -> None:
    expected = [keys] if isinstance(keys, str) else keys
    assert [each.decode() for each in read(tmp_path, CALENDAR_SECRET_KEY=told).secrets] == expected
