"""freshness (数据时效): per feed and banner, when something last came and whether that is too long ago."""
