"""The formulas over lifted households' incomes and one observed figure beside them. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal

from services.indicators.cohort.domain import IncomeMean
from services.indicators.values.figures import Figures, said
from services.indicators.values.formulas import Asked, Made

_FEN = Decimal(100)


def per_head(net_fen: int, heads: int) -> Decimal | None:
    """Net income per head in yuan; None when nobody is counted."""
    return Decimal(net_fen) / heads / _FEN if heads else None


def income_growth_gap(asked: Asked, mean: IncomeMean, figures: Figures) -> Made:
    """Growth of the mean net income per head of lifted households, less an observed growth rate: percentage points."""
    now, before = per_head(mean.net_fen, mean.heads), per_head(mean.net_before_fen, mean.heads_before)
    beside, basis = _beside(mean, now, before), _basis(mean)
    if mean.reason is not None or now is None or before is None:
        return Made(None, None, None, mean.reason or _nobody(asked), basis)
    if before <= 0:
        reason = f"{asked.year - 1}年人均纯收入不为正，没有增速"
        return Made(None, None, None, reason, basis, beside)
    growth, name = (now / before - 1) * 100, asked.arguments["growth"]
    figure = figures.figure(name, asked.division, asked.period)
    if figure.value is None:
        return Made(None, growth, None, figure.reason, basis, beside)
    beside[name] = figure.value
    return Made(growth - figure.value, growth, None, None, basis, beside, figure.used)


def income_ratio(asked: Asked, mean: IncomeMean, figures: Figures) -> Made:
    """Mean net income per head of lifted households ÷ an observed income × 100."""
    now, before = per_head(mean.net_fen, mean.heads), per_head(mean.net_before_fen, mean.heads_before)
    beside, basis = _beside(mean, now, before), _basis(mean)
    if mean.reason is not None or now is None:
        return Made(None, None, None, mean.reason or _nobody(asked), basis)
    figure = figures.figure(asked.arguments["income"], asked.division, asked.period)
    if not figure.value:
        return Made(None, now, None, figure.reason, basis, beside)
    return Made(now * 100 / figure.value, now, figure.value, None, basis, beside, figure.used)


def _nobody(asked: Asked) -> str:
    return f"{said(asked.period)}没有脱贫户成员计入人均纯收入"


def _beside(mean: IncomeMean, now: Decimal | None, before: Decimal | None) -> dict[str, Decimal]:
    beside = {"households": Decimal(mean.households), "without": Decimal(mean.without)}
    if now is not None:
        beside["net_income_per_head"] = now
    if before is not None:
        beside["net_income_per_head_before"] = before
    return beside


def _basis(mean: IncomeMean) -> str | None:
    parts = ["人均纯收入与人均可支配收入是两个口径", *mean.gaps]
    if mean.without:
        parts.append(f"{mean.without} 户没有两年的家庭收入，未计入")
    return "；".join(parts)


INCOMES: Mapping[str, Callable[[Asked, IncomeMean, Figures], Made]] = {
    "income_growth_gap": income_growth_gap,
    "income_ratio": income_ratio,
}
