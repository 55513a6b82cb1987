"""What `shenguan compose-env` makes, who may read it, and that it never takes anything away."""

from __future__ import annotations

import asyncio
import re
import stat
from pathlib import Path

import pytest
import yaml
from typer.testing import CliRunner

from shenguan_chassis.clock import RealClock
from shenguan_chassis.identity import TokenPolicy, TokenVerifier
from shenguan_chassis.identity.jwks_file import JwksFile
from shenguan_kernel.powers import POWERS
from shenguan_launcher.district import AUDIENCE, ISSUER
from shenguan_launcher.main import app

COMPOSE = (Path(__file__).parents[2] / "docker-compose.yml").read_text(encoding="utf-8")


def shenguan(*words: str) -> str:
    result = CliRunner().invoke(app, list(words))
    assert result.exit_code == 0, result.output
    return result.stdout.strip()


@pytest.fixture
def made(tmp_path: Path) -> Path:
    shenguan("compose-env", "--folder", str(tmp_path))
    return tmp_path


def everything(folder: Path) -> dict[Path, str]:
    return {path: path.read_text() for path in folder.rglob("*") if path.is_file()}


def test_every_secret_and_every_demanded_variable_of_the_compose_file_is_made(made: Path) -> None:
    files = [entry["file"] for entry in yaml.safe_load(COMPOSE)["secrets"].values()]
    wanted = {file.removeprefix("${SHENGUAN_SECRETS:-./secrets}/") for file in files}
    demanded = set(re.findall(r"\$\{(\w+):\?", COMPOSE))
    settings = dict(line.split("=", 1) for line in (made / ".env").read_text().splitlines() if not line.startswith("#"))

    assert wanted <= {str(path.relative_to(made / "secrets")) for path in (made / "secrets").rglob("*")}
    assert demanded <= set(settings)


def test_a_second_run_changes_nothing(made: Path) -> None:
    before = everything(made)

    shenguan("compose-env", "--folder", str(made))

    assert everything(made) == before


def test_what_was_lost_is_made_again_and_what_an_operator_set_stays(made: Path) -> None:
    (made / ".env").write_text("SHENGUAN_DIVISION=370303\n")
    (made / "secrets" / "notify_database_url").unlink()

    shenguan("compose-env", "--folder", str(made))

    assert (made / ".env").read_text() == "SHENGUAN_DIVISION=370303\n"
    assert (made / "secrets" / "notify_database_url").exists()


def test_no_two_passwords_are_alike_and_none_is_short(made: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    other = tmp_path_factory.mktemp("other")
    shenguan("compose-env", "--folder", str(other))

    passwords = [
        word
        for folder in (made, other)
        for path in (folder / "secrets").rglob("*")
        if path.is_file()
        for word in re.findall(r"[0-9a-f]{64}", path.read_text())
    ]

    assert len(passwords) == len(set(passwords)) == 18


def test_the_folder_is_its_owners_alone_while_a_container_of_any_user_may_read_the_files_it_is_given(
    made: Path,
) -> None:
    def mode(name: str) -> int:
        return stat.S_IMODE((made / name).stat().st_mode)

    assert mode("secrets") == 0o700
    assert mode("secrets/approval_database_url") == 0o444
    assert mode("secrets/public/jwks.json") == 0o444
    assert mode("secrets/issuer/token-keys.json") == 0o600
    assert mode(".env") == 0o600


def test_a_department_that_reads_its_feed_gets_a_user_and_the_others_keep_theirs(made: Path) -> None:
    before = everything(made)

    shenguan("compose-env", "--folder", str(made), "--feed", "fire", "--feed", "housing")

    fresh = {str(path.relative_to(made)) for path in everything(made).keys() - before.keys()}
    assert fresh == {"secrets/kafka/feed-fire", "secrets/kafka/feed-housing"}
    assert before.items() <= everything(made).items()


@pytest.mark.parametrize("code", ["../approval", "Fire", "", "a b"])
def test_what_is_no_department_code_gets_no_user(tmp_path: Path, code: str) -> None:
    result = CliRunner().invoke(app, ["compose-env", "--folder", str(tmp_path), "--feed", code])

    assert result.exit_code == 2
    assert not (tmp_path / "approval").exists()


def test_no_private_key_is_in_the_folder_that_containers_see(made: Path) -> None:
    assert '"d"' in (made / "secrets/issuer/token-keys.json").read_text()
    assert '"d"' not in (made / "secrets/public/jwks.json").read_text()


async def test_the_services_believe_a_token_of_this_issuer(made: Path) -> None:
    token = await asyncio.to_thread(shenguan, "token", "overseer", "--data", str(made / "secrets/issuer"))
    keys = JwksFile(made / "secrets/public/jwks.json")

    caller = await TokenVerifier(keys, TokenPolicy(ISSUER, AUDIENCE), POWERS, RealClock().system).verify(token)

    assert caller.roles == {"overseer"}
