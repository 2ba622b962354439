"""核实 (outcomes): what people found of a warning, and until when they put it off.

Verdicts singly, by list, and for all of a household at once; snooze per household and rule. The room
writes `warning_outcome`, which nobody changes, and tells of each act as a change of the warning.
"""
