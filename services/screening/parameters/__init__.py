"""参数 (parameters): the lines, shares and periods that facts and rules read, dated and local.

Owns what a parameter is (`parameters.yaml`), the values that are shipped, and the tables
`parameter` and `parameter_proposal`. It stands below the facts, which read parameters too (how many
months of work are steady, January's grace); the design's tree has it inside the rules.
"""
