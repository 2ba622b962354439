"""户情指标 (facts): what is known of a household on a day, as known at an instant.

A fact is declared once in `facts.yaml` and defined once in `groups/*.sql`; the live path, the
sweeps and history run that one definition, for all households or for a set (screening §2).
"""
