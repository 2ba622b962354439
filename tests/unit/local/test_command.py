"""The command line speaks Chinese, also where it refuses."""

from __future__ import annotations

from pathlib import Path

import pytest

from services import cli
from shared.http.issuer import DevIssuer


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[object, str, str]:
    """The exit code, what was said, and what was said about a mistake."""
    with pytest.raises(SystemExit) as ended:
        cli.main(arguments)
    said = capsys.readouterr()
    return ended.value.code, said.out, said.err


@pytest.mark.parametrize(
    ("arguments", "text"),
    [
        (("nope",), "没有命令 nope。用法见 xianjie --help"),
        (("token", "--bogus"), "没有选项 --bogus，相近的有 --hours。用法见 xianjie token --help"),
        (("serve",), "缺少参数 SERVICE。用法见 xianjie serve --help"),
        (("serve", "ingest", "more"), "多余的参数：more。用法见 xianjie serve --help"),
        (("serve", "foo"), "参数 SERVICE 的值不对：服务只有 ingest、screening、indicators、assets。"),
        (("up", "--port", "abc"), "选项 --port 的值不对：应为整数。"),
        (("up", "--households", "1"), "选项 --households 的值不对：不能小于 4。"),
        (("up", "--port"), "选项 --port 后面缺少它的值"),
        (("up", "--fresh=1"), "选项 --fresh 不带值"),
    ],
)
def test_a_mistake_is_one_line_that_says_what_is_allowed(
    capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...], text: str
) -> None:
    code, said, mistake = run(capsys, *arguments)
    assert (code, said) == (2, "")
    assert mistake.startswith(f"xianjie：{text}")
    assert mistake.count("\n") == 1


@pytest.mark.parametrize("arguments", [("--help",), *((command, "--help") for command in ("up", "token", "serve"))])
def test_help_is_in_chinese(capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...]) -> None:
    code, said, _ = run(capsys, *arguments)
    assert code == 0
    assert "用法：xianjie" in said
    assert "显示这段说明" in said
    for english in ("Usage", "Options", "Arguments", "Commands", "default", "required", "Show this"):
        assert english not in said


@pytest.mark.parametrize(
    ("options", "text"),
    [
        (("--department", "foo"), "没有部门 foo：可用的有 civil-affairs（民政）、"),
        (("--role", "boss"), "没有角色 boss：可用的有 department（部门系统）、"),
        (("--role", "banner_officer"), "角色 banner_officer（旗区经办人）只能看一个区划的数据，请给出 --division"),
        (("--role", "banner_officer", "--division", "150699000000"), "没有代码为 150699000000 的行政区划"),
        (("--role", "department"), "角色 department（部门系统）只能看一个部门的数据，请给出 --department"),
        ((), "请给出 --department 或 --role"),
    ],
)
def test_a_token_that_no_service_would_take_is_not_signed(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, options: tuple[str, ...], text: str
) -> None:
    DevIssuer(tmp_path / "issuer", environment="development")
    with pytest.raises(SystemExit) as ended:
        cli.main(["token", "--data", str(tmp_path), *options])
    assert str(ended.value.code).startswith(f"xianjie：{text}")
    assert capsys.readouterr().out == ""


def test_a_token_of_a_department_is_only_the_token(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    DevIssuer(tmp_path / "issuer", environment="development")
    code, said, _ = run(capsys, "token", "--data", str(tmp_path), "--department", "housing")
    assert code in (0, None)
    assert said.count(".") == 2
    assert said.count("\n") == 1
