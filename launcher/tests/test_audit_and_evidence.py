"""What do an auditor's commands find in a district, and what does a bundle of evidence prove to a stranger?"""

from __future__ import annotations

import asyncio
import hashlib
import io
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.console import Console
from typer.testing import CliRunner

from shenguan_chassis.evidence import verify_evidence as verifier
from shenguan_launcher.audit import told, verified
from shenguan_launcher.audit_export import verified_export, write_export
from shenguan_launcher.chains import Chain
from shenguan_launcher.demo import fresh_state
from shenguan_launcher.district import SERVICES
from shenguan_launcher.evidence import joined
from shenguan_launcher.main import app
from shenguan_launcher.people import caller_of, person
from shenguan_launcher.reaching import Reach, reached
from shenguan_launcher.serving import serving
from shenguan_launcher.story.acts import be_watched, found_the_district, grant_a_licence, publish_the_item
from shenguan_launcher.story.narrator import Narrator
from shenguan_launcher.story.stage import Stage

pytestmark = pytest.mark.slow
Change = Callable[[dict[str, bytes]], object]


@dataclass(frozen=True)
class Told:
    """A case that was granted and watched, its bundle, and audits before and after somebody's forgery."""

    bundle: bytes
    subjects: list[str]
    whole: dict[str, Chain]
    forged: dict[str, Chain]
    keys: dict[str, set[str]]
    exports: list[Path]


@pytest.fixture(scope="module")
def story(tmp_path_factory: pytest.TempPathFactory) -> Told:
    return asyncio.run(_told(tmp_path_factory.mktemp("exports")))


async def _told(folder: Path) -> Told:
    with fresh_state() as state:
        async with serving(state, 0) as running, httpx.AsyncClient(timeout=30) as http:
            quiet = Narrator(Console(file=io.StringIO()), lambda: datetime.now(UTC))
            urls = {service.name: running.url for service in SERVICES}
            stage = Stage(urls, state.issuer(), quiet, http, running.district.clock.legal)
            for act in (found_the_district, publish_the_item, grant_a_licence, be_watched):
                await act(stage)
            reach = Reach(urls, state.issuer().issue(caller_of(person("auditor"))))
            bundle = await asyncio.to_thread(_joined, reach, f"case/{stage.facts['case']['id']}")
            whole, keys = await asyncio.to_thread(_audited, reach)
            exports = [folder / "whole.zip", folder / "forged.zip"]
            await asyncio.to_thread(_exported, reach, exports[0])
            await running.district.runtimes["approval"].pool.execute(
                "UPDATE journal SET person = 'nobody' WHERE command = 'accept_case'"
            )
            forged, _ = await asyncio.to_thread(_audited, reach)
            await asyncio.to_thread(_exported, reach, exports[1])
            return Told(bundle.raw, bundle.subjects, whole, forged, keys, exports)


def _joined(reach: Reach, case: str) -> Any:
    with reached(reach) as services:
        return joined(services, case)


def _audited(reach: Reach) -> tuple[dict[str, Chain], dict[str, set[str]]]:
    with reached(reach) as services:
        keys = {name: {key["key"] for key in one.get("/journal/keys")["keys"]} for name, one in services.items()}
        return verified(services), keys


def _exported(reach: Reach, path: Path) -> None:
    with reached(reach) as services:
        write_export(services, path)


def test_an_export_says_offline_what_the_running_services_say(story: Told) -> None:
    whole, forged = (verified_export(path) for path in story.exports)

    assert [chain.findings for chain in whole.values()] == [[]] * 4
    assert {name: chain.findings for name, chain in forged.items()} == {
        name: chain.findings for name, chain in story.forged.items()
    }
    assert all(whole[name].entries >= chain.entries for name, chain in story.whole.items())


def test_the_command_ends_with_1_where_an_export_is_not_whole(story: Told) -> None:
    verdicts = [CliRunner().invoke(app, ["audit", "verify", "--file", str(path)]) for path in story.exports]

    assert [verdict.exit_code for verdict in verdicts] == [0, 1]
    assert "accept_case" in verdicts[1].output


def test_every_journal_is_whole_and_was_witnessed_by_the_others(story: Told) -> None:
    for name, chain in story.whole.items():
        assert chain.findings == []
        others = {service.name for service in SERVICES} - {name}
        assert set(chain.witnesses) == (others if chain.entries else set())
    assert [name for name, chain in story.whole.items() if not chain.entries] == ["expert"]


def test_what_somebody_changed_in_one_database_is_named_and_the_others_are_whole(story: Told) -> None:
    out = io.StringIO()

    told(Console(file=out, width=200), "approval", story.forged["approval"])

    [finding] = story.forged["approval"].findings
    assert finding.fault == "changed"
    assert "accept_case" in finding.about
    assert f"第 {finding.entry} 条" in out.getvalue()
    assert [name for name, chain in story.forged.items() if chain.findings] == ["approval"]


def test_the_bundle_holds_and_follows_the_story_to_all_that_it_led_to(story: Told) -> None:
    lines = verifier.check(story.bundle, story.keys)

    assert len(lines) == 4
    assert {"case", "license", "watch", "obligation", "item"} <= {one.partition("/")[0] for one in story.subjects}
    assert all("witnessed by" in line for line in lines if "无相关记录" not in line)


