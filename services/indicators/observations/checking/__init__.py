"""The second person who approves observations or sends them back (审核)."""
