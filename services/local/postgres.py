"""PostgreSQL from the wheel's binaries with our own configuration: on 127.0.0.1, a password of its
own, durable, and buffers that the facts statement needs (performance.md)."""

from __future__ import annotations

import os
import secrets
import shutil
import signal
import subprocess
import time
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from asyncpg import PostgresError

from services.local import identity, repository, wheels
from services.local.errors import LocalError
from services.local.ports import HOST, answers, free_port
from services.local.process import Process

USER = "xianjie"
_READY_SECONDS = 60
_LETTING_GO_SECONDS = 15
_LARGE_MACHINE_BYTES = 6 << 30
_SETTINGS = {
    "listen_addresses": HOST,
    "unix_socket_directories": "",
    "max_connections": "200",
    "wal_compression": "on",
    "max_wal_size": "4GB",
    "checkpoint_timeout": "15min",
    "random_page_cost": "1.1",
    "timezone": "UTC",
    "log_min_messages": "warning",
    "log_min_error_statement": "panic",  # a statement could carry a person; an error line does not need it
    "log_parameter_max_length_on_error": "0",
}


@dataclass
class Postgres:
    """A running server. `start` makes the cluster when `data_dir` is new and finds it otherwise."""

    data_dir: Path
    port: int
    password: str
    process: Process

    @classmethod
    def start(cls, data_dir: Path, *, log: Path | None = None, **settings: str) -> Postgres:
        """Start on a free port and wait until it answers; LocalError in one line when it does not.

        `settings` are PostgreSQL settings on top of ours. A server that an earlier run left
        behind on this folder is stopped first.
        """
        binaries = wheels.postgres_bin()
        data_dir.mkdir(parents=True, exist_ok=True)
        data_dir = data_dir.resolve()
        user = identity.ordinary_user(data_dir)
        prefix: list[str] = []
        if user is not None:
            os.chown(data_dir, *user)
            prefix = identity.passage(user, data_dir, binaries)
        runner = _Runner(binaries, prefix, None if prefix else user)
        password = _make_cluster(runner, data_dir)
        _stop_leftover(runner, data_dir)
        port = free_port()
        options = {**_SETTINGS, "shared_buffers": _buffers(), "port": str(port), **settings}
        command = runner.command("postgres", "-D", str(data_dir))
        command += [part for name, value in options.items() for part in ("-c", f"{name}={value}")]
        # SIGINT is PostgreSQL's fast shutdown: it does not wait for clients
        process = Process(command, log or data_dir / "server.log", user=runner.user, stop_signal=signal.SIGINT)
        server = cls(data_dir, port, password, process)
        with ExitStack() as undo:
            undo.callback(process.kill)
            process.start()
            server.wait_until_ready()
            undo.pop_all()
        return server

    def url(self, database: str = "postgres") -> str:
        """`postgresql://user:password@host:port/database`."""
        return f"postgresql://{USER}:{self.password}@{HOST}:{self.port}/{database}"

    def create_database(self, name: str, template: str | None = None) -> str:
        """Make the database unless it is there (a copy of `template` when given); its address."""
        repository.ask(self.url(), repository.creates(name, template))
        return self.url(name)

    def drop_database(self, name: str) -> None:
        """Drop the database with everybody connected to it."""
        repository.ask(self.url(), repository.drops(name))

    def stop(self) -> None:
        """Fast shutdown: clients are cut off, nothing committed is lost."""
        self.process.stop(60)

    def kill(self) -> None:
        """Signal 9 to the whole server, as a power cut would."""
        self.process.kill()

    def restart(self) -> None:
        """Start again on the same port after `stop` or `kill`."""
        (self.data_dir / "postmaster.pid").unlink(missing_ok=True)
        deadline = time.monotonic() + _LETTING_GO_SECONDS
        self.process.start()
        while not self._stands() and time.monotonic() < deadline:
            self.process.start()
        self.wait_until_ready()

    def _stands(self) -> bool:
        """False when it ended at once: backends of a killed server still hold its shared memory."""
        for _ in range(10):
            time.sleep(0.05)
            if not self.process.alive():
                return False
            if answers(self.port):
                break
        return True

    def wait_until_ready(self) -> None:
        """Wait until it answers; LocalError with the last line of its log when it ended."""
        deadline = time.monotonic() + _READY_SECONDS
        while time.monotonic() < deadline:
            if not self.process.alive():
                break
            try:
                repository.ask(self.url(), repository.alive)
            except (OSError, PostgresError, TimeoutError):
                time.sleep(0.05)
            else:
                return
        self.process.stop()
        raise LocalError(f"数据库没有启动，见 {self.process.log}：{self.process.tail(1)}")


@dataclass
class _Runner:
    """How the wheel's programs are called: with `prefix`, or by switching to `user`."""

    binaries: Path
    prefix: list[str]
    user: tuple[int, int] | None

    def command(self, program: str, *arguments: str) -> list[str]:
        return [*self.prefix, str(self.binaries / program), *arguments]

    def run(self, program: str, *arguments: str) -> None:
        uid, gid = self.user or (None, None)
        done = subprocess.run(
            self.command(program, *arguments),
            capture_output=True,
            text=True,
            check=False,
            user=uid,
            group=gid,
            extra_groups=[] if self.user else None,
            cwd="/",
        )
        if done.returncode:
            last = (done.stderr.strip().splitlines() or ["?"])[-1]
            raise LocalError(f"{program} 失败：{last}")


def _make_cluster(runner: _Runner, data_dir: Path) -> str:
    """The cluster's password; makes the cluster when there is none yet."""
    password_file = data_dir / "superuser.password"
    if (data_dir / "PG_VERSION").exists():
        return password_file.read_text()
    for half_made in data_dir.iterdir():
        shutil.rmtree(half_made) if half_made.is_dir() else half_made.unlink()
    password = secrets.token_hex(16)
    beside = data_dir.with_name(data_dir.name + ".password")
    beside.touch(mode=0o600)
    beside.write_text(password)
    try:
        if runner.user or runner.prefix:
            owner = data_dir.stat()
            os.chown(beside, owner.st_uid, owner.st_gid)
        runner.run(
            *("initdb", "-D", str(data_dir), "-U", USER, "--pwfile", str(beside), "--auth=scram-sha-256"),
            *("--encoding=UTF8", "--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--no-locale"),
            "--data-checksums",
        )
        beside.replace(password_file)
    finally:
        beside.unlink(missing_ok=True)
    return password


def _stop_leftover(runner: _Runner, data_dir: Path) -> None:
    if (data_dir / "postmaster.pid").exists() and _leftover_runs(data_dir):
        runner.run("pg_ctl", "-D", str(data_dir), "-m", "fast", "-w", "-t", "60", "stop")


def _leftover_runs(data_dir: Path) -> bool:
    pid = int((data_dir / "postmaster.pid").read_text().splitlines()[0])
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    cmdline = Path(f"/proc/{pid}/cmdline")
    return not cmdline.exists() or str(data_dir) in cmdline.read_text()


def _buffers() -> str:
    total = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    return "1GB" if total >= _LARGE_MACHINE_BYTES else "128MB"