def test_the_bundle_tells_people_what_happened_in_its_order(story: Told) -> None:
    text = verifier.unpacked(story.bundle)["README.txt"].decode()

    order = ["CaseSubmitted", "CaseAccepted", "ApprovalIssued", "SupervisionAssigned", "ApprovalClaimed"]
    places = [text.index(name) for name in order]
    assert places == sorted(places)
    assert "操作 grant_case" in text
    assert "not_allowed" in text


def test_keys_and_answers_are_in_the_bundle_by_their_hash_only(story: Told) -> None:
    parts = {name: raw for name, raw in verifier.unpacked(story.bundle).items() if name.startswith("parts/")}

    assert not [name for name, raw in parts.items() if b"idem_key" in raw or b'\\"answer\\"' in raw]


def test_a_bundle_under_keys_that_are_not_the_published_ones_is_rejected(story: Told) -> None:
    strangers = {name: {"ab" * 32} for name in story.keys}

    with pytest.raises(verifier.Rejected, match="does not publish"):
        verifier.check(story.bundle, strangers)


@settings(max_examples=300, deadline=None)
@given(data=st.data())
def test_whichever_byte_is_changed_the_bundle_is_rejected(story: Told, data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(story.bundle) - 1))
    flip = data.draw(st.integers(1, 255))
    mutated = story.bundle[:at] + bytes([story.bundle[at] ^ flip]) + story.bundle[at + 1 :]

    with pytest.raises(verifier.Rejected):
        verifier.check(mutated)


@settings(max_examples=40, deadline=None)
@given(data=st.data())
def test_wherever_it_is_cut_the_bundle_is_rejected(story: Told, data: st.DataObject) -> None:
    length = data.draw(st.integers(0, len(story.bundle) - 1))

    with pytest.raises(verifier.Rejected):
        verifier.check(story.bundle[:length])


def anew(bundle: bytes, change: Change) -> bytes:
    """The bundle after a change by somebody who then writes everything that needs no key as it should be."""
    files = verifier.unpacked(bundle)
    subject = json.loads(files.pop("manifest.json"))["subject"]
    change(files)
    listed = {name: hashlib.sha256(content).hexdigest() for name, content in files.items()}
    manifest = {"format": verifier.FORMAT, "subject": subject, "files": listed}
    return verifier.packed({**files, "manifest.json": verifier.canonical(manifest)})


def in_part(change: Callable[[Any], object]) -> Change:
    """A change of what approval-svc gave."""

    def changed(files: dict[str, bytes]) -> None:
        part = json.loads(files["parts/approval.json"])
        change(part["part"])
        files["parts/approval.json"] = verifier.canonical(part)

    return changed


def longer(name: str) -> Change:
    return lambda files: files.update({name: files[name] + b"\n"})


def without(name: str) -> Change:
    return lambda files: files.pop(name)


def _altered(entry: dict[str, Any]) -> None:
    entry["text"] = entry["text"].replace("{", "{ ", 1)


FORGERIES: dict[str, tuple[Change, str]] = {
    "an entry altered": (in_part(lambda part: _altered(part["entries"][0])), "parts/approval.json"),
    "an entry left out": (in_part(lambda part: part["entries"].pop(1)), "parts/approval.json"),
    "entries exchanged": (in_part(lambda part: part["entries"].reverse()), "parts/approval.json"),
    "a statement left out": (in_part(lambda part: part["statements"].pop()), "parts/approval.json"),
    "the date altered": (in_part(lambda part: part.update(made_at="2020-01-01T00:00:00+00:00")), "parts/approval.json"),
    "a witness left out": (in_part(lambda part: part["witnessed"].pop()), "parts/approval.json"),
    "a service left out": (without("parts/approval.json"), "parts/approval.json"),
    "the story told otherwise": (longer("README.txt"), "README.txt"),
}


@pytest.mark.parametrize("forgery", FORGERIES)
def test_who_writes_it_anew_without_the_keys_is_found_and_the_file_named(story: Told, forgery: str) -> None:
    change, place = FORGERIES[forgery]

    with pytest.raises(verifier.Rejected) as rejected:
        verifier.check(anew(story.bundle, change))

    assert place in rejected.value.place


def test_an_attachment_altered_left_out_or_added_is_found_and_named(story: Told) -> None:
    attachment = next(name for name in verifier.unpacked(story.bundle) if name.startswith("attachments/"))
    more = "attachments/approval/more.txt"
    forgeries: list[tuple[Change, str]] = [
        (longer(attachment), attachment),
        (without(attachment), attachment),
        (lambda files: files.update({more: b"more"}), more),
    ]

    for change, place in forgeries:
        with pytest.raises(verifier.Rejected) as rejected:
            verifier.check(anew(story.bundle, change))
        assert rejected.value.place == place


def test_the_command_verifies_offline_and_names_what_is_wrong(story: Told, tmp_path: Path) -> None:
    whole, forged = tmp_path / "whole.zip", tmp_path / "forged.zip"
    whole.write_bytes(story.bundle)
    forged.write_bytes(anew(story.bundle, FORGERIES["an entry altered"][0]))

    verdicts = [CliRunner().invoke(app, ["evidence", "verify", str(path)]) for path in (whole, forged)]

    assert [verdict.exit_code for verdict in verdicts] == [0, 1]
    assert "成立" in verdicts[0].output
