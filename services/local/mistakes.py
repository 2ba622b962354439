"""Mistakes on the command line in Chinese (命令行错误): what Typer refuses, as one line that says what is allowed."""

from __future__ import annotations

import re
from typing import Any

from pydantic import ValidationError
from typer.exceptions import TyperException

from shared.http.validation import field_errors

_SENTENCES = (
    (r"No such command '(.*)'\.", "没有命令 {0}"),
    (r"Missing command\.", "缺少命令"),
    (r"Got unexpected extra argument\S* \((.*)\)", "多余的参数：{0}"),
    (r"Option '(.*)' requires an argument\.", "选项 {0} 后面缺少它的值"),
    (r"Option '(.*)' does not take a value\.", "选项 {0} 不带值"),
)
"""Refusals that have no class of their own, by their English text."""


def told(error: TyperException) -> str:
    """What is wrong, and where the help is; empty when the help itself has just been shown."""
    kind = type(error).__name__
    if kind == "NoArgsIsHelpError":
        return ""
    context: Any = getattr(error, "ctx", None)
    help_is = f"。用法见 {context.command_path} --help" if context is not None else ""
    return f"xianjie：{_sentence(kind, error)}{help_is}"


def _sentence(kind: str, error: Any) -> str:
    if kind == "NoSuchOption":
        nearest = "、".join(sorted(error.possibilities or ()))
        return f"没有选项 {error.option_name}" + (f"，相近的有 {nearest}" if nearest else "")
    if kind == "MissingParameter":
        return f"缺少{_name(error).rstrip()}"
    if kind == "BadParameter":
        return f"{_name(error)}的值不对：{_reason(error)}"
    for pattern, text in _SENTENCES:
        found = re.fullmatch(pattern, error.message)
        if found is not None:
            return text.format(*found.groups())
    return str(error.message)


def _name(error: Any) -> str:
    parameter = error.param
    if parameter is None:
        return "参数"
    argument = parameter.param_type_name == "argument"
    return f"参数 {parameter.metavar or parameter.name} " if argument else f"选项 {parameter.opts[0]} "


def _reason(error: Any) -> str:
    cause = error.__cause__
    if isinstance(cause, ValidationError):
        return "；".join(one["message"].replace("“内容”", "") for one in field_errors(cause.errors()))
    return str(error.message)
