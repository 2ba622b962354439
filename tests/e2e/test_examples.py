"""The consumer's kit (deploy/examples) against a running stack: each example loses nothing and doubles nothing."""

from __future__ import annotations

import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from standardwebhooks import Webhook

from tests.architecture.source import ROOT
from tests.factories import people
from tests.support.live import Live, wait_until

KIT = ROOT / "deploy/examples"
HOUSEHOLDS = range(1030, 1033)
NUMBERS = {people.household_no(index) for index in HOUSEHOLDS}
BANNER = "150625000000"
SECRET = "whsec_" + "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
Ledger = Callable[[Path], list[tuple[str, str, int]]]


class Child:
    """An example that runs until it is ended; what it prints goes into `log`."""

    def __init__(self, log: Path, *command: str | Path, **env: str) -> None:
        self.log = log
        with log.open("ab") as out:
            self.process = subprocess.Popen(
                [str(part) for part in command], env={**_environment(), **env}, stdout=out, stderr=out
            )

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()

    def ended(self) -> int:
        """Its exit code, after a SIGTERM."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(10)

    def url(self) -> str:
        """Where a receiver says that it listens."""
        wait_until(lambda: b"http://" in self.log.read_bytes(), what=self.log.read_text())
        return self.log.read_text().split()[0]


def _environment() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if name in ("PATH", "HOME", "LANG", "LC_ALL")}


@pytest.fixture(scope="module")
def token(live: Live) -> str:
    """What a downstream application gets: one banner."""
    return live.stack.issuer.sign(role="downstream", division=BANNER)


@pytest.fixture(scope="module")
def told(live: Live) -> Callable[[], list[dict[str, Any]]]:
    """Every change so far, after some; each call makes more changes of the same households."""
    households = [people.household(index, [2 * index, 2 * index + 1]) for index in HOUSEHOLDS]
    assert live.push("rural-revitalization/household", households).status_code == 201
    insured = [person for index in HOUSEHOLDS for person in (2 * index, 2 * index + 1)]
    enrolled = [people.enrolment(f"E-{person}", person) for person in insured]
    assert live.push("medical-insurance/enrolment", enrolled).status_code == 201
    bills = 0

    def more() -> list[dict[str, Any]]:
        nonlocal bills
        before = _changes(live)
        bills += 1
        new = [people.settlement(f"S-{bills}-{index}", 2 * index, "12000.00") for index in HOUSEHOLDS]
        assert live.push("medical-insurance/settlement", new).status_code == 201
        wait_until(lambda: len(_changes(live)) >= len(before) + len(HOUSEHOLDS), what="the warnings changed")
        return _changes(live)

    more()
    return more


def _changes(live: Live) -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = live.get("screening", "/v1/warnings/changes", after="0", limit=1000)["items"]
    return [item for item in items if item["warning"]["household_no"] in NUMBERS]


def _snapshot(live: Live) -> list[dict[str, Any]]:
    """What the banner's application may see of it."""
    items: list[dict[str, Any]] = live.get("screening", "/v1/warnings/snapshot", division=BANNER)["items"]
    return items


def identities(changes: list[dict[str, Any]]) -> list[tuple[str, str, int]]:
    """What a ledger must hold of these changes of our households (it holds those of others too)."""
    return sorted((c["warning"]["household_no"], c["event_id"], c["household_seq"]) for c in changes)


def in_sqlite(ledger: Path) -> list[tuple[str, str, int]]:
    if not ledger.exists():
        return []
    db = sqlite3.connect(f"file:{ledger}?mode=ro", uri=True)
    try:
        found = db.execute("SELECT household_no, event_id, household_seq FROM change")
        return sorted(row for row in found if row[0] in NUMBERS)
    except sqlite3.OperationalError:
        return []  # its tables are not there yet
    finally:
        db.close()


def in_journal(ledger: Path) -> list[tuple[str, str, int]]:
    lines = ledger.read_text().splitlines() if ledger.exists() else []
    changes = [entry["change"] for entry in map(json.loads, lines) if "change" in entry]
    return identities([change for change in changes if change["warning"]["household_no"] in NUMBERS])


