"""Run sqlfluff like its own command, with the same findings in less than half the time.

Four of its layout rules each look up the parents of every token of a file and the parents' rules
for spaces and lines. On our compiled SQL, which is long and deeply nested, that took most of the
time. Here the lookup happens once per file, from the top down. Six other rules each collect the
aliases and references of every select statement: here that, too, happens once per file, as does the
search for the segments that a rule wants, for which each rule walked through the whole file. Much
of the remaining time went to Python's garbage collector, which scanned the whole parsed file again
and again, and to sending parsed files between processes, which only `fix` needs. The templater
searches all of dbt's nodes for each file, and parses the project, which `make test` has just done.
What macros write is parsed, too, though nothing is found there: the long expressions, a third of
all compiled SQL, are calls of functions here.
"""

from __future__ import annotations

import gc
import os
import re
from collections import defaultdict
from collections.abc import Iterator
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlfluff.core import FluffConfig, Linter
from sqlfluff.core.dialects import Dialect
from sqlfluff.core.formatter import FormatterInterface
from sqlfluff.core.linter import LintedFile, RenderedFile
from sqlfluff.core.parser import BaseSegment
from sqlfluff.core.parser.segments.base import PathStep
from sqlfluff.core.rules import RulePack
from sqlfluff.core.rules.context import RuleContext
from sqlfluff.core.rules.crawlers import ParentOfSegmentCrawler, SegmentSeekerCrawler
from sqlfluff.utils.analysis import query, select
from sqlfluff.utils.reflow import ReflowSequence
from sqlfluff.utils.reflow.depthmap import DepthInfo, DepthMap, StackPosition
from sqlfluff_templater_dbt.templater import DbtTemplater

if TYPE_CHECKING:
    from dbt.contracts.graph.manifest import Manifest
    from dbt.contracts.graph.nodes import ManifestNode

# Macros that write one expression of many lines.
EXPRESSIONS = (
    *("amount_whole", "decimal_quantity", "decimal_within", "event_quantity", "exact_charge"),
    *("from_local", "parse_decimal", "parse_integer", "parse_timestamp", "parse_version"),
    *("parsed_cells", "plain_number", "quantity_numerator", "ranks_in_windows", "round_money"),
    *("surrogate_key", "to_local", "uplifted_price"),
)
SIGNATURE = re.compile(r"\{%-? macro \w+\((.*?)\) -?%\}")
CALL = """
{{% macro {name}({signature}) -%}}
    {{%- set arguments = [] -%}}
    {{%- for value in [{parameters}] if value is not none and value is not callable -%}}
        {{%- do arguments.extend([value] if value is string or value is number else value) -%}}
    {{%- endfor -%}}
    {name}({{{{ arguments | join(', ') }}}})
{{%- endmacro %}}
"""
parse = DbtTemplater.dbt_manifest.func
find_node = DbtTemplater._find_node
read_select = select.get_select_statement_info
lint_file = Linter.lint_rendered
sequence_of = ReflowSequence.from_root.__func__
walk = SegmentSeekerCrawler.crawl
# Of the file being linted.
sequences: dict[int, ReflowSequence] = {}
selects: dict[tuple[int, bool], Any] = {}
places: dict[int, Places] = {}


class Places:
    """Where the segments of a file are, by their types and by those of their children."""

    def __init__(self, root: BaseSegment) -> None:
        """Go through the file once, in the order in which rules do."""
        # Each segment with its parents and its position among its siblings; where its part ends.
        self.segments: list[tuple[BaseSegment, tuple[BaseSegment, ...], int]] = []
        self.ends: list[int] = []
        self.by_types: dict[frozenset[str], list[int]] = defaultdict(list)
        self.by_child_types: dict[frozenset[str], list[int]] = defaultdict(list)
        self.add(root, (), 0)

    def add(self, segment: BaseSegment, parents: tuple[BaseSegment, ...], index: int) -> None:
        """Add a segment, and all that is in it."""
        place = len(self.segments)
        self.segments.append((segment, parents, index))
        self.ends.append(place + 1)
        self.by_types[segment.class_types].append(place)
        if segment.segments:
            self.by_child_types[frozenset(segment.direct_descendant_type_set)].append(place)
            here = (*parents, segment)
            for child_index, child in enumerate(segment.segments):
                self.add(child, here, child_index)
            self.ends[place] = len(self.segments)


def lint_rendered(
    cls: type[Linter],
    rendered: RenderedFile,
    rule_pack: RulePack,
    fix: bool = False,
    formatter: FormatterInterface | None = None,
) -> LintedFile:
    """Lint one file, and collect garbage only afterwards."""
    gc.disable()
    try:
        linted = lint_file(rendered, rule_pack, fix, formatter)
        return linted if fix else linted._replace(tree=None)
    finally:
        sequences.clear()
        selects.clear()
        places.clear()
        gc.enable()


