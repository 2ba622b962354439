"""resubmissions (更正重报): a refused record corrected by its department, and all of a submission's in one workbook."""
