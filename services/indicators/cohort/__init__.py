"""Cohort (脱贫人口) and coverage (保障情况): projected from the bus, without names or health data."""
