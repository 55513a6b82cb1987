"""What can a receiver do to whoever calls it? Nothing: bounds hold, nothing is followed, and where it is is checked."""

from __future__ import annotations

import asyncio
import socket
import ssl
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from shenguan_chassis.egress import Answered, Outcome, Outgoing, Unreachable, allowed_networks, tls_context
from shenguan_chassis.testing.receiver import Came, receiving, status

pytestmark = pytest.mark.slow

LOOPBACK = allowed_networks("127.0.0.0/8")
TLS = tls_context(None, None, None)


async def sent(url: str, patience: float = 5, tls: ssl.SSLContext = TLS) -> Outcome:
    outgoing = Outgoing(url, LOOPBACK, tls, patience=patience)
    try:
        return await outgoing.send(b"{}", {"content-type": "application/json"})
    finally:
        await outgoing.close()


async def test_an_answer_is_told_with_how_it_begins() -> None:
    async with receiving() as receiver:
        receiver.answer = status(503, "retry-after: 7", body="稍后\x07再试".encode())

        assert await sent(receiver.url) == Answered(503, 7.0, "稍后 再试")


@pytest.mark.parametrize(
    ("told", "seconds"),
    [
        (["retry-after: Tue, 24 Nov 2026 08:02:00 GMT", "date: Tue, 24 Nov 2026 08:00:00 GMT"], 120.0),
        (["retry-after: Tue, 24 Nov 2026 07:00:00 GMT", "date: Tue, 24 Nov 2026 08:00:00 GMT"], 0.0),
        (["retry-after: Tuesday, 24-Nov-26 08:00:30 GMT", "date: Tue, 24 Nov 2026 08:00:00 GMT"], 30.0),
        (["retry-after: Tue, 24 Nov 2026 08:02:00 GMT"], None),
        (["retry-after: tomorrow", "date: Tue, 24 Nov 2026 08:00:00 GMT"], None),
        (["retry-after: -5"], None),
        (["retry-after: 99999999999999999999"], None),
    ],
)
async def test_when_to_come_again_may_be_a_date_and_is_counted_by_the_receivers_own_clock(
    told: list[str], seconds: float | None
) -> None:
    async with receiving() as receiver:
        receiver.answer = status(503, *told)

        assert await sent(receiver.url) == Answered(503, seconds, "")


async def test_a_redirect_is_an_answer_and_never_followed() -> None:
    async with receiving() as receiver, receiving() as other:
        receiver.answer = status(307, f"location: {other.url}")

        outcome = await sent(receiver.url)

        assert isinstance(outcome, Answered)
        assert (outcome.status, other.came) == (307, [])


async def test_whoever_redirects_for_ever_is_asked_once() -> None:
    async with receiving() as receiver:
        receiver.answer = status(302, f"location: {receiver.url}")

        outcome = await sent(receiver.url)

    assert isinstance(outcome, Answered)
    assert (outcome.status, len(receiver.came)) == (302, 1)


