"""How does a newcomer get a PostgreSQL without installing one? The program starts its own.

The binaries come in a wheel. The server listens on a UNIX socket that only its own user may open, and wants a generated
password besides. It holds `state_dir`: one process at a time, and what a killed one left behind is cleared first.

    state_dir/lock       held (flock) by the process that runs the server
    state_dir/password   the superuser's, 0600; other roles' passwords derive from it
    state_dir/data       the cluster; state_dir/server.log what it says
"""

import asyncio
import fcntl
import hashlib
import hmac
import os
import secrets
import subprocess
import tempfile
import time
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Self
from urllib.parse import quote

import asyncpg

from shenguan_chassis.durable_file import replace_durably
from shenguan_chassis.postgres_process import (
    Owner,
    PostgresNotStarted,
    end_process,
    make_cluster,
    ready,
    running_postmaster,
    start_process,
    wait_until,
)
from shenguan_chassis.waiting import rung

_SUPERUSER = "postgres"
_START_WITHIN = 60.0
_SOCKET_PATH_LIMIT = 100


class EmbeddedPostgres:
    """A PostgreSQL server of this process, in `state_dir`. Methods without `await` block: call them in a thread.

    `durable=False` trades every durability for speed and is for tests only.
    """

    def __init__(self, state_dir: Path, *, durable: bool = True) -> None:
        self._dir = state_dir.absolute()
        self._durable = durable
        self._owner = Owner.of_this_process()
        self._lock: int | None = None
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Make the cluster on the first call, then start it. Raises `PostgresNotStarted` (its text is for people).

        After a kill -9 of the postmaster its orphans live on for a moment and a start fails a few times: it is tried
        again for up to 60 s (faults.md, 8).
        """
        self._dir.mkdir(parents=True, exist_ok=True)
        self._lock = _hold(self._dir / "lock")
        try:
            self._owner.check_can_reach(self._dir)
            if not self.data.exists():
                make_cluster(self.data, self._password(), self._owner, durable=self._durable)
            self._start_with_patience()
        except BaseException:
            self.stop()
            raise

    def stop(self) -> None:
        """Stop: clients are cut, data is flushed. Harmless when not started, and when called twice."""
        if self._process is not None and self._process.poll() is None:
            end_process(self._process.pid, self._process.poll)
        self._process = None
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None

    @property
    def running(self) -> bool:
        """True unless it was not started, or ended since."""
        return self._process is not None and self._process.poll() is None

    async def outlive(self, leaving: asyncio.Event) -> None:
        """Start it again whenever it ends, until `leaving`: nobody is there to do it. Looks twice a second."""
        while not leaving.is_set():
            if not self.running:
                await asyncio.to_thread(self._start_again)
            await rung(leaving, 0.5)

    def _start_again(self) -> None:
        """The lock is still ours. What could not be started is tried again at the next look."""
        with suppress(PostgresNotStarted):
            self._start_with_patience()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    @property
    def data(self) -> Path:
        """Where the cluster lies."""
        return self._dir / "data"

    @property
    def pid(self) -> int:
        """The postmaster's process id; raises `RuntimeError` when not started."""
        if self._process is None:
            raise RuntimeError("not started")
        return self._process.pid

    def dsn(self, database: str = "postgres", role: str = _SUPERUSER) -> str:
        """Tell how `role` reaches `database`, for asyncpg and SQLAlchemy. It holds a password: never log it."""
        return f"postgresql://{role}:{self.password_of(role)}@/{database}?host={quote(str(self._socket_dir), safe='')}"

    def password_of(self, role: str) -> str:
        """Derive the password of a role from the superuser's, so that one secret is kept."""
        password = self._password()
        return password if role == _SUPERUSER else hmac.digest(password.encode(), role.encode(), hashlib.sha256).hex()

    async def create_database(self, name: str, owner: str) -> str:
        """Create role and database where missing, closed to other roles; returns the owner's DSN. Idempotent."""
        connection = await asyncpg.connect(self.dsn())
        try:
            if not await connection.fetchval("SELECT 1 FROM pg_roles WHERE rolname = $1", owner):
                await connection.execute(f"CREATE ROLE \"{owner}\" LOGIN PASSWORD '{self.password_of(owner)}'")
            if not await connection.fetchval("SELECT 1 FROM pg_database WHERE datname = $1", name):
                await connection.execute(f'CREATE DATABASE "{name}" OWNER "{owner}"')
            await connection.execute(f'REVOKE ALL ON DATABASE "{name}" FROM PUBLIC')
        finally:
            await connection.close()
        return self.dsn(name, owner)

    def _start_with_patience(self) -> None:
        deadline, pause = time.monotonic() + _START_WITHIN, 0.1
        while True:
            self._clear_remains()
            self._process = start_process(self.data, self._socket_dir, self._log, self._owner, durable=self._durable)
            if self._became_ready(self._process, deadline):
                return
            if time.monotonic() + pause > deadline:
                raise PostgresNotStarted("postgres_not_started", f"内嵌数据库未能启动，原因见 {self._log}")
            time.sleep(pause)
            pause = min(pause * 2, 1.0)

    def _became_ready(self, process: "subprocess.Popen[bytes]", deadline: float) -> bool:
        wait_until(lambda: ready(self.data) or process.poll() is not None, deadline)
        return process.poll() is None and ready(self.data)

    def _clear_remains(self) -> None:
        """The process that held the lock before died: its server, if it lives, has no master; its notes are stale."""
        orphan = running_postmaster(self.data)
        if orphan is not None:
            end_process(orphan, lambda: None if running_postmaster(self.data) == orphan else 0)
        (self.data / "postmaster.pid").unlink(missing_ok=True)

    @property
    def _log(self) -> Path:
        return self._dir / "server.log"

    @property
    def _socket_dir(self) -> Path:
        """A socket's path may have 107 bytes: that of a state directory deep down lies in the temporary directory."""
        path = self._dir / "run"
        if len(os.fsencode(path)) > _SOCKET_PATH_LIMIT:
            digest = hashlib.sha256(os.fsencode(self._dir)).hexdigest()[:12]
            path = Path(tempfile.gettempdir()) / f"shenguan-{os.geteuid()}-{digest}"
        return path

    def _password(self) -> str:
        path = self._dir / "password"
        if not path.exists():
            replace_durably(path, secrets.token_hex(32))  # faults.md, 8
        return path.read_text()


def _hold(path: Path) -> int:
    """Take the lock that says whose server it is; the kernel gives it back when the process ends, however it ends."""
    handle = os.open(path, os.O_CREAT | os.O_RDWR, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(handle)
        raise PostgresNotStarted(
            "state_dir_in_use", f"目录 {path.parent} 正被另一个进程使用：请先停止它，或换一个目录。"
        ) from None
    return handle
