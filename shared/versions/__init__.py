"""版本 (record versions): newest wins, two times, membership; used by both projections.

What is visible at (D, T) is defined in `domain`; the tables store it as rectangles
[effective_on, holds_to) × [visible_from, visible_to) (screening §1).
"""
