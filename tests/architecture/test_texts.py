"""What no file of the repository may say: the address of a package registry (each site has its own
mirror), or a path of the machine it was written on."""

from __future__ import annotations

import re
import subprocess

import pytest

from tests.architecture.source import ROOT

REGISTRIES = [
    *(("pypi", "org"), ("pythonhosted", "org"), ("npmjs", "org"), ("npmmirror", "com"), ("yarnpkg", "com")),
    *(
        ("repo1", "maven", "org"),
        ("repo", "maven", "apache", "org"),
        ("maven", "google", "com"),
        ("crates", "io"),
        ("golang", "org"),
    ),
    *(("docker", "io"), ("ghcr", "io"), ("quay", "io"), ("aliyun", "com"), ("tuna", "tsinghua", "edu", "cn")),
]
PLACES = [("", "work", ""), ("", "root", ""), ("", "home", "")]


@pytest.fixture(scope="module")
def texts() -> dict[str, str]:
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    files = [ROOT / name for name in listed.stdout.splitlines()]
    return {str(f.relative_to(ROOT)): f.read_text(encoding="utf8", errors="replace") for f in files if f.is_file()}


def test_no_registry_is_named(texts: dict[str, str]) -> None:
    hosts = re.compile("|".join(rf"\b{re.escape('.'.join(parts))}\b" for parts in REGISTRIES))
    assert not {name: found[0] for name, text in texts.items() if (found := hosts.search(text))}


def test_no_place_of_a_machine_is_named(texts: dict[str, str]) -> None:
    places = re.compile("|".join(rf"(?<![\w./}}]){re.escape('/'.join(parts))}[\w.]" for parts in PLACES))
    assert not {name: found[0] for name, text in texts.items() if (found := places.search(text))}


def test_the_lock_names_no_address_and_hashes_everything(texts: dict[str, str]) -> None:
    lock = texts["requirements.lock"]
    pins = re.findall(r"^(\S+==\S+)(.*(?:\n +.*)*)", lock, re.MULTILINE)
    assert "://" not in lock
    assert len(pins) > 50
    assert all("--hash=sha256:" in rest for _, rest in pins)
