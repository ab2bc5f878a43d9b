"""The command `ratebook`, also as `python -m ratebook`."""

import signal


def main() -> None:
    """Run the command; Ctrl-C while Python still loads it ends the process without a traceback."""
    handler = signal.getsignal(signal.SIGINT)
    # Not under `nohup`, for example, which ignores it.
    if handler is signal.default_int_handler:
        signal.signal(signal.SIGINT, signal.SIG_DFL)
    from ratebook import cli

    signal.signal(signal.SIGINT, handler)
    cli.main(prog_name="ratebook")


if __name__ == "__main__":
    main()
