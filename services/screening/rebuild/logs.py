"""The seam to whoever keeps what was published."""

from shared.rebuild.logs import Batch

__all__ = ["Batch"]
