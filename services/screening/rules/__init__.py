"""规则 (rules): rules as data, evaluated for all households in one statement.

Owns the rule versions (table `rule_version`), the language they are written in (`language/`) and
what is shipped (`catalogue/`). A verdict is hit, clear or unknown; unknown says which fact, feed or
parameter is missing.
"""
