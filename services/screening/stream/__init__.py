"""推送 (stream): the change feed as server-sent events, for readers that hold a connection open.

An event is a change, its id the position: a reader that was cut or that lost the connection goes on behind the last
id it saw, as browsers do by themselves (`Last-Event-ID`). Nothing is kept for a reader: a slow one is cut.
"""
