"""The kinds of entries of this room."""

from __future__ import annotations

DUE, RECEIVED = "income_due", "income_received"
DRAFTED, DECIDED, NOTICED, REVIEWED = "plan_drafted", "plan_decided", "plan_noticed", "plan_reviewed"
APPROVED, RETURNED, PAID, REVERSED = "plan_approved", "plan_returned", "plan_paid", "plan_reversed"
PLAN_KINDS = (DRAFTED, DECIDED, NOTICED, REVIEWED, APPROVED, RETURNED, PAID, REVERSED)
