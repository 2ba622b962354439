"""The labels say exactly what comes out, of every department's records, whatever the size, the seed and the day."""

from __future__ import annotations

from datetime import date
from itertools import chain

import orjson
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from shared.feeds import catalogue
from shared.sample import DEFECTS, FIRST_DAY, Sample, generate
from tests.unit.sample.support import AS_OF, codes, expected, labelled, outcomes, results


@pytest.fixture(scope="module")
def sample() -> Sample:
    return generate(300, 7, AS_OF)


@given(households=st.integers(4, 30), seed=st.integers(0, 10_000), as_of=st.dates(FIRST_DAY, AS_OF))
@example(households=4, seed=1, as_of=AS_OF)
@example(households=60, seed=2, as_of=date(2024, 2, 29))
@example(households=60, seed=3, as_of=FIRST_DAY)
@settings(max_examples=15)
def test_the_labels_say_what_comes_out(households: int, seed: int, as_of: date) -> None:
    sample = generate(households, seed, as_of)
    found = list(results(sample))
    assert outcomes(found) == expected(sample.labels())
    assert set(codes(found)) <= set(labelled(sample.labels())), "a record without a label is neither refused nor noted"


def test_the_labels_say_what_comes_out_of_many(sample: Sample) -> None:
    found = outcomes(results(sample))
    assert found == expected(sample.labels())
    assert {outcome for _, outcome in found} == {"accepted", "corrected", "retracted", "stale", "duplicate", "rejected"}


@pytest.mark.parametrize("seed", range(6))
def test_a_dozen_households_hold_every_kind_and_nearly_every_defect(seed: int) -> None:
    labels = generate(12, seed, AS_OF).labels()
    assert set(labels.counts) == {feed.name for feed in catalogue.FEEDS.values()}
    assert set(DEFECTS) - set(labels.source_ids) <= {"lower_case_x"}, "nobody of twelve households need have an X"


def test_each_defect_is_refused_or_noted_as_its_label_says(sample: Sample) -> None:
    said, defects = codes(results(sample)), labelled(sample.labels())
    assert set(defects.values()) == set(DEFECTS)
    for (feed, source_id), label in defects.items():
        code = DEFECTS[label].code
        assert said.get((feed, source_id), set()) == ({code} if code else set()), label


def test_a_defect_is_in_one_to_three_of_a_hundred_records() -> None:
    labels = generate(2_000, 1, AS_OF).labels()
    for label, defect in DEFECTS.items():
        assert 0.005 < defect.share <= 0.03
        assert set(labels.source_ids[label]) <= set(defect.feeds)
    settled = "medical-insurance/settlement"
    total = sum(labels.counts[settled].values())
    for label in ("wrong_check_digit", "disability_card_as_id", "impossible_date", "retraction", "duplicate"):
        assert 0.004 < len(labels.source_ids[label][settled]) / total < 0.03, label


def test_it_is_the_same_each_time_and_another_for_another_seed(sample: Sample) -> None:
    again = [orjson.dumps(batch) for batch in generate(300, 7, AS_OF).submissions()]
    assert again == [orjson.dumps(batch) for batch in sample.submissions()]
    assert again != [orjson.dumps(batch) for batch in generate(300, 8, AS_OF).submissions()]
    assert all(len(records) <= 1_000 for _, _, records in sample.submissions())


def test_what_must_arrive_later_comes_later(sample: Sample) -> None:
    versions: dict[tuple[str, str], list[str]] = {}
    overtaken = set(sample.labels().source_ids["correction_before_original"])
    for feed, items in sample.waves():
        for item in items:
            if item.label != "two_heads":
                key = (feed, item.record["source_id"])
                versions.setdefault(key, []).append(item.record["source_updated_at"])
    backwards = {feed for (feed, _), instants in versions.items() if instants != sorted(instants)}
    assert backwards == overtaken


def test_a_sheet_of_households_names_each_once(sample: Sample) -> None:
    for feed, items in sample.waves():
        if feed == "rural-revitalization/household":
            numbers = [item.record["household_no"] for item in items]
            assert len(numbers) == len(set(numbers))


def test_nothing_is_after_the_last_day_and_the_history_is_two_years(sample: Sample) -> None:
    records = list(chain.from_iterable(records for _, _, records in sample.submissions()))
    instants = [record["source_updated_at"][:10] for record in records]
    assert max(instants) <= AS_OF.isoformat()
    assert min(instants) >= "2024-10-31", "the enrolments of 2025 begin on 1 November"
    settled = [day for record in records if not (day := record.get("settled_on", "02-30")).endswith("02-30")]
    assert min(settled)[:7] in ("2024-11", "2024-12")
    assert {record["insurance_year"] for record in records if "insurance_year" in record} == {2025, 2026}
    assert len({record["period_end_month"] for record in records if "period_end_month" in record}) == 8


def test_too_few_households_and_too_early_a_day_are_refused() -> None:
    with pytest.raises(ValueError, match="4 households"):
        generate(3, 1, AS_OF)
    with pytest.raises(ValueError, match="2021-01-01"):
        generate(4, 1, date(2020, 12, 31))
