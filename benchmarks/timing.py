"""How long a call takes."""

import statistics
import time
from collections.abc import Callable


def times(action: Callable[[], object], runs: int) -> tuple[float, float]:
    """(clock, process): median milliseconds of a call by the clock and in processor time, after one call that does not count."""
    action()
    clock, process = [], []
    for _ in range(runs):
        start, cpu = time.perf_counter(), time.process_time()
        action()
        clock.append((time.perf_counter() - start) * 1000)
        process.append((time.process_time() - cpu) * 1000)
    return statistics.median(clock), statistics.median(process)


def median_ms(action: Callable[[], object], runs: int) -> float:
    """Median milliseconds of a call by the clock."""
    return times(action, runs)[0]
