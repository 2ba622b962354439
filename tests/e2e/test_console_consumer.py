"""A Kafka consumer that is not ours reads the warnings: Apache Kafka's own console consumer."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from services.local.kafka import console_consumer, jars
from shared.events import topics
from tests.factories import people
from tests.support.live import Live, wait_until

pytestmark = pytest.mark.kafka


@pytest.fixture
def on_kafka(tmp_path: Path) -> Iterator[Live]:
    """A stack on Apache Kafka."""
    live = Live.start(tmp_path / "data", "kafka")
    yield live
    live.close()


def test_the_console_consumer_reads_a_warning_with_cloudevents_headers(on_kafka: Live) -> None:
    household_no = people.household_no(1)
    assert on_kafka.push("rural-revitalization/household", [people.household(1, [0, 1])]).status_code == 201
    enrolled = [people.enrolment(f"E-{person}", person) for person in (0, 1)]  # nothing but the bill shall warn
    assert on_kafka.push("medical-insurance/enrolment", enrolled).status_code == 201
    bill = people.settlement("S-1", 0, "12000.00")
    assert on_kafka.push("medical-insurance/settlement", [bill]).status_code == 201
    published = "SELECT count(*) FROM outbox WHERE published_at IS NOT NULL"
    wait_until(lambda: on_kafka.count("screening", published) > 0, what="the warning published")
    (change,) = on_kafka.get("screening", "/v1/warnings/changes", after="0")["items"]

    lines = console_consumer(jars(), on_kafka.stack.bootstrap, topics.WARNINGS, count=1, seconds=15).splitlines()

    (line,) = lines
    printed, key, value = line.split("\t")
    headers = dict(header.split(":", 1) for header in printed.split(","))
    assert key == household_no
    assert headers["ce_specversion"] == "1.0"
    assert headers["ce_type"] == "xianjie.warning.raised.v1"
    assert headers["ce_source"] == "/xianjie/screening"
    assert headers["ce_id"]
    body = json.loads(value)
    assert body["household_seq"] == change["household_seq"] == 1
    said = {name: body["warning"][name] for name in ("warning_id", "household_no", "rule_code")}
    assert said == {name: change["warning"][name] for name in said}
    assert (said["household_no"], said["rule_code"]) == (household_no, "M01")
    for person in (0, 1):
        assert people.id_number(person)[6:17] not in line
