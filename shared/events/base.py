"""What every event class is made of."""

from __future__ import annotations

from typing import Annotated, ClassVar

from pydantic import BaseModel, ConfigDict, Field

MAX_BIGINT = 2**63 - 1

BigInt = Annotated[int, Field(ge=0, le=MAX_BIGINT)]
"""What PostgreSQL's bigint holds: a larger number must be refused here, not in a handler."""
Short = Annotated[str, Field(min_length=1, max_length=200)]


class Part(BaseModel):
    """A piece of an event: frozen; unknown fields are ignored, so that a producer may add optional ones."""

    model_config = ConfigDict(frozen=True, extra="ignore", ser_json_inf_nan="null")


class Event(Part):
    """An event in the past tense. Adding an optional field keeps `TYPE`; anything else is a new class
    with the next number, published beside this one under the same `ce_id`."""

    TYPE: ClassVar[str]
    """The CloudEvents type, with its version at the end."""
    TITLE: ClassVar[str]
    """The event in Chinese, for the AsyncAPI page."""
    TOPIC: ClassVar[str]
    """Where it is published; a class with one topic a department overrides `topic` instead."""

    def topic(self) -> str:
        """The topic that this event belongs on."""
        return self.TOPIC
