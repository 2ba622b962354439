"""Personal data (个人信息): person keys, sealing, and the one mask (design: trust §1)."""

from shared.privacy.keys import PersonKeys
from shared.privacy.masks import mask, mask_id, mask_name
from shared.privacy.sealing import Sealer, UnsealError

__all__ = ["PersonKeys", "Sealer", "UnsealError", "mask", "mask_id", "mask_name"]