@pytest.fixture(scope="module")
def node(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The Node examples with what they need installed, beside the repository and not in it."""
    npm = shutil.which("npm")
    if npm is None or shutil.which("node") is None:
        pytest.skip("no Node.js on this machine")
    folder = tmp_path_factory.mktemp("kit") / "node"
    shutil.copytree(KIT / "node", folder, ignore=shutil.ignore_patterns("node_modules"))
    command = [npm, "ci", "--no-audit", "--no-fund", "--prefer-offline", "--fetch-retries=0", "--fetch-timeout=15000"]
    try:
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False, timeout=60)
    except subprocess.TimeoutExpired:
        pytest.skip("npm ci took more than a minute: no registry can be reached")
    if done.returncode:
        offline = ("ENOTFOUND", "ECONNREFUSED", "ETIMEDOUT", "EAI_AGAIN", "ECONNRESET", "E403", "E404", "E503")
        assert any(code in done.stderr for code in offline), done.stderr
        pytest.skip(f"npm cannot install here: {done.stderr.strip().splitlines()[0]}")
    return folder


@pytest.fixture
def children() -> Iterator[list[Child]]:
    """Whoever is still running at the end is killed."""
    started: list[Child] = []
    yield started
    for child in started:
        if child.process.poll() is None:
            child.kill()


def from_topic_python(live: Live, folder: Path, group: str) -> Child:
    return Child(
        folder / "python.log",
        *(sys.executable, KIT / "python/consumer.py", "--bootstrap", live.stack.bootstrap),
        *("--group", group, "--ledger", folder / "ledger"),
    )


def test_the_python_consumer_has_each_change_once_though_killed(
    live: Live, told: Callable[[], list[dict[str, Any]]], tmp_path: Path, children: list[Child]
) -> None:
    survives_a_kill(lambda group: from_topic_python(live, tmp_path, group), told, tmp_path, children, in_sqlite)


def test_the_node_consumer_has_each_change_once_though_killed(
    live: Live, told: Callable[[], list[dict[str, Any]]], node: Path, tmp_path: Path, children: list[Child]
) -> None:
    def start(group: str) -> Child:
        env = {"KAFKA_BOOTSTRAP": live.stack.bootstrap, "KAFKA_GROUP": group}
        return Child(tmp_path / "node.log", "node", node / "consumer.mjs", "topic", tmp_path / "ledger", **env)

    survives_a_kill(start, told, tmp_path, children, in_journal)


def survives_a_kill(
    start: Callable[[str], Child],
    told: Callable[[], list[dict[str, Any]]],
    folder: Path,
    children: list[Child],
    held: Ledger,
) -> None:
    """Killed, started again under another group (all of the topic comes again), ended: each change once."""
    log = folder / "ledger"
    children.append(start(f"{folder.name}-one"))
    wanted = identities(told())
    wait_until(lambda: held(log) == wanted, what="the first reading")
    children[-1].kill()
    told()
    children.append(start(f"{folder.name}-two"))
    wanted = identities(told())
    wait_until(lambda: held(log) == wanted, what="the second reading")
    assert children[-1].ended() == 0
    for household in {household for household, _, _ in wanted}:
        numbers = sorted(seq for whose, _, seq in held(log) if whose == household)
        assert numbers == list(range(1, len(numbers) + 1))


def test_the_node_consumer_goes_on_from_a_snapshot_by_the_feed_and_then_by_the_topic(
    live: Live,
    told: Callable[[], list[dict[str, Any]]],
    token: str,
    node: Path,
    tmp_path: Path,
    children: list[Child],
) -> None:
    ledger, log = tmp_path / "ledger", tmp_path / "node.log"
    command = ("node", node / "consumer.mjs")
    http = {"XIANJIE_URL": live.url("screening", ""), "XIANJIE_TOKEN": token}
    before = told()
    children.append(Child(log, *command, "feed", ledger, **http))
    wait_until(lambda: '"cursor"' in (ledger.read_text() if ledger.exists() else ""), what="the snapshot")
    standing = [json.loads(line)["standing"] for line in ledger.read_text().splitlines() if "standing" in line]
    shown = _snapshot(live)
    assert {one["warning"]["warning_id"] for one in standing} == {item["warning_id"] for item in shown}

    since = identities(told()[len(before) :])
    wait_until(lambda: in_journal(ledger) == since, what="what came after the snapshot")
    assert children[-1].ended() == 0

    since = identities(told()[len(before) :])
    children.append(
        Child(log, *command, "topic", ledger, KAFKA_BOOTSTRAP=live.stack.bootstrap, KAFKA_GROUP="after-the-feed")
    )
    wait_until(lambda: in_journal(ledger) == since, what="the same ledger goes on by the topic")


@pytest.fixture(params=["python", "node"])
def receiver(request: pytest.FixtureRequest) -> Callable[[Path, str], tuple[Child, Ledger]]:
    """`receiver(folder, secret)` → a receiver that keeps its ledger there, and how to look into it."""
    kind: str = request.param
    installed: Path | None = request.getfixturevalue("node") if kind == "node" else None

    def start(folder: Path, secret: str) -> tuple[Child, Ledger]:
        ledger, env = folder / "ledger", {"XIANJIE_WEBHOOK_SECRET": secret}
        if installed is not None:
            command: tuple[str | Path, ...] = ("node", installed / "receiver.mjs", ledger)
            return Child(folder / "receiver.log", *command, PORT="0", **env), in_journal
        command = (sys.executable, KIT / "python/receiver.py", "--port", "0", "--ledger", ledger)
        return Child(folder / "receiver.log", *command, **env), in_sqlite

    return start


def test_a_receiver_takes_what_is_signed_and_once(
    live: Live,
    told: Callable[[], list[dict[str, Any]]],
    token: str,
    receiver: Callable[[Path, str], tuple[Child, Ledger]],
    tmp_path: Path,
    children: list[Child],
) -> None:
    hooks, headers = live.url("screening", "/v1/webhooks"), {"Authorization": f"Bearer {token}"}
    everything = told()
    # An address is given before there is a secret: one that nobody listens at, which is changed afterwards.
    body = {"url": "http://127.0.0.1:1/", "after": str(everything[-1]["position"])}
    made = httpx.post(hooks, json=body, headers=headers, trust_env=False).raise_for_status().json()
    child, held = receiver(tmp_path, made["secret"])
    children.append(child)
    hook = f"{hooks}/{made['webhook_id']}"
    httpx.patch(hook, json={"url": child.url()}, headers=headers, trust_env=False).raise_for_status()

    new = told()[len(everything) :]
    wait_until(lambda: held(tmp_path / "ledger") == identities(new), what="what is new")
    again = {"after": str(everything[-1]["position"]), "until": str(new[-1]["position"])}
    answer = httpx.post(f"{hook}/redeliveries", json=again, headers=headers, trust_env=False)
    assert answer.raise_for_status().json()["queued"] == len(new)
    httpx.post(f"{hook}/test", headers=headers, trust_env=False).raise_for_status()
    log = f"{hook}/deliveries?limit=100"
    wait_until(lambda: _delivered(log, headers) == [204] * (2 * len(new) + 1), what="all of it sent again, and a test")
    assert held(tmp_path / "ledger") == identities(new)
    httpx.delete(hook, headers=headers, trust_env=False).raise_for_status()


def _delivered(log: str, headers: dict[str, str]) -> list[int]:
    items = httpx.get(log, headers=headers, trust_env=False).raise_for_status().json()["items"]
    return [attempt["code"] for item in items for attempt in item["attempts"]]


def test_a_receiver_refuses_a_wrong_or_an_old_signature(
    receiver: Callable[[Path, str], tuple[Child, Ledger]], tmp_path: Path, children: list[Child]
) -> None:
    child, held = receiver(tmp_path, SECRET)
    children.append(child)
    url, now = child.url(), datetime.now(UTC)
    warning = {"warning_id": "w", "household_no": people.household_no(HOUSEHOLDS[0])}
    data = {"event_id": "e-1", "type": "raised", "household_seq": 1, "warning": warning}
    body = json.dumps({"type": "xianjie.warning.raised.v1", "timestamp": now.isoformat(), "data": data})

    def sent(secret: str = SECRET, at: datetime = now, text: str = body, signature: str | None = None) -> int:
        signed = {
            "webhook-id": "e-1",
            "webhook-timestamp": str(int(at.timestamp())),
            "webhook-signature": signature or Webhook(secret).sign("e-1", at, body),
        }
        return httpx.post(url, content=text, headers=signed, trust_env=False).status_code

    assert sent(secret="whsec_" + "A" * 32) == 401
    assert sent(at=now - timedelta(minutes=10)) == 401
    assert sent(at=now + timedelta(minutes=10)) == 401
    assert sent(text=body.replace("raised", "closed")) == 401
    assert sent(signature="nonsense") == 401
    assert held(tmp_path / "ledger") == []
    assert sent() == 204
    assert sent() == 204
    assert held(tmp_path / "ledger") == identities([data])


@pytest.fixture
def shell(live: Live, token: str, tmp_path: Path) -> Callable[..., list[str | Path]]:
    if shutil.which("jq") is None or shutil.which("curl") is None:
        pytest.skip("curl or jq is not on this machine")
    return lambda *arguments: [
        *("env", f"XIANJIE_URL={live.url('screening', '')}", f"XIANJIE_TOKEN={token}", f"CURSOR={tmp_path / 'cursor'}"),
        *(KIT / "shell/warnings.sh", *arguments),
    ]


def said(command: list[str | Path]) -> list[dict[str, Any]]:
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=30)
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_the_script_prints_a_snapshot_and_then_what_changes(
    live: Live,
    told: Callable[[], list[dict[str, Any]]],
    shell: Callable[..., list[str | Path]],
    tmp_path: Path,
    children: list[Child],
) -> None:
    before = told()
    standing = said(shell("snapshot"))
    shown = _snapshot(live)
    assert standing == shown
    assert said(shell("snapshot", "severity=info")) == [one for one in shown if one["severity"] == "info"]
    assert said(shell("changes")) == []
    new = told()[len(before) :]
    assert said(shell("changes")) == new
    for way in ("follow", "stream"):
        out = tmp_path / way
        children.append(Child(out, *shell(way)))
        time.sleep(0.5)  # it waits already when the change comes; were it not, the cursor would give it all the same
        seen = len(before) + len(new)
        before, new = [*before, *new], told()[seen:]
        seen_ids = {one["event_id"] for one in before}  # a follower killed before it kept its cursor tells again
        wait_until(lambda out=out, new=new, ids=seen_ids: _lines(out, ids) == new, what=f"{way}: {out.read_text()}")  # type: ignore[misc]
        children[-1].kill()


def _lines(out: Path, seen_ids: set[str]) -> list[dict[str, Any]]:
    text = out.read_text()
    lines = [json.loads(line) for line in text[: text.rfind("\n") + 1].splitlines()]
    return [line for line in lines if line["event_id"] not in seen_ids]


def test_the_script_says_that_a_cursor_does_not_hold(
    shell: Callable[..., list[str | Path]], told: Callable[[], list[dict[str, Any]]], tmp_path: Path
) -> None:
    (tmp_path / "cursor").write_text("999999999")
    done = subprocess.run(shell("changes"), capture_output=True, text=True, check=False, timeout=30)
    assert done.returncode == 3
    assert "/v1/warnings/snapshot" in done.stderr


def test_the_node_lock_names_no_registry() -> None:
    lock = json.loads((KIT / "node/package-lock.json").read_text())
    packages = [package for name, package in lock["packages"].items() if name]
    assert packages
    assert all("integrity" in package and "resolved" not in package for package in packages)
