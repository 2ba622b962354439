"""Cohort (脱贫户和监测对象) and coverage (保障情况): projected from the bus, without names or health data."""
