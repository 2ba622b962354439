"""Refusals of this room."""

from __future__ import annotations

from shared.errors import ConflictError, InvalidError, NotFoundError


class EntryRefusedError(InvalidError):
    """The entry breaks a rule of the ledger; `errors` name each with the article or paragraph it rests on."""

    code = "entry_refused"
    title = "分录不符合台账规则"


class LaterEntryConflictError(ConflictError):
    """The entry may stand by itself, but entries of later days would no longer hold; nothing was stored. `entries`
    lists each of those with its id, kind and day, `errors` say why in the same order."""

    code = "later_entry_conflicts"
    title = "与其后的分录冲突"


class EntryNotFoundError(NotFoundError):
    """No such entry of this asset, or it was reversed already."""

    code = "entry_not_found"
    title = "没有这条分录"
