"""flow (逐段保存): the parts of a stream, each stored while the next is read and checked."""
