"""The verification page in a real browser, from a file and without a network, says what `verify_draw.py` says."""

import base64
import json
import os
import re
import shutil
from collections.abc import Iterator
from hashlib import sha256, sha512
from pathlib import Path
from random import Random
from typing import Any

import pytest
from playwright.sync_api import Page, sync_playwright

from shenguan_kernel.lots import verify_draw
from shenguan_kernel.lots.encoding import Hashing
from shenguan_kernel.lots.programs import page_source

pytestmark = pytest.mark.slow

BROWSERS = ("chromium", "chromium-browser", "google-chrome")
KEY = "03a107bff3ce10be1d70dd18e74bc09967e4d6309ba50d5f1ddc8664125531b8"


def a_browser() -> str:
    """The Chromium of this machine; none is a failure where everything must run, else a skip that says what it left."""
    found = next((path for name in BROWSERS if (path := shutil.which(name))), None)
    if found:
        return found
    missing = "NO CHROMIUM: verify_draw.html was not tried in any browser (Debian: apt-get install chromium)"
    if os.environ.get("CI") == "true":
        pytest.fail(missing)
    pytest.skip(missing)


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Page]:
    """The page as a stranger opens it: a file on disk, in a browser that is offline and notes every request."""
    file = tmp_path_factory.mktemp("page") / "verify_draw.html"
    file.write_bytes(page_source())
    options = ["--no-sandbox"] if os.geteuid() == 0 else []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=a_browser(), args=options)
        context = browser.new_context(offline=True)
        shown = context.new_page()
        shown.on("pageerror", lambda error: pytest.fail(f"the page failed: {error}"))
        shown.on("request", lambda request: asked.append(request.url))
        asked: list[str] = []
        shown.goto(file.as_uri())
        yield shown
        assert asked == [file.as_uri()]
        browser.close()


@pytest.fixture
def certificates(
    certificate: bytes, open_certificate: bytes, beacon_certificate: bytes, grown_certificate: bytes
) -> dict[str, bytes]:
    """One of each level, and one with everything that a certificate can hold."""
    return {"0": certificate, "1": open_certificate, "2": beacon_certificate, "grown": grown_certificate}


def on_page(page: Page, files: list[bytes]) -> list[tuple[int, str]]:
    """The page's verdict on each file: the exit code of `verify_draw.py`, and the place of a fault."""
    given = [base64.b64encode(file).decode() for file in files]
    script = "files => files.map(file => verdictOn(Uint8Array.from(atob(file), c => c.charCodeAt(0)), ''))"
    return [(verdict["code"], place(verdict["lines"][-1][1])) for verdict in page.evaluate(script, given)]


def by_file(certificate: bytes) -> tuple[int, str]:
    """The same of `verify_draw.py`."""
    try:
        verify_draw.verify(certificate)
    except verify_draw.Rejected as rejection:
        return 1, place(f"REJECTED at {rejection}")
    except verify_draw.NoVerdict:
        return 2, ""
    return 0, ""


def place(verdict: str) -> str:
    """Where a verdict says that the fault is; `byte` alone for what is no JSON: parsers give up in different places."""
    found = re.search(r"REJECTED at (.*?): ", verdict)
    where = found[1] if found else ""
    return "byte" if where.startswith("byte") and "JSON in UTF-8" in verdict else where


def every(certificates: dict[str, bytes]) -> list[bytes]:
    """The files alone."""
    return list(certificates.values())


def test_certificates_of_every_level_and_with_replacements_hold(page: Page, certificates: dict[str, bytes]) -> None:
    assert on_page(page, every(certificates)) == [(0, "")] * len(certificates)


def test_the_printed_certificates_of_the_specification_hold(page: Page) -> None:
    text = (Path(__file__).parents[3] / "docs" / "draw-specification.md").read_text(encoding="utf-8")
    printed = [found.encode() for found in re.findall(r"^```json\n(.*)\n```$", text, re.MULTILINE)]

    assert on_page(page, printed) == [(0, "")] * len(printed)


def test_a_changed_byte_is_found_where_the_file_finds_it(page: Page, certificates: dict[str, bytes]) -> None:
    chance = Random("page")
    mutants = []
    for original in every(certificates):
        for at in chance.sample(range(len(original)), 60):
            mutants += [original[:at] + bytes([original[at] ^ 1]) + original[at + 1 :]]

    assert on_page(page, mutants) == [by_file(mutant) for mutant in mutants]


@pytest.mark.whole
@pytest.mark.parametrize("which", ["0", "1", "2", "grown"])
def test_every_changed_byte_is_found(page: Page, certificates: dict[str, bytes], which: str) -> None:
    original = certificates[which]

    for start in range(0, len(original), 500):
        spots = range(start, min(start + 500, len(original)))
        mutants = [original[:at] + bytes([original[at] ^ 1]) + original[at + 1 :] for at in spots]
        verdicts = zip(mutants, on_page(page, mutants), strict=True)
        unplaced = [mutant for mutant, (code, where) in verdicts if code != 1 or not where]
        assert [by_file(mutant) for mutant in unplaced] == [(2, "")] * len(unplaced)  # another format has no verdict


