"""Has the broker lost its log? (architecture §5, "Broker amnesia")

We are the only producer of our topics, so the base offset of what we send next must be above the one we sent last. An
embedded broker forgets everything with its process; a restored cluster may have lost its end.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from shared.messaging.dead import id_of
from shared.messaging.domain import Ack
from shared.messaging.protocols import Publisher, TopicPartition

Known = Mapping[TopicPartition, tuple[int, str]]
"""By partition: base offset of the last batch known to be in the log, and the id of its first message."""


def contradicts(known: Known, acks: Iterable[Ack]) -> bool:
    """Whether an acknowledgement says that the log is shorter than we know it to be."""
    last = {place: base for place, (base, _) in known.items()}
    for ack in acks:
        place = (ack.topic, ack.partition)
        if ack.base_offset <= last.get(place, -1):
            return True
        last[place] = ack.base_offset
    return False


async def forgotten(publisher: Publisher, known: Known) -> bool:
    """Ask a broker that we have just connected to, or have not spoken to for a while.

    Offsets alone do not tell a log that was lost and has grown again past what we know, as when a leader published to
    the new log and was killed before it could remember; so the message at the highest known offset must be
    the one we put there, unless retention has taken it.
    """
    if not known:
        return False
    ends = await publisher.end_offsets(sorted({topic for topic, _ in known}))
    if any(ends.get(place, 0) <= base for place, (base, _) in known.items()):
        return True
    (topic, partition), (base, event_id) = max(known.items(), key=lambda item: item[1][0])
    there = await publisher.read_back(topic, partition, base)
    return there is not None and id_of(there) != event_id
