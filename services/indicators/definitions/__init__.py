"""Definitions (指标定义): what each of the sixteen means, as versioned data."""
