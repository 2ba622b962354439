"""Unified social credit codes 统一社会信用代码 (GB 32100-2015), check character included.

No code is refused for its first letter: village collectives carry N, and more are being issued.
"""

from __future__ import annotations

import re
import unicodedata

from shared.codes.errors import CodeError

ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
WEIGHTS = tuple(pow(3, position, 31) for position in range(17))
_CODE = re.compile(f"[{ALPHABET}]{{18}}", re.ASCII)


def check_character(first_17: str) -> str:
    """The eighteenth character for the first 17."""
    total = sum(weight * ALPHABET.index(character) for weight, character in zip(WEIGHTS, first_17, strict=True))
    return ALPHABET[-total % 31]


def parse(raw: str) -> str:
    """The code in upper case, half width, without spaces. Raises CodeError:
    `credit_code_format`, `credit_code_check`."""
    code = "".join(unicodedata.normalize("NFKC", raw).split()).upper()
    if not _CODE.fullmatch(code):
        raise CodeError("credit_code_format", "应为 18 位统一社会信用代码（数字和大写字母，不含 I、O、S、V、Z）")
    if check_character(code[:17]) != code[17]:
        raise CodeError("credit_code_check", "校验码不对，请对照证照核对")
    return code
