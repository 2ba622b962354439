"""推送 (hooks): changes of warnings sent to receivers by Standard Webhooks, each subscription with a queue of its own.

A subscription takes the change feed into its queue in order, bounded; a household's changes are sent one
after another, different households' beside each other. Receivers drop what they have by `webhook-id`.
"""
