"""Indicators (指标): the plan's sixteen metrics of 专栏1, each with what it rests on.

Owns: definitions, the cohort and coverage projections, observations, published values.
Takes from the bus: `feeds.rural-revitalization.v1`, `feeds.medical-insurance.v1`, `feeds.housing.v1`
(households, enrolments, appraisals, renovations; settlements are passed over: no health data here),
`ingest.reconciliation.v1` (which feeds have spoken).
Puts on the bus: `indicators.values.v1` (value published), keyed by indicator code.
Tables: those of `shared.versions` and `shared.messaging`, `observation`, `indicator_value`, `dirty_mark`,
`pass_day`.
"""
