"""What a database error means to a caller: away, full, busy, a value it cannot hold, or our bug."""

from __future__ import annotations

import asyncpg
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from shared.errors import AppError, InvalidError
from shared.http.errors import TooBusyError, UnavailableError

_AWAY = (
    asyncpg.PostgresConnectionError,
    asyncpg.CannotConnectNowError,
    asyncpg.AdminShutdownError,
    asyncpg.CrashShutdownError,
    asyncpg.DatabaseDroppedError,
    asyncpg.InvalidCatalogNameError,
    asyncpg.ReadOnlySQLTransactionError,
    asyncpg.IdleInTransactionSessionTimeoutError,
    OSError,
)
_FULL = (asyncpg.DiskFullError, asyncpg.OutOfMemoryError)
_CONTENDED = (
    asyncpg.TooManyConnectionsError,
    asyncpg.SerializationError,
    asyncpg.DeadlockDetectedError,
    asyncpg.LockNotAvailableError,
    asyncpg.QueryCanceledError,
)
_UNSTORABLE = (
    asyncpg.CharacterNotInRepertoireError,
    asyncpg.UntranslatableCharacterError,
    asyncpg.NumericValueOutOfRangeError,
    asyncpg.DatetimeFieldOverflowError,
)


class StorageFullError(UnavailableError):
    """The disk is full: reading goes on, nothing is stored until there is room."""

    code = "storage_full"
    title = "存储空间不足"


class UnstorableError(InvalidError):
    """A value that passed the schema and that the database cannot hold."""

    code = "unstorable_value"


def translate(error: BaseException) -> AppError | None:
    """The refusal that `error` amounts to, or None when it is a fault of our own."""
    if isinstance(error, PoolTimeoutError):
        return TooBusyError("当前请求较多，请稍后重试。", headers={"Retry-After": "1"})
    meanings = (_meaning(cause) for cause in _causes(error))
    return next((meaning for meaning in meanings if meaning is not None), None)


def _meaning(cause: BaseException) -> AppError | None:
    if isinstance(cause, _FULL):
        return StorageFullError("存储空间不足，数据未保存，请稍后重试。", headers={"Retry-After": "60"})
    if isinstance(cause, _CONTENDED):
        return UnavailableError("并发过高，本次未保存，请重试。", headers={"Retry-After": "1"})
    # The exact class is raised by the driver itself, for a parameter that its type cannot hold.
    if isinstance(cause, _UNSTORABLE) or type(cause) is asyncpg.DataError:
        return UnstorableError("内容中有无法保存的字符或数值（例如空字符、超出范围的数）。")
    closed = isinstance(cause, asyncpg.InterfaceError) and "closed" in str(cause)
    if closed or isinstance(cause, _AWAY) or (isinstance(cause, DBAPIError) and cause.connection_invalidated):
        return UnavailableError("数据库暂时不可用，数据未保存，请稍后重试。", headers={"Retry-After": "5"})
    return None


def _causes(error: BaseException) -> list[BaseException]:
    """`error` and what it was raised from: SQLAlchemy wraps twice, asyncpg itself once."""
    found: list[BaseException] = []
    while error not in found:
        found.append(error)
        error = getattr(error, "orig", None) or error.__cause__ or error
    return found