def get_select_statement_info(
    segment: BaseSegment, dialect: Dialect | None, early_exit: bool = True
) -> select.SelectStatementColumnsAndTables | None:
    """Return the aliases and references of a select statement."""
    key = (id(segment), early_exit)
    if key not in selects:
        # The statement is kept, so that no other gets its id.
        selects[key] = (segment, read_select(segment, dialect, early_exit))
    return selects[key][1]


def from_root(
    cls: type[ReflowSequence], root_segment: BaseSegment, config: FluffConfig
) -> ReflowSequence:
    """Return the tokens of a file with the known facts about their parents."""
    known = sequences.get(id(root_segment))
    if known is None:
        known = sequences[id(root_segment)] = sequence_of(cls, root_segment, config)
    return cls(list(known.elements), root_segment, known.reflow_config, known.depth_map)


def crawl(self: SegmentSeekerCrawler, context: RuleContext) -> Iterator[RuleContext]:
    """Go to the segments that a rule wants."""
    root = context.segment
    if self.provide_raw_stack or context.parent_stack or "unparsable" in root.descendant_type_set:
        yield from walk(self, context)
        return
    known = places.get(id(root))
    if known is None:
        known = places[id(root)] = Places(root)
    looks_at_children = isinstance(self, ParentOfSegmentCrawler)
    by_types = known.by_child_types if looks_at_children else known.by_types
    wanted = sorted(place for types in by_types if types & self.types for place in by_types[types])
    end = 0
    for place in wanted:
        if place < end:
            continue
        context.segment, context.parent_stack, context.segment_idx = known.segments[place]
        yield context
        if not self.allow_recurse:
            end = known.ends[place]


def from_parent(cls: type[DepthMap], parent: BaseSegment) -> DepthMap:
    """Return the parents of all tokens; what siblings share is computed once."""
    found = cls(())
    no_parents = DepthInfo(0, (), frozenset(), (), {})
    segments = [(parent, no_parents)]
    while segments:
        segment, above = segments.pop()
        own_hash = hash(segment)
        hashes = (*above.stack_hashes, own_hash)
        hash_set = above.stack_hash_set | {own_hash}
        types = (*above.stack_class_types, segment.class_types)
        code = segment._code_indices
        for index, child in enumerate(segment.segments):
            step = PathStep(segment, index, len(segment.segments), code)
            positions = above.stack_positions | {own_hash: StackPosition.from_path_step(step)}
            info = DepthInfo(len(hashes), hashes, hash_set, types, positions)
            if child.is_type("raw"):
                found.depth_info[child.uuid] = info
            else:
                segments.append((child, info))
    return found


def dbt_manifest(templater: DbtTemplater) -> Manifest:
    """Return the project; the build of `make test` keeps what it has parsed."""
    manifest = kept_manifest() if "RATEBOOK_CASE_STUDY" in os.environ else parse(templater)
    for name in EXPRESSIONS:
        macro = manifest.macros[f"macro.ratebook.{name}"]
        signature = SIGNATURE.search(macro.macro_sql)[1]
        parameters = re.sub(r"=[^,]*", "", signature)
        macro.macro_sql = CALL.format(name=name, signature=signature, parameters=parameters)
    return manifest


def kept_manifest() -> Manifest:
    """Return the project as the build of `make test` has parsed it."""
    # Only the process that compiles files needs dbt.
    from dbt.contracts.graph.manifest import Manifest
    from dbt.tracking import do_not_track

    # It also sets the start of the run, which models read.
    do_not_track()
    kept = Path(os.environ["RATEBOOK_CASE_STUDY"]).parent / "target" / "partial_parse.msgpack"
    return Manifest.from_msgpack(kept.read_bytes())


def node_of_file(
    templater: DbtTemplater,
    fname: str,
    config: FluffConfig | None = None,
    dbt_dir: str = os.curdir,
) -> ManifestNode:
    """Return the model, test or analysis that a file holds."""
    if not hasattr(templater, "nodes_by_path"):
        templater.nodes_by_path = {
            node.original_file_path: node for node in templater.dbt_manifest.nodes.values()
        }
    node = templater.nodes_by_path.get(os.path.relpath(fname, dbt_dir))
    # Sqlfluff says why there is none.
    return node or find_node(templater, fname, config, dbt_dir)


# This also reaches the linter's other processes, which import this file first. Rules take the
# function from its module when they are loaded, which is later.
query.get_select_statement_info = get_select_statement_info
select.get_select_statement_info = get_select_statement_info
DbtTemplater.dbt_manifest = cached_property(dbt_manifest)
DbtTemplater.dbt_manifest.__set_name__(DbtTemplater, "dbt_manifest")
DbtTemplater._find_node = node_of_file
Linter.lint_rendered = classmethod(lint_rendered)
SegmentSeekerCrawler.crawl = crawl
ReflowSequence.from_root = classmethod(from_root)
DepthMap.from_parent = classmethod(from_parent)

if __name__ == "__main__":
    from sqlfluff.cli.commands import cli

    cli()
