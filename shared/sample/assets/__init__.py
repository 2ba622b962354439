"""Project assets in the sample (样例项目资产): projects, assets and what happened to them, as clerks enter them."""

from shared.sample.assets.domain import Asset, Body, Step
from shared.sample.assets.sample import AssetSample

__all__ = ["Asset", "AssetSample", "Body", "Step"]
