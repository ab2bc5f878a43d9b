"""`python -m ratebook` is the command `ratebook`."""

from ratebook.cli import main

main(prog_name="ratebook")
