"""The command line in Chinese (中文命令行): the words that Typer says by itself. Loaded by every process, so the
tables and the texts of mistakes stay outside until somebody asks for help or errs."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import Any

import typer
from typer.core import TyperCommand, TyperGroup

_PIECES = {"[OPTIONS]": "[选项]", "COMMAND [ARGS]...": "命令 [参数]…"}
_HELP = {
    "ARGUMENTS_PANEL_TITLE": "参数",
    "OPTIONS_PANEL_TITLE": "选项",
    "COMMANDS_PANEL_TITLE": "命令",
    "DEFAULT_STRING": "[默认：{}]",
    "REQUIRED_LONG_STRING": "[必填]",
}
"""Typer's names for what its help prints."""


_Base: Any = object


class _Chinese(_Base):  # type: ignore[misc]  # stands before TyperCommand and TyperGroup, which share no base of Typer's
    """How a command shows its usage and help."""

    def get_help_option(self, ctx: Any) -> Any:
        """`--help`, in our words."""
        option = super().get_help_option(ctx)
        if option is not None:
            option.help = "显示这段说明"
        return option

    def collect_usage_pieces(self, ctx: Any) -> list[str]:
        """The parts of the usage line."""
        return [_PIECES.get(piece, piece) for piece in super().collect_usage_pieces(ctx)]

    def format_usage(self, ctx: Any, formatter: Any) -> None:
        """The usage line."""
        formatter.write_usage(ctx.command_path, " ".join(self.collect_usage_pieces(ctx)), prefix="用法：")

    def format_help(self, ctx: Any, formatter: Any) -> None:
        """The whole help."""
        words = import_module("typer.rich_utils")
        for name, text in _HELP.items():
            setattr(words, name, text)
        super().format_help(ctx, formatter)


class Command(_Chinese, TyperCommand):
    """One command."""


class Group(_Chinese, TyperGroup):
    """The commands together."""


class App(typer.Typer):
    """A Typer application whose commands speak Chinese."""

    def command(self, name: str | None = None, **options: Any) -> Callable[[Any], Any]:
        """As Typer's."""
        return super().command(name, **{"cls": Command, **options})
