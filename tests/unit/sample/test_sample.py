"""The sample: the same each time, nobody real, plausible, and its labels say exactly what comes out."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import orjson
import pytest

import shared
from shared.codes import divisions, identity
from shared.feeds import catalogue
from shared.feeds.domain import Prepared, Refused
from shared.sample import DEFECTS, Sample, generate
from tests.unit.feeds.support import PREPARER

AS_OF = date(2026, 11, 20)


@pytest.fixture(scope="module")
def sample() -> Sample:
    return generate(300, 7, AS_OF)


class Ledger:
    """Decides as feeds §1 says, in the plainest way: newest wins, equal content is no change."""

    def __init__(self) -> None:
        self._chains: dict[tuple[str, str], list[tuple[int, bytes]]] = defaultdict(list)

    def outcome(self, feed: str, result: Prepared | Refused) -> str:
        if isinstance(result, Refused):
            return "rejected"
        chain = self._chains[feed, result.source_id]
        newest = max(chain, default=None)
        if (result.version, result.digest) in chain:
            return "duplicate"
        if newest is not None and result.version > newest[0] and result.digest == newest[1]:
            return "duplicate"
        chain.append((result.version, result.digest))
        if newest is not None and result.version < newest[0]:
            return "stale"
        if result.op == "retract":
            return "retracted"
        return "accepted" if newest is None else "corrected"


def _results(sample: Sample) -> list[tuple[str, Prepared | Refused]]:
    return [
        (f"{department}/{kind}", result)
        for department, kind, records in sample.submissions()
        for result in PREPARER.records(catalogue.get(department, kind), records)
    ]


@pytest.mark.parametrize(("households", "seed"), [(4, 1), (4, 2), (37, 3), (300, 7)])
def test_the_labels_say_what_comes_out(households: int, seed: int) -> None:
    sample, ledger = generate(households, seed, AS_OF), Ledger()
    found = Counter((feed, ledger.outcome(feed, result)) for feed, result in _results(sample))
    expected = {(feed, outcome): n for feed, counts in sample.labels.counts.items() for outcome, n in counts.items()}
    assert dict(found) == expected
    missing = set(DEFECTS) - set(sample.labels.source_ids)
    assert missing <= ({"lower_case_x"} if households < 20 else set()), "nobody of four households need have an X"


def test_each_defect_is_refused_or_noted_as_its_label_says(sample: Sample) -> None:
    codes: dict[tuple[str, str], set[str]] = defaultdict(set)
    for feed, result in _results(sample):
        entries = result.errors if isinstance(result, Refused) else result.notes
        if result.source_id is not None:
            codes[feed, result.source_id] |= {entry["code"] for entry in entries}
    for label, defect in DEFECTS.items():
        for source_id in sample.labels.source_ids[label]:
            assert defect.code is None or defect.code in codes[defect.feed, source_id]


def test_it_is_the_same_each_time_and_another_for_another_seed(sample: Sample) -> None:
    again = [orjson.dumps(batch) for batch in generate(300, 7, AS_OF).submissions()]
    assert again == [orjson.dumps(batch) for batch in sample.submissions()]
    assert again != [orjson.dumps(batch) for batch in generate(300, 8, AS_OF).submissions()]
    assert all(len(records) <= 1_000 for _, _, records in sample.submissions())


def _people(sample: Sample) -> dict[str, dict[str, Any]]:
    return {
        member["id_number"]: member | {"household": record}
        for _, kind, records in sample.submissions()
        if kind == "household"
        for record in records
        for member in record["members"]
    }


def test_nobody_is_real(sample: Sample) -> None:
    for number in _people(sample):
        assert identity.birth_of(number) is not None
        assert 990 <= int(number[14:17]) <= 999
    numbers = [m["id_number"] for m in _people(sample).values()]
    assert len(set(numbers)) == len(numbers)


def test_names_are_made_of_characters_that_stand_nowhere_else(sample: Sample) -> None:
    characters = {character for member in _people(sample).values() for character in member["name"]}
    root = Path(shared.__file__).parent.parent
    texts = [
        path
        for folder in ("shared", "services")
        for path in (root / folder).rglob("*")
        if path.suffix in (".py", ".yaml", ".csv", ".json", ".html", ".sql") and path.name != "names.yaml"
    ]
    assert len(texts) > 50
    for path in texts:
        assert not characters & set(path.read_text("utf-8")), path


def test_households_stand_in_real_villages_and_about_one_in_eighteen_was_lifted() -> None:
    households: dict[str, dict[str, Any]] = {}
    for _, kind, records in generate(1_500, 1, AS_OF).submissions():
        households.update({record["household_no"]: record for record in records if kind == "household"})
    assert len(households) == 1_500
    places = [divisions.resolve(record["division_code"]).code for record in households.values()]
    assert all(code and (place := divisions.get(code)) and place.rural for code in places)
    lifted = sum(record["base_status"] == "lifted" for record in households.values())
    assert 0.04 < lifted / 1_500 < 0.07
    assert 2.3 < sum(len(record["members"]) for record in households.values()) / 1_500 < 3.3


def test_some_families_cross_the_medical_lines_some_houses_are_unsafe_some_lifted_are_uninsured() -> None:
    burden: Counter[str] = Counter()
    insured, grades = set(), Counter[str]()
    sample = generate(1_000, 1, AS_OF)
    people = _people(sample)
    for _, kind, records in sample.submissions():
        for record in records:
            if kind == "dwelling-appraisal":
                grades[record["grade"]] += 1
            elif kind == "enrolment" and record["insurance_year"] == AS_OF.year:
                insured.add(record["id_number"])
            elif kind == "settlement" and record.get("settled_on", "") > (AS_OF - timedelta(days=365)).isoformat():
                member = people.get(record["id_number"])
                if member and "," not in record["total"]:
                    burden[member["household"]["household_no"]] += round(float(record["self_paid_in_catalogue"]))
    lifted = {m["household"]["household_no"] for m in people.values() if m["household"]["base_status"] == "lifted"}
    assert 1 <= sum(burden[household] >= 10_000 for household in lifted) < len(lifted) * 0.2
    assert 5 <= sum(total >= 26_000 for household, total in burden.items() if household not in lifted) < 60
    assert grades["C"] + grades["D"] >= 2
    uninsured = [
        number for number, m in people.items() if m["household"]["household_no"] in lifted and number not in insured
    ]
    assert 1 <= len(uninsured) < 0.1 * len(people)


def test_nothing_is_after_the_last_day_and_the_history_is_two_years(sample: Sample) -> None:
    instants = [record["source_updated_at"][:10] for _, _, records in sample.submissions() for record in records]
    assert max(instants) <= AS_OF.isoformat()
    settled = [r["settled_on"] for _, kind, records in sample.submissions() for r in records if "settled_on" in r]
    assert (AS_OF - timedelta(days=730)).isoformat()[:7] <= min(settled)[:7]
    years = {r["insurance_year"] for _, _, records in sample.submissions() for r in records if "insurance_year" in r}
    assert years == {2025, 2026}


def test_it_is_written_as_files_in_the_order_of_sending(sample: Sample, tmp_path: Path) -> None:
    sample.write(tmp_path / "files", "json")
    files = sorted((tmp_path / "files").glob("0*.json"))
    bodies = [orjson.loads(path.read_bytes())["records"] for path in files]
    assert bodies == [records for _, _, records in sample.submissions()]
    assert files[0].name == "0001-rural-revitalization-household.json"
    labels = json.loads((tmp_path / "files" / "labels.json").read_text("utf-8"))
    assert labels["counts"] == sample.labels.counts
    with pytest.raises(ValueError, match="json"):
        sample.write(tmp_path, "csv")


def test_too_few_households_are_refused() -> None:
    with pytest.raises(ValueError, match="4 households"):
        generate(3, 1, AS_OF)
