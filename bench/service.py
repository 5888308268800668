"""Servers to measure: each a process on a free loopback port, ended by its own handle."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.error import URLError
from urllib.request import Request, urlopen

from api.settings import ROOT


@dataclass
class Service:
    """A running server: its address and its process."""

    address: str
    process: "subprocess.Popen[bytes]"

    @classmethod
    def start(cls, command: Sequence[str], port: int, probe: str, **environment: str) -> "Service":
        """Start a server and wait until a path of it answers, whatever it says."""
        process = subprocess.Popen(
            command, cwd=ROOT, env={**os.environ, **environment}, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        found = cls(f"http://127.0.0.1:{port}", process)
        end = time.monotonic() + 60
        while time.monotonic() < end and process.poll() is None:
            try:
                with urlopen(Request(found.address + probe), timeout=5):
                    return found
            except URLError as error:
                if hasattr(error, "code"):
                    return found
                time.sleep(0.05)
            except OSError:
                time.sleep(0.05)
        found.stop()
        raise TimeoutError(f"{command[0]} gave no answer within 60 s")

    @classmethod
    def atf(cls, workers: int = 2, **environment: str) -> "Service":
        """Start our own server, without the log of requests."""
        port = free_port()
        command = [sys.executable, "-m", "api", "serve", "--port", str(port)]
        return cls.start(command, port, "/health", ATF_WORKERS=str(workers), ATF_LOG="none", **environment)

    def stop(self) -> None:
        """End the server."""
        self.process.terminate()
        try:
            self.process.wait(30)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()

    def tree(self) -> list[int]:
        """Return the server's process and those that descend from it (Linux)."""
        return tree(self.process.pid)

    def processes(self) -> int:
        """Return how many processes the server has."""
        return len(self.tree())

    def memory_mb(self) -> float:
        """Return the memory of all its processes, shared pages counted once (Linux)."""
        total = 0
        for pid in self.tree():
            try:
                lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
            except OSError:
                continue
            total += sum(int(line.split()[1]) for line in lines if line.startswith("Pss:"))
        return total / 1024


def tree(pid: int) -> list[int]:
    """Return a process and those that descend from it (Linux)."""
    parents: dict[int, int] = {}
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            try:
                parents[int(folder.name)] = int((folder / "stat").read_text().rpartition(")")[2].split()[1])
            except OSError:
                continue
    found = [pid]
    for one in found:
        found += [child for child, parent in parents.items() if parent == one]
    return found


def processor_s(pids: Sequence[int]) -> float:
    """Return the seconds of processor time that some processes have had, those that have ended left out (Linux)."""
    ticks = 0
    for pid in pids:
        try:
            fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue
        ticks += int(fields[11]) + int(fields[12])
    return ticks / os.sysconf("SC_CLK_TCK")


def idle_after(pids: Sequence[int], most_s: float = 20.0) -> None:
    """Wait until some processes do nothing any more: a server that has just started still prepares itself."""
    end = time.monotonic() + most_s
    while time.monotonic() < end:
        before = processor_s(pids)
        time.sleep(0.5)
        if processor_s(pids) - before < 0.03:
            return


def free_port() -> int:
    """Return a loopback port that is free now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port
