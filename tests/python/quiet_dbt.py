"""dbt without work for nobody, which takes a third of a run's time.

dbt writes each of its events into a protobuf message, twice, whether it is logged or not: here that
happens when somebody reads the event. Each statement without rows gets an empty table of its own,
with an object that knows the calendars of all locales: here it is one table for all. And for each
unit test dbt parses the whole SQL of the model to find where it begins.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Sequence
from typing import Any

from dbt import compilation
from dbt.contracts.graph.nodes import InjectedCTE
from dbt.tracking import track_behavior_change_warn
from dbt_common.clients import agate_helper
from dbt_common.events.base_types import BaseEvent, EventLevel
from dbt_common.events.event_manager import EventManager

# Comments, and then perhaps the CTEs of the model itself.
BEGINNING = re.compile(r"((?:\s|--[^\n]*\n|/\*.*?\*/)*)(with(?:\s+recursive)?\b)?", re.I | re.S)
build_event = BaseEvent.__init__
read_attribute = BaseEvent.__getattr__
fire = EventManager.fire_event


def remember(self: BaseEvent, *args: object, **fields: object) -> None:
    """Keep the fields of an event instead of a message with them."""
    self.__dict__["fields"] = (args, fields)


def read(self: BaseEvent, name: str) -> Any:  # noqa: ANN401 - an event has fields of all types
    """Return an attribute of the message, which is built now if it does not exist."""
    if "pb_msg" not in self.__dict__:
        args, fields = self.__dict__["fields"]
        build_event(self, *args, **fields)
    return self.__dict__["pb_msg"] if name == "pb_msg" else read_attribute(self, name)


def fire_if_heard(
    self: EventManager,
    e: BaseEvent,
    level: EventLevel | None = None,
    node: object = None,
    force_warn_or_error_handling: bool = False,
) -> None:
    """Fire an event if somebody listens, or if it may be an error."""
    is_routine = (level or e.level_tag()) in {EventLevel.DEBUG, EventLevel.INFO}
    listeners = {*self.callbacks} - {track_behavior_change_warn}
    is_heard = self.loggers or listeners or force_warn_or_error_handling
    if is_heard or not is_routine:
        fire(self, e, level, node, force_warn_or_error_handling)


def inject_ctes(sql: str, ctes: Sequence[InjectedCTE]) -> str:
    """Put CTEs before those of a statement."""
    if not ctes:
        return sql
    begin = BEGINNING.match(sql)
    injected = ", ".join(cte.sql for cte in ctes)
    comma = "," if begin[2] else ""
    return f"{begin[1]}{begin[2] or 'with'} {injected}{comma} {sql[begin.end() :]}"


def install() -> None:
    """Change dbt in this process."""
    BaseEvent.__init__ = remember
    BaseEvent.__getattr__ = read
    EventManager.fire_event = fire_if_heard
    compilation.inject_ctes_into_sql = inject_ctes
    agate_helper.empty_table = functools.cache(agate_helper.empty_table)
