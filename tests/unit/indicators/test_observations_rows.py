"""Rows of a spreadsheet: whatever stands in a cell, it is read or refused by its row and heading, and nothing else."""

from __future__ import annotations

import csv
import io
from decimal import Decimal

from hypothesis import example, given
from hypothesis import strategies as st

from services.indicators.definitions import service as definitions
from services.indicators.observations.files.rows import Read, read
from services.indicators.observations.spots import TITLES
from shared.errors import InvalidError

GOOD = {
    "观测项": "农村牧区总户数",
    "区划代码": "150625000000",
    "期间": "2025",
    "数值": "120000",
    "单位": "户",
    "依据文件": "统计年报",
}
CELLS = st.one_of(
    st.text(max_size=30),
    st.integers().map(str),
    st.floats().map(str),
    st.dates().map(str),
    st.uuids().map(str),
    st.sampled_from(["", " ", "1e400", "NaN", "-0", "1,234.5", "１２３", "2025-13", "2025年3月", "=1+1", "#N/A"]),
)


def sheet(*rows: dict[str, str]) -> bytes:
    out = io.StringIO()
    table = csv.DictWriter(out, list(TITLES.values()))
    table.writeheader()
    table.writerows(rows)
    return out.getvalue().encode()


def outcome(content: bytes) -> Read | InvalidError:
    try:
        return read(content, "a.csv")
    except InvalidError as refused:
        return refused


@given(title=st.sampled_from(list(TITLES.values())), cell=CELLS)
@example(title="数值", cell="9" * 40)
@example(title="区划代码", cell="15062500000" + "٠")
def test_any_cell_is_read_or_named(title: str, cell: str) -> None:
    found = outcome(sheet(GOOD, {**GOOD, title: cell}))
    if isinstance(found, Read):
        assert (len(found.drafts), found.spots[1].row) == (2, 3)
    else:
        assert {error["pointer"] for error in found.errors} <= {f"/rows/3/{title}"}
        assert found.errors or found.code != "observations_refused"


@given(value=st.decimals(min_value=-(10**9), max_value=10**9, places=4))
def test_a_number_is_read_exactly(value: Decimal) -> None:
    plain = f"{value:f}"
    assert read(sheet({**GOOD, "数值": plain}), "a.csv").drafts[0].value == value
    grouped = f"{value:,f}"
    assert read(sheet({**GOOD, "数值": grouped}), "a.csv").drafts[0].value == value


def test_titles_of_inputs_and_of_indicators_are_each_one_things() -> None:
    """Else a title in a sheet would not say what it is."""
    catalogue = definitions.catalogue()
    inputs = [entry.title for entry in catalogue.inputs.values()]
    indicators = [indicator.title for indicator in catalogue.indicators]
    assert len(inputs) == len(set(inputs))
    assert len(indicators) == len(set(indicators))
    for code, entry in catalogue.inputs.items():
        assert read(sheet({**GOOD, "观测项": entry.title}), "a.csv").drafts[0].input == code