def test_a_changed_value_is_found_where_the_file_finds_it(page: Page, certificates: dict[str, bytes]) -> None:
    mutants = [mutant for original in every(certificates) for mutant in with_changes(original, Random("values"), 25)]

    assert on_page(page, mutants) == [by_file(mutant) for mutant in mutants]


def with_changes(certificate: bytes, chance: Random, times: int) -> Iterator[bytes]:
    """Certificates with one member changed for one of another kind, canonical nevertheless."""
    odd: list[Any] = [None, 0, -1, 2**53 - 1, "", "甲", "e\u0301", "a\u200bb", "00" * 32, [], {}, True, ["b", "a"]]
    for _ in range(times):
        whole = json.loads(certificate)
        at, name = whole, chance.choice(list(whole))
        while isinstance(at[name], dict | list) and at[name] and chance.random() < 0.8:
            at = at[name]
            name = chance.choice(list(at) if isinstance(at, dict) else range(len(at)))
        at[name] = chance.choice(odd)
        yield verify_draw.canonical(whole)


@pytest.mark.parametrize("junk", [b"", b"\xff", b"[]", b"null", b"1", b"{", b'{"a":1,"a":1}', b"[" * 200_000, b"NaN"])
def test_what_is_no_certificate_is_rejected(page: Page, junk: bytes) -> None:
    assert on_page(page, [junk])[0][0] == by_file(junk)[0] == 1


def test_a_newer_format_gets_no_verdict(page: Page, certificate: bytes) -> None:
    newer = certificate.replace(b"draw-certificate/1", b"draw-certificate/2")

    assert on_page(page, [newer]) == [(2, "")]


@pytest.mark.parametrize("length", [0, 1, 55, 56, 63, 64, 111, 112, 127, 128, 1000])
def test_its_own_hashes_are_the_standards(page: Page, length: int) -> None:
    message = Random(length).randbytes(length)

    found = page.evaluate("bytes => [sha256, sha512, sm3].map(it => hex(it(Uint8Array.from(bytes))))", list(message))

    assert found == [sha256(message).hexdigest(), sha512(message).hexdigest(), Hashing.SM3.digest(message).hex()]


def test_a_file_that_is_chosen_is_shown_with_level_and_with_what_was_not_checked(
    page: Page, tmp_path: Path, open_certificate: bytes
) -> None:
    file = tmp_path / "certificate.json"
    file.write_bytes(open_certificate)

    page.set_input_files("#file", file)

    page.wait_for_selector('#result[data-code="0"]')
    assert page.text_content("#hash") == sha256(open_certificate).hexdigest()
    assert "Level 1" in str(page.text_content("#lines .level"))
    assert len(page.query_selector_all("#lines .unchecked")) == 4
    assert "此前第 2 次 earlier: voided" in str(page.text_content("#lines"))


def test_a_pasted_text_is_checked_against_the_published_key(page: Page, certificate: bytes) -> None:
    page.fill("#text", certificate.decode() + "\n")
    page.fill("#key", "00" * 32)
    page.click("button")

    page.wait_for_selector('#result[data-code="1"]')
    assert "$.declaration.vrf_key" in str(page.text_content("#lines .verdict"))

    page.fill("#key", KEY)
    page.click("button")
    page.wait_for_selector('#result[data-code="0"]')
    page.fill("#key", "")


def test_a_dropped_file_is_checked(page: Page, beacon_certificate: bytes) -> None:
    drop = """text => {
        const carried = new DataTransfer();
        carried.items.add(new File([text], "certificate.json"));
        document.body.dispatchEvent(new DragEvent("drop", {dataTransfer: carried, bubbles: true, cancelable: true}));
    }"""

    page.evaluate(drop, beacon_certificate.decode()[:-1])
    page.wait_for_selector('#result[data-code="1"]')
    page.evaluate(drop, beacon_certificate.decode())
    page.wait_for_selector('#result[data-code="0"]')

    assert "Level 2" in str(page.text_content("#lines .level"))


def test_its_policy_lets_nothing_in_but_its_own_script_and_style() -> None:
    page = page_source().decode()

    own = {name: re.findall(rf"<{name}>(.*?)</{name}>", page, re.DOTALL) for name in ("script", "style")}
    named = {
        name: f"{name}-src 'sha256-{base64.b64encode(sha256(inline[0].encode()).digest()).decode()}'"
        for name, inline in own.items()
    }
    policy = f"default-src 'none'; {named['script']}; {named['style']}; base-uri 'none'; form-action 'none'"
    assert [len(inline) for inline in own.values()] == [1, 1]
    assert f'content="{policy}"' in page
    assert not re.search(r"https?:|//[a-z]", page)
