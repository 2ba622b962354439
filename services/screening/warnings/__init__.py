"""预警 (warnings): what the rules say of a household, kept until people have verified it.

Raise, update, ease, supersede; the full evidence of each; at most one active warning per household
and rule. The room writes `warning`, `warning_evidence`, `warning_change`, and the outbox.
"""
