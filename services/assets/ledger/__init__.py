"""Ledger (资产台账): assets of three classes, each with its life of entries (design: assets §1)."""
