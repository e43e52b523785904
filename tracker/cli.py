"""The `tracker` command. Each part is imported when it is used and not before, so that `tracker --help` answers at once."""

import errno
import importlib
import sys

import click
from click.shell_completion import CompletionItem

from tracker import __version__
from tracker.command_context import Context, Refused

INTERRUPTED = 130

# Name, location and summary of each part, in the order of the help. The summary is repeated here so that
# the help need not import the parts.
PARTS: dict[str, tuple[str, str]] = {
    "demo": ("tracker.server.commands:demo", "Start with sample data, and show how to sign in."),
    "serve": ("tracker.server.commands:serve", "Start the web pages and the scheduler."),
    "scheduler": ("tracker.server.commands:scheduler", "Start the scheduler alone."),
    "db": ("tracker.maintenance.commands:db", "Upgrade, check and back up the database; after a restore; rights."),
    "seed": ("tracker.maintenance.commands:seed", "Load sample articles and claims."),
    "setup-link": ("tracker.accounts.commands:setup_link", "Print a new link that makes the first editor."),
    "editor": ("tracker.accounts.commands:editor", "Add, list and disable editors; passwords and second factors."),
    "token": ("tracker.api.commands:token", "Create, list and revoke tokens of the API."),
    "api": ("tracker.api.commands:api", "Print the description of the API."),
    "flag-due": ("tracker.scheduling.commands:flag_due", "Flag every claim whose review date has come."),
    "remind": ("tracker.server.commands:remind", "Plan and send the reminders that are due."),
    "export": ("tracker.exports.commands:export", "Write verdicts and other tables to a file or standard output."),
    "scores": ("tracker.scores.commands:scores", "Write scorecards: how often predictions came true."),
    "suggest": ("tracker.intake.commands:suggest", "Mark the sentences of a text that may be predictions."),
    "import": ("tracker.imports.commands:import_", "Import claims from CSV, XLSX or JSON."),
    "publish": ("tracker.server.commands:publish", "Write the public pages into a folder, for any web host."),
    "public": ("tracker.publishing.commands:public", "Rebuild or verify what readers see."),
    "config": ("tracker.maintenance.commands:config", "Show the settings and where each comes from."),
    "mail": ("tracker.notifications.mail_commands:mail", "Try the mail server."),
    "docs": ("tracker.maintenance.commands:docs", "Read the documentation that came with this version."),
    "history": ("tracker.audit.commands:history", "Verify and export the history, print its head, erase texts."),
}


class Stopped(Refused):
    """Ctrl-C: no fault, and no work half done, because all of it is done in transactions."""

    exit_code = INTERRUPTED


class Parts(click.Group):
    """The top-level group: imports a part when it is called, and turns what can be expected to go wrong into one line."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(PARTS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in PARTS:
            return None
        module, _, name = PARTS[cmd_name][0].partition(":")
        command = getattr(importlib.import_module(module), name)
        assert isinstance(command, click.Command)
        return command

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem]:
        """Complete a part's name without importing the parts."""
        found = [CompletionItem(name, help=what) for name, (_, what) in PARTS.items() if name.startswith(incomplete)]
        return found + click.Command.shell_complete(self, ctx, incomplete)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, what) for name, (_, what) in PARTS.items()])

    def invoke(self, ctx: click.Context) -> object:
        context = ctx.ensure_object(Context)
        context.before_opening = _wire
        try:
            return super().invoke(ctx)
        except KeyboardInterrupt as error:
            click.echo(file=sys.stderr)  # ends the line on which the terminal wrote ^C
            raise Stopped("stopped.") from error
        except (click.ClickException, click.exceptions.Exit, click.Abort):
            raise
        except Exception as error:
            from tracker.outages import explain

            line = explain(error)
            # A reader that closed the pipe (`| head`) is click's to handle.
            if line is None or (isinstance(error, OSError) and error.errno == errno.EPIPE):
                raise
            raise Refused(line) from error
        finally:
            context.close()


def _wire() -> None:
    from tracker.wiring import wire  # loads every package, which a command without the database does not need

    wire()


@click.command(cls=Parts, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="tracker")
def command() -> None:
    """Keep the predictions of your articles, be reminded on the day, and publish signed verdicts.

    The environment states where the data is: TRACKER_HOME (a folder) and TRACKER_DATABASE_URL (by default SQLite in that
    folder). `tracker docs` has the documentation.

    \b
    Examples:
      tracker demo
      tracker db upgrade && tracker serve
    """


def main() -> None:
    """Run the command of this process's arguments. Exits 0 when done, 1 when refused, 2 for a wrong usage."""
    command(prog_name="tracker")
