"""Money is integer fen inside and yuan as text outside; exact both ways."""

from __future__ import annotations

LEVEL_DIGITS = {"city": 4, "banner": 6, "township": 9}
"""How many digits of its scope an approver of a level has at most."""


def fen(yuan: str) -> int:
    """`"1234.5"` → 123450. The text has at most two decimals; ValueError otherwise."""
    whole, _, part = yuan.partition(".")
    if len(part) > 2:
        raise ValueError("more than two decimals")
    return int(whole) * 100 + int(part.ljust(2, "0"))


def yuan(amount_fen: int) -> str:
    """123450 → `"1234.50"`."""
    sign, amount = ("-" if amount_fen < 0 else ""), abs(amount_fen)
    return f"{sign}{amount // 100}.{amount % 100:02d}"
