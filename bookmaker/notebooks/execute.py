"""Run the notebooks whose stored outputs are out of date, and store the new ones.

    python -m bookmaker.notebooks.execute            run what is stale, two at a time
    python -m bookmaker.notebooks.execute --check    only list what is stale; exit 1 if anything is
    python -m bookmaker.notebooks.execute --force    run everything
    python -m bookmaker.notebooks.execute --tidy     run nothing, take out what editors put in

A notebook carries a fingerprint of all that its outputs depend on, see `fingerprints`. It is stale
when the fingerprint no longer matches. It is run in a fresh kernel, in an empty folder, and
replaces the old file in one step: after a failure, or an interruption at any moment, the old
notebook is still there, whole. What is fresh is only tidied: what editors add to a notebook goes.
"""

from __future__ import annotations

import argparse
import os
import shutil
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor, as_completed
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError

from bookmaker.notebooks.derived import file_text
from bookmaker.notebooks.fingerprints import PACKAGE, fingerprint
from bookmaker.paths import notebook_files

WORKERS = 2
CELL_TIMEOUT = 300
UNFINISHED = ".ipynb.tmp"
KERNEL = {"display_name": "Python 3", "language": "python", "name": "python3"}
LANGUAGE = {"name": "python", "pygments_lexer": "ipython3", "file_extension": ".py"}
CELL_METADATA = {"tags", "mystnb", "wrong"}


class NotebookFailed(Exception):
    """A cell failed; the message says which, and how."""


def is_stale(notebook, package: Path = PACKAGE) -> bool:
    """Tell whether the stored outputs belong to other code or data than there is now."""
    stored = notebook.metadata.get("copies", {}).get("fingerprint")
    never_run = any(c.cell_type == "code" and c.execution_count is None for c in notebook.cells)
    return never_run or stored != fingerprint(notebook, package)


def run(notebook, name: str, scratch: str | None = None) -> None:
    """Run all cells of `notebook` in place, from top to bottom, in a fresh kernel.

    The kernel works in an empty folder of its own inside `scratch`.

    Raises
    ------
    NotebookFailed
        If a cell fails or takes too long.
    """
    with tempfile.TemporaryDirectory(dir=scratch) as folder:
        client = NotebookClient(
            notebook,
            kernel_name=KERNEL["name"],
            timeout=CELL_TIMEOUT,
            record_timing=False,
            coalesce_streams=True,
            resources={"metadata": {"path": folder}},
        )
        try:
            client.execute()
        except (CellExecutionError, CellTimeoutError, DeadKernelError) as error:
            done = [k for k, c in enumerate(notebook.cells, 1) if c.get("execution_count")]
            cell = max(done, default=1)
            raise NotebookFailed(f"{name}, cell {cell} failed:\n{error}") from None


def tidy(notebook) -> None:
    """Drop what changes from run to run, from machine to machine or from editor to editor."""
    for cell in notebook.cells:
        cell.source = cell.source.rstrip("\n")
        cell.metadata = {k: v for k, v in cell.metadata.items() if k in CELL_METADATA}
    stored = notebook.metadata.get("copies", {})
    notebook.metadata = {"kernelspec": KERNEL, "language_info": LANGUAGE, "copies": stored}


def normalise(notebook, package: Path = PACKAGE) -> None:
    """Tidy a notebook that was run, and add the fingerprint."""
    tidy(notebook)
    notebook.metadata["copies"] = {"fingerprint": fingerprint(notebook, package)}


def write(notebook, path: Path) -> None:
    """Write `notebook` to `path` in one step: a reader sees the old file or the new, whole."""
    nbformat.validate(notebook)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.stem}-", suffix=UNFINISHED)
    temporary = Path(name)
    try:
        with open(handle, "w", encoding="utf-8", newline="\n") as file:
            file.write(file_text(notebook))
        shutil.copymode(path, temporary)
        os.replace(temporary, path)
    finally:
        temporary.unlink(missing_ok=True)


def execute(path: Path, scratch: str | None = None) -> float:
    """Run one notebook and replace its file; return the seconds that the run took."""
    notebook = nbformat.read(path, as_version=4)
    start = time.perf_counter()
    run(notebook, path.name, scratch)
    seconds = time.perf_counter() - start
    normalise(notebook)
    write(notebook, path)
    return seconds


def select(paths: list[Path], force: bool) -> list[Path]:
    """Return those of `paths` that have to run."""
    return [p for p in paths if force or is_stale(nbformat.read(p, as_version=4))]


def tidy_all(paths: list[Path]) -> None:
    """Tidy the notebooks at `paths`, without running them; name those that this changes."""
    for path in paths:
        notebook = nbformat.read(path, as_version=4)
        tidy(notebook)
        if file_text(notebook) != path.read_text(encoding="utf-8"):
            write(notebook, path)
            print(f"tidied {path.name}")


def execute_all(paths: list[Path], show_time: bool) -> int:
    """Run `paths` in parallel, each reported as it ends; return how many failed."""
    failures = 0
    scratch = tempfile.mkdtemp()
    with ThreadPoolExecutor(WORKERS) as pool:
        jobs = {pool.submit(execute, path, scratch): path for path in paths}
        try:
            for job in as_completed(jobs):
                try:
                    seconds = job.result()
                except NotebookFailed as error:
                    failures += 1
                    print(error, file=sys.stderr)
                else:
                    took = f"  {seconds:.1f} s" if show_time else ""
                    print(f"executed {jobs[job].name}{took}", flush=True)
        except KeyboardInterrupt:
            stop(paths, scratch)
    shutil.rmtree(scratch)
    return failures


def stop(paths: list[Path], scratch: str) -> None:
    """End the program at once, in the middle of a cell, and leave nothing unfinished behind.

    To wait for the threads would be to wait for their cells. The kernels end by themselves when
    the process that started them is gone.
    """
    for path in paths:
        for left in path.parent.glob(f".{path.stem}-*{UNFINISHED}"):
            left.unlink()
    shutil.rmtree(scratch, ignore_errors=True)
    print("interrupted: notebooks that had not finished are unchanged", file=sys.stderr, flush=True)
    os._exit(130)


def main(arguments: list[str] | None = None) -> int:
    """Run the command line; return its exit status."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("notebooks", nargs="*", type=Path, help="default: every chapter")
    parser.add_argument("--check", action="store_true", help="list what is stale and run nothing")
    parser.add_argument("--tidy", action="store_true", help="take out what editors put in, only")
    parser.add_argument("--force", action="store_true", help="run also what is fresh")
    parser.add_argument("--time", action="store_true", help="print the seconds of each notebook")
    options = parser.parse_args(arguments)

    for threads in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
        os.environ.setdefault(threads, "1")  # two kernels of many threads wait for one another
    asked = options.notebooks or notebook_files()
    if options.tidy:
        tidy_all(asked)
        return 0
    todo = select(asked, options.force)
    if options.check:
        for path in todo:
            print(f"stale: {path.name}  (make execute)")
        return 1 if todo else 0
    tidy_all([path for path in asked if path not in todo])
    if not todo:
        print("every notebook is fresh")
        return 0
    return 1 if execute_all(todo, options.time) else 0


if __name__ == "__main__":
    raise SystemExit(main())
