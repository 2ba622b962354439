"""How far a push has come, beside the file: what makes a killed push go on where it was.

One JSON document a line: first the run, then one line for every chunk whose receipt came. A line
that was cut off with the process is not counted; its chunk is sent again with the same key and
answered with the same receipt. Nothing of a person is in it: errors carry masked values only.
"""

from __future__ import annotations

import os
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any
from uuid import uuid4

import orjson

from services.uploader.errors import UploadError

SUFFIX = ".xianjie-push"


@dataclass(frozen=True, slots=True)
class Plan:
    """What a run sends: the file's sha256, the feed, how the file is cut, and the period it is part of. A stored run
    goes on only if all of it is the same."""

    sha256: str
    feed: str
    chunk: int
    dry_run: bool
    delivery: str | None = None


@dataclass(slots=True)
class Chunk:
    """One chunk's receipt in short. `rejected` by position in the file."""

    number: int
    counts: dict[str, int]
    normalised: int = 0
    rejected: dict[int, dict[str, Any]] = field(default_factory=dict)


class Progress:
    """The journal of one push; `chunks` are those that are done, by number."""

    def __init__(self, path: Path, plan: Plan) -> None:
        self.path = path
        self.run, self.chunks, length = _read(path, plan)
        self.resumed = bool(self.chunks)
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._file = path.open("r+b" if length else "wb")
            self._file.truncate(length)
            self._file.seek(length)
        except OSError as error:
            raise UploadError(f"进度文件 {path} 写不了（{error.strerror}）；请用 --state 指定可写的文件夹。") from None
        if not length:
            self._write({"run": self.run, **_as_json(plan)})

    def add(self, chunk: Chunk) -> None:
        """A chunk is done: on disk before the next one is sent."""
        self.chunks[chunk.number] = chunk
        self._write(_line(chunk))

    def key(self, number: int) -> str:
        """The idempotency key of a chunk."""
        return f"{self.run}.{number}"

    def close(self, *, done: bool) -> None:
        """Keep the journal for the next try, or drop it when all is done."""
        self._file.close()
        if done:
            self.path.unlink(missing_ok=True)

    def _write(self, document: dict[str, Any]) -> None:
        self._file.write(orjson.dumps(document, option=orjson.OPT_NON_STR_KEYS) + b"\n")
        self._file.flush()
        os.fsync(self._file.fileno())


def beside(file: Path, folder: Path | None) -> Path:
    """Where the journal of `file` is: hidden beside it, or in `folder`."""
    return (folder or file.parent) / f".{file.name}{SUFFIX}"


def _read(path: Path, plan: Plan) -> tuple[str, dict[int, Chunk], int]:
    """The run, its chunks and how many bytes of the journal are whole; a new run when there is none to go on."""
    lines, length = _documents(path)
    if not lines or {k: v for k, v in lines[0].items() if k != "run"} != _as_json(plan):
        return uuid4().hex, {}, 0
    chunks = {}
    for line in lines[1:]:
        rejected = {int(at): entry for at, entry in line["rejected"].items()}
        chunks[line["number"]] = Chunk(line["number"], line["counts"], line["normalised"], rejected)
    return lines[0]["run"], chunks, length


def _documents(path: Path) -> tuple[list[dict[str, Any]], int]:
    """The whole lines of the journal, and how many bytes they are."""
    found: list[dict[str, Any]] = []
    length = 0
    try:
        lines = path.read_bytes().split(b"\n")
    except OSError:
        return found, length
    for line in lines[:-1]:  # what follows the last line feed was cut off
        try:
            found.append(orjson.loads(line))
        except orjson.JSONDecodeError:
            break
        length += len(line) + 1
    return found, length


def _as_json(plan: Plan) -> dict[str, Any]:
    return asdict(plan)


def _line(chunk: Chunk) -> dict[str, Any]:
    return {
        "number": chunk.number,
        "counts": chunk.counts,
        "normalised": chunk.normalised,
        "rejected": chunk.rejected,
    }
