"""The processes of a test: which core they run on, and what they take of it."""

import contextlib
import os
import pathlib


def _children(pid):
    found = []
    for task in pathlib.Path(f"/proc/{pid}/task").glob("*"):
        with contextlib.suppress(OSError):
            found += [int(child) for child in (task / "children").read_text().split()]
    return found


def below(pid):
    """A process and all that it has started, and these have."""
    return [pid, *(process for child in _children(pid) for process in below(child))]


def _pin(pids, cores):
    for pid in pids:
        for task in pathlib.Path(f"/proc/{pid}/task").glob("*"):
            # Threads end meanwhile.
            with contextlib.suppress(OSError):
                os.sched_setaffinity(int(task.name), cores)


@contextlib.contextmanager
def a_core_each(emulator):
    """The emulator and the test, which sends to it, have one core, the browser another one."""
    cores = os.sched_getaffinity(0)
    if len(cores) < 2:
        yield
        return
    first, second = sorted(cores)[:2]
    served = below(emulator.process.pid)
    watching = [pid for child in _children(os.getpid()) if child not in served for pid in below(child)]
    try:
        _pin(watching, {second})
        _pin([*served, os.getpid()], {first})
        yield
    finally:
        _pin([*served, *watching, os.getpid()], cores)


def seconds_of_cpu(pids):
    """What these processes have taken of the processors so far."""
    ticks = 0
    for pid in pids:
        with contextlib.suppress(OSError):
            fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
            ticks += int(fields[11]) + int(fields[12])
    return ticks / os.sysconf("SC_CLK_TCK")
