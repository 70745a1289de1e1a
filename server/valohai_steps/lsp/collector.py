"""The collector of rubbish: what a server loads stays, and is looked through once, behind the answer."""

import gc

_USUAL = gc.get_threshold()
# Full collections come so many times later than younger ones; 10 is usual, and the start has about 15.
_PUT_OFF = 100


def put_off_full_collections() -> None:
    """Until `settle`: one would come just before initialize is answered, for 500 classes that all stay."""
    gc.set_threshold(*_USUAL[:2], _PUT_OFF)


def settle() -> None:
    """What is loaded by now lives as long as the process: it is looked through, and never again."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(*_USUAL)
