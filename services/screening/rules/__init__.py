"""规则 (rules): rules as data, evaluated for all households in one statement.

Owns the rule versions and the parameters (tables `rule_version`, `parameter`), the language they
are written in (`language/`) and what is shipped (`rules.yaml`, `parameters.yaml`). A verdict is
hit, clear or unknown; unknown says which fact, feed or parameter is missing.
"""
