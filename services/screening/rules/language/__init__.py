"""The language of rules (规则语言): a boolean SQL expression over fact names and `:parameters`.

AND OR NOT, comparisons, BETWEEN, IN, + − × ÷, GREATEST(x, 0), and nothing that hides NULL. One
tree, five readings: `check` (types and units), `compile_predicate` (SQL by dialect), `evaluate`
(Python, for one household), `words` and `sentences` (Chinese) and `silencing` (what an overdue feed blocks).
No I/O here.
"""

from services.screening.rules.language.check import check, faults
from services.screening.rules.language.compile import compile_predicate
from services.screening.rules.language.errors import RuleTextError
from services.screening.rules.language.evaluate import Inputs, evaluate
from services.screening.rules.language.parse import parse
from services.screening.rules.language.sentences import statement, words
from services.screening.rules.language.tree import Tree, fact_names, parameter_names
from services.screening.rules.language.vocabulary import Vocabulary
from services.screening.rules.language.words import leaf_words

__all__ = [
    "Inputs",
    "RuleTextError",
    "Tree",
    "Vocabulary",
    "check",
    "compile_predicate",
    "evaluate",
    "fact_names",
    "faults",
    "leaf_words",
    "parameter_names",
    "parse",
    "statement",
    "words",
]
