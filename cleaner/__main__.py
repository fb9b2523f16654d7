"""The command `cleaner`, also as `python -m cleaner`."""

try:
    import os
    import signal
    import sys
except KeyboardInterrupt:
    raise SystemExit(130) from None


def main() -> None:
    """Run the command. Before and after that, Ctrl-C ends the process at once: there is nothing to
    clean up, and nothing that would catch a KeyboardInterrupt."""
    can_interrupt = signal.getsignal(signal.SIGINT) is signal.default_int_handler
    if can_interrupt:
        signal.signal(signal.SIGINT, _quit)
    from cleaner.cli import app
    from cleaner.cli.process import run

    try:
        if can_interrupt:
            signal.signal(signal.SIGINT, signal.default_int_handler)
        code = run(app, sys.argv[1:])
    finally:
        if can_interrupt:
            signal.signal(signal.SIGINT, _quit)
    sys.exit(code)


def _quit(*_: object) -> None:
    os._exit(130)


if __name__ == "__main__":
    main()
