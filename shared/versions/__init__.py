"""版本 (record versions): newest wins, two times, membership; used by both projections.

`service.apply` takes a batch of consumed records: `extract` reads the typed columns of each kind (`kinds`
says what they mean, `rows` puts them together), `domain` defines what is visible at (D, T) and cuts it into
the rectangles [effective_on, holds_to) × [visible_from, visible_to) that the tables store (screening §1),
`freshness` notes which feeds have spoken where. The tables are in `models`, the statements in `repository`.
"""
