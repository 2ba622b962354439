"""Disposal (资产处置): proposed, appraised, decided, noticed, approved, done; proceeds tracked until they are spent."""
