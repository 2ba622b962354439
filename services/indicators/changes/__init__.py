"""The change feed of published values (指标数值变更)."""
