"""The first of two gates: only these words may stand in a rule at all.

sqlglot's parser takes far more than a rule may say (subqueries, casts, `->>`, `$1`), so words are
checked before it sees them, where every one still has its exact position, and the nodes it makes
are checked again in `parse`.
"""

from __future__ import annotations

import re
import unicodedata

import sqlglot
from sqlglot import Token, TokenType
from sqlglot.errors import TokenError

from services.screening.rules.language.errors import RuleTextError

MAX_CHARACTERS = 2000
MAX_WORDS = 300
MAX_DEPTH = 20
MAX_GREATEST = 4
"""GREATEST names its operand twice once compiled, so nesting it doubles the statement each time."""

_NAME = re.compile(r"[a-z][a-z0-9_]{0,62}")
_NUMBER = re.compile(r"[0-9]{1,12}(\.[0-9]{1,6})?")
_SPACES = "\n\r\t "

_OPERAND_ENDS = {TokenType.VAR, TokenType.NUMBER, TokenType.R_PAREN}
_SIGNS = {
    TokenType.L_PAREN: "(",
    TokenType.R_PAREN: ")",
    TokenType.COMMA: ",",
    TokenType.COLON: ":",
    TokenType.EQ: "=",
    TokenType.NEQ: "<>",
    TokenType.LT: "<",
    TokenType.LTE: "<=",
    TokenType.GT: ">",
    TokenType.GTE: ">=",
    TokenType.PLUS: "+",
    TokenType.DASH: "-",
    TokenType.STAR: "*",
    TokenType.SLASH: "/",
}
_WORDS = {TokenType.AND, TokenType.OR, TokenType.NOT, TokenType.BETWEEN, TokenType.IN}
_HIDES_NULL = {"null", "is", "isnull", "notnull", "case", "coalesce", "ifnull", "nullif", "nvl"}


def scan(text: str) -> list[Token]:
    """The words of a rule text, or RuleTextError at the first one that may not stand there."""
    _check_characters(text)
    try:
        tokens = sqlglot.tokenize(text, dialect="postgres")
    except TokenError:
        quote = max(text.rfind(mark) for mark in ("'", '"', "$", "/*"))
        raise RuleTextError("引号或注释没有结束", text, quote) from None
    if not tokens:
        raise RuleTextError("表达式是空的", text, 0)
    if len(tokens) > MAX_WORDS:
        raise RuleTextError(f"表达式太长，最多 {MAX_WORDS} 个词", text, tokens[MAX_WORDS].start)
    for index, token in enumerate(tokens):
        _check_word(text, tokens, index)
        if token.comments:
            raise RuleTextError("规则里不能写注释", text, _comment(text, tokens))
    _check_depth(text, tokens)
    return tokens


def _check_characters(text: str) -> None:
    if len(text) > MAX_CHARACTERS:
        raise RuleTextError(f"表达式太长，最多 {MAX_CHARACTERS} 个字符", text, MAX_CHARACTERS)
    for offset, character in enumerate(text):
        if not character.isprintable() and character not in _SPACES:
            raise RuleTextError("含有看不见的字符", text, offset)


def _check_word(text: str, tokens: list[Token], index: int) -> None:
    token = tokens[index]
    following = tokens[index + 1] if index + 1 < len(tokens) else None
    kind, word = token.token_type, token.text
    if kind in _WORDS:
        return
    if kind is TokenType.VAR:
        _check_name(text, token, calls=following is not None and following.token_type is TokenType.L_PAREN)
    elif kind is TokenType.NUMBER:
        if not _NUMBER.fullmatch(word):
            raise RuleTextError("数字最多 12 位整数和 6 位小数", text, token.start)
    elif kind is TokenType.STRING:
        if not 1 <= len(word) <= 64:
            raise RuleTextError("文字须为 1 至 64 个字符", text, token.start)
    elif kind is TokenType.NEQ or _SIGNS.get(kind) == word:
        _check_sign(text, tokens, index)
    elif word.lower() in _HIDES_NULL:
        raise RuleTextError(f"不能用“{word}”：没有数据就是“未知”，规则不能把它藏起来", text, token.start)
    else:
        raise RuleTextError(f"规则里不能出现“{_shorten(text[token.start : token.end + 1])}”", text, token.start)


def _check_name(text: str, token: Token, *, calls: bool) -> None:
    word = token.text
    if word.lower() in _HIDES_NULL:
        raise RuleTextError(f"不能用“{word}”：没有数据就是“未知”，规则不能把它藏起来", text, token.start)
    if calls and word.lower() == "greatest":
        return
    if calls:
        raise RuleTextError(f"不能用函数“{_shorten(word)}”，只可用 GREATEST(…, 0)", text, token.start)
    if _NAME.fullmatch(word):
        return
    if unicodedata.normalize("NFKC", word) != word:
        raise RuleTextError(f"“{_shorten(word)}”是全角字符，请改用半角", text, token.start)
    raise RuleTextError(f"名称“{_shorten(word)}”只能用小写字母、数字和下划线", text, token.start)


def _check_sign(text: str, tokens: list[Token], index: int) -> None:
    token = tokens[index]
    following = tokens[index + 1] if index + 1 < len(tokens) else None
    if token.token_type is TokenType.COLON:
        names_something = following is not None and following.token_type is TokenType.VAR
        if not names_something or following is None or following.start != token.end + 1:
            raise RuleTextError("冒号后面应当紧跟参数名", text, token.start)
    elif token.token_type is TokenType.PLUS and (index == 0 or tokens[index - 1].token_type not in _OPERAND_ENDS):
        raise RuleTextError("多余的加号", text, token.start)


def _check_depth(text: str, tokens: list[Token]) -> None:
    """Parentheses and runs of NOT or − are what makes the parser recurse."""
    depth = run = greatest = 0
    for token in tokens:
        kind = token.token_type
        greatest += kind is TokenType.VAR and token.text.lower() == "greatest"
        if greatest > MAX_GREATEST:
            raise RuleTextError(f"GREATEST 最多用 {MAX_GREATEST} 次", text, token.start)
        run = run + 1 if kind in (TokenType.NOT, TokenType.DASH) else 0
        depth += (kind is TokenType.L_PAREN) - (kind is TokenType.R_PAREN)
        if depth < 0:
            raise RuleTextError("右括号没有对应的左括号", text, token.start)
        if depth > MAX_DEPTH or run > 2:
            raise RuleTextError(f"嵌套太深，括号最多 {MAX_DEPTH} 层", text, token.start)
    if depth:
        raise RuleTextError("左括号没有结束", text, _open_parenthesis(tokens))


def _open_parenthesis(tokens: list[Token]) -> int:
    """Where the outermost parenthesis that never ends stands."""
    waiting: list[int] = []
    for token in tokens:
        if token.token_type is TokenType.L_PAREN:
            waiting.append(token.start)
        elif token.token_type is TokenType.R_PAREN:
            waiting.pop()
    return waiting[0]


def _comment(text: str, tokens: list[Token]) -> int:
    """Where the first comment starts: a mark that no word covers."""
    marks = (i for i in range(len(text)) if text.startswith(("--", "/*"), i))
    return next((i for i in marks if not any(t.start <= i <= t.end for t in tokens)), 0)


def _shorten(word: str) -> str:
    return word if len(word) <= 20 else word[:20] + "…"
