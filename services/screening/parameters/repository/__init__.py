"""Every statement of the room: values in force (`values`), and what people propose (`proposals`)."""

from services.screening.parameters.repository.values import add, in_force, known, relation_sql

__all__ = ["add", "in_force", "known", "relation_sql"]
