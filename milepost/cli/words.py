"""The words of the command and what each takes. Nothing here loads Django."""

from __future__ import annotations

from argparse import REMAINDER, ArgumentParser, BooleanOptionalAction

from milepost import __version__


def parser() -> ArgumentParser:
    """One word is one module beside this file, with a `run(options)`."""
    whole = ArgumentParser(prog="milepost", description="Projects agreed, signed, funded and paid in milestones.")
    whole.add_argument("--version", action="version", version=f"milepost {__version__}")
    everywhere = ArgumentParser(add_help=False)
    everywhere.add_argument(
        "--data", metavar="DIR", help="where the database, files and keys live (MILEPOST_DATA, else ./milepost-data)"
    )
    words = whole.add_subparsers(dest="word", required=True, metavar="WORD")

    def word(name: str, does: str) -> ArgumentParser:
        return words.add_parser(name, help=does, description=does, parents=[everywhere])

    demo = word("demo", "Run the whole application with pretend people, projects and money.")
    serve = word("serve", "Run the application.")
    for door in (demo, serve):
        door.add_argument("--port", type=port, default=8000)
        door.add_argument("--host", default="localhost", help="the address to listen on (preset: this machine alone)")
    serve.add_argument(
        "--worker",
        action=BooleanOptionalAction,
        help="send mails and move time in this process too (preset: yes on SQLite, no on PostgreSQL)",
    )
    word("worker", "Send mails, move time and ask providers, beside `serve` on PostgreSQL.")
    word("audit", "Check the books, the chain of events and the signed terms; exit 1 if anything is wrong.")
    word("doctor", "Say what is set up, what is not, and what to do next; exit 1 if anything is wrong.")
    word("manage", "Django's own commands, for developers.").add_argument("words", nargs=REMAINDER)
    return whole


def port(typed: str) -> int:
    """A TCP port; argparse says so when it is none."""
    number = int(typed)
    if not 1 <= number <= 65535:
        raise ValueError
    return number
