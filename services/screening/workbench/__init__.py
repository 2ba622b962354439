"""workbench (预警工作台): the worklist of clues by place, and a clue's page with why, evidence and the outcome form."""
