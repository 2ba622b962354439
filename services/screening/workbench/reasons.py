"""Why there is a warning, for its page: the verdict's own sentence, and what else the rule looked at. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from services.screening.rules.domain import VERDICTS, RuleVersion
from services.screening.rules.judgements import judgements
from services.screening.warnings.evidence import Evidence, Leaf

BEARING: dict[bool | None, str] = {False: "不支持预警", None: "无法判断"}
"""What a judgement that the sentence leaves out does for the warning."""


@dataclass(frozen=True, slots=True)
class Beside:
    """A judgement that speaks against the warning (`supports` False) or not at all (None): how things are, and of an
    unknown one what stands in the way."""

    supports: bool | None
    text: str
    remark: str


@dataclass(frozen=True, slots=True)
class Reasons:
    """`sentence` says what the warning rests on; `beside` is what else the rule asked, most often another way into its
    population that was not taken."""

    sentence: str
    beside: Sequence[Beside]


def reasons(evidence: Evidence, rule: RuleVersion | None) -> Reasons:
    """Of one warning, with the version that it was judged by. Evidence of the first release has no sentence: it is made
    of what speaks for the warning."""
    leaves = evidence["leaves"]
    found = [] if rule is None else _judged(evidence, rule)
    supporting = [one.text for one in found if one.supports] or [leaf["text"] for leaf in leaves if leaf["truth"]]
    sentence = evidence.get("text") or f"{VERDICTS[evidence['verdict']]}：{'；'.join(supporting)}"
    return Reasons(sentence, [one for one in found if not one.supports])


def _judged(evidence: Evidence, rule: RuleVersion) -> list[Beside]:
    leaves = evidence["leaves"]
    found = judgements(
        rule,
        {fact["name"]: fact["value"] for fact in evidence["facts"]},
        {one["name"]: one["value"] for one in evidence["parameters"]},
        [leaf["truth"] for leaf in leaves],
    )
    return [Beside(one.supports, one.text, _remark(leaf)) for one, leaf in zip(found, leaves, strict=True)]


def _remark(leaf: Leaf) -> str:
    if leaf["truth"] is not None:
        return ""
    return "没有可用的数据" if leaf["value"] is None else "有数据没有到，不能认定"
