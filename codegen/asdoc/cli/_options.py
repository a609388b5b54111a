"""Options that several commands share."""

from __future__ import annotations

import click

from asdoc.codegen.workers import usable_cores

all_option = click.option("--all", "every", is_flag=True, help="All services that the installed boto3 knows.")
jobs_option = click.option(
    "-j",
    "--jobs",
    "processes",
    metavar="NUMBER",
    type=click.IntRange(min=1),
    default=usable_cores,
    show_default="the cores at hand",
    help="How many services to work on at a time.",
)
fresh_option = click.option("--fresh", is_flag=True, help="Do everything anew, whatever is there already.")