async def test_headers_without_end_do_not_fill_our_memory() -> None:
    async def chatty(_: Came, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\n")
        while not writer.is_closing():
            writer.write(b"x: " + b"y" * 8_000 + b"\r\n")
            await writer.drain()

    async with receiving() as receiver:
        receiver.answer = chatty

        assert await sent(receiver.url) == Unreachable("connection_lost")


async def test_one_header_byte_at_a_time_does_not_keep_us() -> None:
    async def dripping(_: Came, writer: asyncio.StreamWriter) -> None:
        while not writer.is_closing():
            writer.write(b"H")
            await writer.drain()
            await asyncio.sleep(0.1)

    async with receiving() as receiver:
        receiver.answer = dripping

        async with asyncio.timeout(3):
            assert isinstance(await sent(receiver.url, patience=0.5), Unreachable)


async def test_many_messages_ask_for_the_name_once_in_a_while(monkeypatch: pytest.MonkeyPatch) -> None:
    """The outside is faked: a resolver that counts."""
    asked = []

    def counting(host: str, port: int, **__: Any) -> list[Any]:
        asked.append(host)
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", port))]

    monkeypatch.setattr(socket, "getaddrinfo", counting)
    async with receiving() as receiver:
        outgoing = Outgoing(receiver.url.replace("127.0.0.1", "hooks.example.com"), LOOPBACK, TLS)
        outcomes = await asyncio.gather(*(outgoing.send(b"{}", {}) for _ in range(20)))
        await outgoing.close()

    assert all(isinstance(outcome, Answered) for outcome in outcomes)
    assert (len(receiver.came), asked) == (20, ["hooks.example.com"])


async def test_ten_gigabytes_are_read_as_far_as_the_bound() -> None:
    written = 0

    async def endless(_: Came, writer: asyncio.StreamWriter) -> None:
        nonlocal written
        writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: 10737418240\r\n\r\n")
        while not writer.is_closing():
            writer.write(b"x" * 65_536)
            written += 65_536
            await writer.drain()

    async with receiving() as receiver:
        receiver.answer = endless

        outcome = await sent(receiver.url)

    assert isinstance(outcome, Answered)
    assert outcome.status == 200
    assert written < 50_000_000


async def test_one_byte_at_a_time_does_not_keep_us() -> None:
    async def dripping(_: Came, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: 1000\r\n\r\n")
        while not writer.is_closing():
            writer.write(b"x")
            await writer.drain()
            await asyncio.sleep(0.1)

    async with receiving() as receiver:
        receiver.answer = dripping

        async with asyncio.timeout(3):
            assert await sent(receiver.url, patience=0.5) == Unreachable("timed_out")


async def test_nobody_there_and_nobody_answering_are_told_apart() -> None:
    async def silent(_: Came, __: asyncio.StreamWriter) -> None:
        await asyncio.Event().wait()

    async with receiving() as receiver:
        receiver.answer = silent
        assert await sent(receiver.url, patience=0.3) == Unreachable("timed_out")
    assert await sent(receiver.url) == Unreachable("connection_refused")


async def test_a_name_is_looked_up_each_time_and_only_what_was_looked_at_is_called(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The outside is faked: a resolver that answers well once, and then leads to where secrets are told."""
    answers = ["127.0.0.1", "169.254.169.254"]
    asked = []

    def rebinding(host: str, port: int, **__: Any) -> list[Any]:
        asked.append(host)
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (answers[min(len(asked), 2) - 1], port))]

    monkeypatch.setattr(socket, "getaddrinfo", rebinding)
    async with receiving() as receiver:
        url = receiver.url.replace("127.0.0.1", "hooks.example.com")

        first, second = await sent(url), await sent(url)

    assert isinstance(first, Answered)
    assert receiver.came[0].headers["host"].startswith("hooks.example.com:")
    assert second == Unreachable("address_forbidden")
    assert asked == ["hooks.example.com"] * 2
    assert len(receiver.came) == 1


async def test_a_server_is_talked_to_only_with_a_certificate_that_somebody_known_signed(tmp_path: Path) -> None:
    certificate, key = _self_signed(tmp_path)
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(certificate, key)
    async with receiving(tls=server) as receiver:
        stranger = await sent(receiver.url)
        known = await sent(receiver.url, tls=tls_context(certificate, None, None))

    assert stranger == Unreachable("certificate_refused")
    assert isinstance(known, Answered)
    assert len(receiver.came) == 1


async def test_a_receiver_that_asks_for_it_is_shown_our_certificate(tmp_path: Path) -> None:
    certificate, key = _self_signed(tmp_path)
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(certificate, key)
    server.load_verify_locations(certificate)
    server.verify_mode = ssl.CERT_REQUIRED
    async with receiving(tls=server) as receiver:
        without = await sent(receiver.url, tls=tls_context(certificate, None, None))
        shown = await sent(receiver.url, tls=tls_context(certificate, certificate, key))

    assert isinstance(without, Unreachable)
    assert isinstance(shown, Answered)


def _self_signed(folder: Path) -> tuple[Path, Path]:
    """A certificate for 127.0.0.1 that is its own authority, and its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "receiver")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, SHA256())
    )
    certificate, private = folder / "certificate.pem", folder / "key.pem"
    certificate.write_bytes(made.public_bytes(Encoding.PEM))
    private.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    return certificate, private
