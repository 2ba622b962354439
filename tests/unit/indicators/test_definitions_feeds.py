"""Definitions and the cohort agree on the feeds behind a number."""

from __future__ import annotations

from services.indicators.cohort import service as cohort
from services.indicators.definitions import service
from services.indicators.holdings import service as holdings

CATALOGUE = service.catalogue()


def test_an_indicator_is_computed_from_the_feeds_that_have_a_say_in_its_calculation() -> None:
    entered = holdings.CALCULATIONS
    computed = [i for i in CATALOGUE.indicators if i.computed and i.formula.name not in {None, *entered}]
    assert len(computed) == 10
    for indicator in computed:
        fed = {source for source in indicator.sources if not source.endswith("/observation")}
        assert fed == cohort.feeds_of(indicator.formula.name or "")
