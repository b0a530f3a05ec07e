"""The command ``innoregion``: exit 0 done, 1 our fault or the machine's, 2 the input's fault. Users never see a traceback."""

from __future__ import annotations

import os
import signal
import sys

from maps.progress import stop

_STOPPED = 130  # how typer tells of Ctrl-C


def main() -> None:
    """Run the command line and turn every error into one line and an exit code."""
    for sent in (signal.SIGINT, signal.SIGTERM):  # whoever ends a run by `kill` leaves as little behind as with Ctrl-C
        if signal.getsignal(sent) is not signal.SIG_IGN:  # as in the background
            signal.signal(sent, stop)
    sys.exit(_run(sys.argv[1:]))


def _run(arguments: list[str]) -> int:
    try:
        return _answered(arguments)
    except KeyboardInterrupt:
        return _said("stopped; what was there before is unchanged.", 1)
    except OSError as error:
        return _said(
            f"E-OUT-01 can not write: {error.strerror or error}: {error.filename or ''}. Mend: free space or choose --out.", 1
        )
    except Exception as error:
        if os.environ.get("INNOREGION_DEBUG"):
            raise
        return _said(f"E-BUG-01 {type(error).__name__}: {error}. This is our fault; INNOREGION_DEBUG=1 shows where.", 1)


def _answered(arguments: list[str]) -> int:
    import typer  # noqa: PLC0415 - imports wait until the command runs, and Ctrl-C while they load is told as well

    from geo import PlanningDataError  # noqa: PLC0415
    from maps.cli import command_line  # noqa: PLC0415

    try:
        code = command_line()(arguments or ["--help"], standalone_mode=False, prog_name="innoregion")
    except typer.TyperException as error:
        command = getattr(getattr(error, "ctx", None), "command_path", "innoregion")
        return _said(f"E-CLI-01 {error.format_message()} Mend: {command} --help", 2)
    except PlanningDataError as error:
        return _said(str(error), 2)
    if code == _STOPPED:
        raise KeyboardInterrupt
    return code if isinstance(code, int) else 0


def _said(line: str, code: int) -> int:
    sys.stderr.write(f"innoregion: {' '.join(line.split())}\n")
    return code


if __name__ == "__main__":
    main()
