"""Indicators (指标): the plan's sixteen metrics of 专栏1 and its other targets, each with what it rests on.

Owns: definitions, the cohort and coverage projections, observations, published values, closed periods and their
restatements, frozen assessments.
Takes from the bus: the feeds' topics (settlements are passed over, of certificates neither category nor grade is
kept: no health data here, and no names) and `ingest.reconciliation.v1` (which feeds have spoken).
Puts on the bus: `indicators.values.v1` (values published and restated, binding indicators breached), keyed by
indicator code.
Tables: those of `shared.versions` and `shared.messaging`, `observation`, `indicator_value`, `dirty_mark`, `pass_day`,
`kept_count`, `period_closing`, `restatement`, `restatement_cause`, `assessment`, `assessment_value`.
"""
