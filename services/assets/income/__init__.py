"""Income (资产收益) and its distribution: what came in, the plan by which it goes out, to whom (design: assets §4)."""
