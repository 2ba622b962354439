"""The command `xianjie`. Wiring only: each command hands over to `services.local`.

Every API and worker is this command too, so what only `up` needs (REST client, tables, sample) is
loaded by name when `up` is called and stays out of the services' memory.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path
from typing import Annotated, Any

import typer
from typer.exceptions import TyperException

from services.local.command import App, Group
from services.local.errors import LocalError
from services.local.layout import DEFAULT_DATA, DEFAULT_PORT
from shared.names import SERVICES
from shared.settings import SettingsError

app = App(
    cls=Group,
    no_args_is_help=True,
    add_completion=False,
    help="衔接：防止返贫动态监测的数据共享平台",
    pretty_exceptions_enable=False,
)
INGEST = f"http://127.0.0.1:{DEFAULT_PORT + 1}"
Data = Annotated[Path, typer.Option("--data", metavar="DIR", help="数据目录")]


def _service(name: str) -> str:
    if name not in SERVICES:
        raise typer.BadParameter(f"服务只有 {'、'.join(SERVICES)}")
    return name


Service = Annotated[
    str, typer.Argument(metavar="SERVICE", callback=_service, help="ingest、screening、indicators 或 assets")
]


def _call(module: str, function: str, *arguments: Any) -> Any:
    return getattr(import_module(f"services.local.{module}"), function)(*arguments)


@app.command()
def up(
    data: Data = DEFAULT_DATA,
    households: Annotated[int | None, typer.Option(metavar="N", min=4, max=200_000, help="样例户数，默认 2000")] = None,
    port: Annotated[int, typer.Option(metavar="N", min=1, max=65_531, help="接口用 port+1 … port+4")] = DEFAULT_PORT,
    fresh: Annotated[bool, typer.Option("--fresh", help="清空数据目录，从头开始")] = False,
    no_sample: Annotated[bool, typer.Option("--no-sample", help="不报送样例，也不用演示参数")] = False,
    check: Annotated[bool, typer.Option("--check", help="出了指标表就结束；一切相符返回 0")] = False,
    broker: Annotated[
        str, typer.Option(metavar="kafka|HOST:PORT", help="默认内置总线；kafka 为本机 Apache Kafka")
    ] = "tansu",
    database: Annotated[str | None, typer.Option(metavar="URL", help="已有 PostgreSQL 的 postgresql:// 地址")] = None,
) -> None:
    """在本机启动整套系统，报送样例，显示预警和指标表，直到 Ctrl-C。"""
    options = {
        "data": data,
        "households": households,
        "port": port,
        "fresh": fresh,
        "sample": not no_sample,
        "check": check,
        "broker": broker,
        "database": database,
    }
    raise typer.Exit(_call("up", "run", options))


@app.command()
def serve(service: Service) -> None:
    """运行一个服务的接口（配置取自环境变量）。"""
    _call("run", "serve", service)


@app.command()
def work(service: Service) -> None:
    """运行一个服务的后台进程（配置取自环境变量）。"""
    _call("run", "work", service)


@app.command()
def migrate(service: Service) -> None:
    """把一个服务的数据库升级到本版本的表结构。"""
    _call("run", "migrate", service)


@app.command()
def sample(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="写到哪个文件夹")],
    households: Annotated[int, typer.Option(min=4, max=200_000, help="户数")] = 2000,
    seed: Annotated[int, typer.Option(help="种子：同一种子得到同样的内容")] = 1,
    as_of: Annotated[str | None, typer.Option(metavar="DATE", help="截至日期，默认今天，不能在将来")] = None,
    form: Annotated[str, typer.Option("--format", metavar="csv|xlsx|ndjson|json", help="文件格式")] = "json",
) -> None:
    """只生成各部门的合成报送文件和它们的预期结果（labels.json），写到一个新文件夹。"""
    _call("sampling", "run", folder, households, seed, as_of, form)


@app.command()
def push(  # noqa: PLR0913, PLR0917 - options of a command, each with a name
    path: Annotated[
        Path, typer.Argument(metavar="FILE|DIR", help="CSV、XLSX、NDJSON 或 JSON 文件；或放着这些文件的文件夹")
    ],
    feed: Annotated[str | None, typer.Option(metavar="部门/种类", help="数据种类；文件名里有时可省略")] = None,
    url: Annotated[str, typer.Option(envvar="XIANJIE_INGEST_URL", metavar="URL", help="数据接入服务的地址")] = INGEST,
    token: Annotated[
        str | None, typer.Option(envvar="XIANJIE_TOKEN", metavar="TOKEN", help="访问令牌；省略时用数据目录签发开发令牌")
    ] = None,
    chunk: Annotated[int, typer.Option(min=1, max=5000, help="一次发送的条数")] = 1000,
    patience: Annotated[float, typer.Option(min=0, help="平台不可用时最多等待的秒数")] = 900,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="只校验，不保存")] = False,
    delivery: Annotated[str | None, typer.Option(metavar="PERIOD", help="属于哪一报送期，例如 2026-11")] = None,
    state: Annotated[
        Path | None, typer.Option(metavar="DIR", help="进度和问题清单放在哪个文件夹，默认在文件旁边")
    ] = None,
    data: Data = DEFAULT_DATA,
) -> None:
    """报送文件：分批发送，中断后再运行同一命令即接着发；有拒收时返回 1 并写出问题清单，没能完成时返回 2。"""
    options = {"path": path, "feed": feed, "chunk": chunk, "dry_run": dry_run, "delivery": delivery, "state": state}
    raise typer.Exit(_call("pushing", "run", data, url, token, patience, options))


@app.command()
def token(
    role: Annotated[str | None, typer.Option(help="角色，例如 developer、banner_officer")] = None,
    department: Annotated[str | None, typer.Option(help="部门，例如 medical-insurance")] = None,
    division: Annotated[str | None, typer.Option(help="行政区划代码（12 位）")] = None,
    hours: Annotated[float, typer.Option(min=0.01, max=24 * 31, help="有效小时数")] = 12,
    data: Data = DEFAULT_DATA,
) -> None:
    """签发一个开发用令牌，只输出令牌本身。"""
    typer.echo(_call("tools", "token", data, role, department, division, hours))


@app.command()
def republish(
    service: Service,
    days: Annotated[int, typer.Option(min=1, max=30, help="最近多少天")] = 30,
    data: Data = DEFAULT_DATA,
) -> None:
    """把保留的发件箱按原来的次序再发一遍（消费者认得出重复）。"""
    typer.echo(_call("tools", "republish", service, data, days))


@app.command()
def sweep(
    as_of: Annotated[str | None, typer.Option(metavar="DATE", help="截至日期，默认今天，不能在将来")] = None,
    division: Annotated[str | None, typer.Option(metavar="CODE", help="行政区划代码，默认全市")] = None,
    kind: Annotated[
        str, typer.Option(metavar="KIND", help="live-day、quarterly（季度）或 year-end（年底）")
    ] = "live-day",
    cancel: Annotated[bool, typer.Option("--cancel", help="取消正在运行的批次")] = False,
    data: Data = DEFAULT_DATA,
) -> None:
    """筛查全部农牧户（或季度、年底的排查对象）并显示报告；中断后再运行同一命令即接着做。"""
    raise typer.Exit(_call("sweeping", "run", data, as_of, division, kind, cancel))


@app.command()
def rebuild(
    service: Annotated[str, typer.Argument(metavar="SERVICE", help="screening 或 indicators")],
    ingest: Annotated[
        str | None, typer.Option(envvar="XIANJIE_INGEST_DATABASE_URL", metavar="URL", help="数据接入的数据库")
    ] = None,
    assets: Annotated[
        str | None, typer.Option(envvar="XIANJIE_ASSETS_DATABASE_URL", metavar="URL", help="项目资产的数据库")
    ] = None,
    data: Data = DEFAULT_DATA,
) -> None:
    """由各服务保留的数据重新做出户册、户情指标和预警（screening）或指标所依据的数据和指标数值（indicators），与现有的对照，
    不同的以重建的为准；系统可照常运行，不重发事件。完全相同返回 0，有不同（已改正）返回 1。"""
    raise typer.Exit(_call("rebuilding", "run", service, data, ingest, assets))


@app.command(name="topics")
def make_topics(bootstrap: Annotated[str, typer.Argument(metavar="HOST:PORT", help="总线地址")]) -> None:
    """在一个总线上建立缺少的主题。"""
    typer.echo(_call("tools", "make_topics", bootstrap))


@app.command()
def secrets(data: Data = DEFAULT_DATA) -> None:
    """输出数据目录的密钥（没有就生成），作为 .env 的内容。"""
    typer.echo(_call("tools", "secrets", data))


@app.command()
def check(service: Service, data: Data = DEFAULT_DATA) -> None:
    """检查一个服务的配置和它要连的数据库、总线、签发方。"""
    raise typer.Exit(_call("doctor", "run", service, data))


def main(arguments: Sequence[str] | None = None) -> None:
    """Entry point: what a person can mend is one line on standard error and exit code 1, or 2 for the command
    line itself."""
    try:
        sys.exit(app(arguments, prog_name="xianjie", standalone_mode=False))
    except TyperException as error:
        if text := _call("mistakes", "told", error):
            sys.stderr.write(f"{text}\n")
        sys.exit(2)
    except (LocalError, SettingsError) as error:
        sys.exit(f"xianjie：{error}")


if __name__ == "__main__":
    main()
