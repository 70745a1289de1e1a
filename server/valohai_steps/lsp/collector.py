"""The collector of rubbish: what a server loads stays, and is looked through once, behind the answer."""

import asyncio
import gc

_USUAL = gc.get_threshold()
# Full collections come so many times later than younger ones; 10 is usual, and the start has about 15.
_PUT_OFF = 100
# Seconds behind initialize. A client may never say that it is initialized, or not answer what it is asked
# then; a scan may take long.
_AT_THE_LATEST = 10.0


def put_off_full_collections() -> None:
    """Until `settle`: one would come just before initialize is answered, for 500 classes that all stay."""
    gc.set_threshold(*_USUAL[:2], _PUT_OFF)


def settle_in_time() -> None:
    """Let the running loop settle by itself after a while, whatever a client does. Raises RuntimeError
    without a running loop."""
    asyncio.get_running_loop().call_later(_AT_THE_LATEST, settle)


def settle() -> None:
    """What is loaded by now lives as long as the process: it is looked through, and never again.

    Nothing is done a second time.
    """
    if not gc.get_freeze_count():
        gc.collect()
        gc.freeze()
        gc.set_threshold(*_USUAL)
