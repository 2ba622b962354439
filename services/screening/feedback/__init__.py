"""What became of the records that a department sent, as that department may read it (§6 Feedback).

The events are written by outcomes, in the transaction of the verdict; this room reads them back in the leader's order.
"""
