"""Ctrl-C is noticed at safe points only."""

from __future__ import annotations

import os
import signal

import pytest

from services.local.interrupt import Interrupt, Interrupted


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_becomes_a_wish(number: signal.Signals) -> None:
    before = signal.getsignal(number)
    interrupt = Interrupt()
    try:
        interrupt.check()
        os.kill(os.getpid(), number)
        with pytest.raises(Interrupted):
            interrupt.wait(10)
        interrupt.forever()
    finally:
        interrupt.release()
    assert signal.getsignal(number) is before
