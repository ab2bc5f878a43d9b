"""dbt without work for nobody, which takes a third of a run's time.

dbt writes each of its events into a protobuf message, twice, whether it is logged or not: here that
happens when somebody reads the event. Each statement without rows gets an empty table of its own,
with an object that knows the calendars of all locales: here it is one table for all. For each unit
test dbt parses the whole SQL of the model to find where it begins. Four times per model it makes an
object for each of 700 macros: here that happens when a macro is called. To find a relation it
compares all of its schema part by part: here only those of its name. Each run compiles the same
templates again, copies each node through a dictionary, describes the graph whether a template asks
for it or not, looks for circles that the parser would have found, and sums the graph up in a file.
It searches all folders of Python for plugins, and asks each node for its schema. It takes each var
for a template, validates what it parses twice, and writes compiled SQL to files that no test opens.
A table or view that is one statement gets it without the templates of a materialization, and with
the constraints of its contract; types are compared with the contract where the case study is built.
"""

from __future__ import annotations

import copy
import functools
import re
from collections.abc import Callable, Collection, Iterable, Iterator, KeysView, Mapping, Sequence
from types import CodeType
from typing import Any

from dbt import compilation
from dbt.adapters.base.impl import BaseAdapter
from dbt.adapters.base.relation import BaseRelation
from dbt.clients.jinja import MacroGenerator
from dbt.context.base import Var
from dbt.context.configured import ConfiguredContext
from dbt.context.macros import MacroNamespace, MacroNamespaceBuilder
from dbt.context.manifest import ManifestContext
from dbt.contracts.graph.manifest import Manifest
from dbt.contracts.graph.nodes import (
    BaseNode,
    InjectedCTE,
    Macro,
    ManifestNode,
    ModelNode,
    ParsedNode,
)
from dbt.contracts.results import RunResult, RunStatus
from dbt.include.global_project import PROJECT_NAME as INTERNAL
from dbt.plugins import PluginManager
from dbt.task.run import ModelRunner
from dbt.task.runnable import GraphRunnableTask
from dbt.tracking import track_behavior_change_warn
from dbt_common.clients import agate_helper
from dbt_common.clients.jinja import CallableMacroGenerator, MacroFuzzEnvironment
from dbt_common.dataclass_schema import dbtClassMixin
from dbt_common.events.base_types import BaseEvent, EventLevel
from dbt_common.events.event_manager import EventManager

# Comments, and then perhaps the CTEs of the model itself.
BEGINNING = re.compile(r"((?:\s|--[^\n]*\n|/\*.*?\*/)*)(with(?:\s+recursive)?\b)?", re.I | re.S)
# What no template looks like.
PLAIN_TEXT = re.compile(r"[\w .:+/-]*")
# What a template can ask of the graph.
OF_GRAPH = (
    *("exposures", "functions", "groups", "metrics", "nodes", "sources"),
    *("semantic_models", "saved_queries"),
)
build_event = BaseEvent.__init__
read_attribute = BaseEvent.__getattr__
fire = EventManager.fire_event
compile_template = MacroFuzzEnvironment.compile
get_macro = CallableMacroGenerator.get_macro
render_var = Var.get_rendered_var
all_in_context = ManifestContext.to_dict
match = BaseAdapter._make_match
materialize = ModelRunner.execute
schemas_to_list = BaseAdapter._get_cache_schemas
schemas_to_make = GraphRunnableTask.get_model_schemas
templates: dict[tuple[object, ...], CodeType] = {}


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


class OnDemand(dict[str, Any]):
    """A dictionary in which some values are made when somebody asks for them."""

    # Templates see attributes, but no macro begins with an underscore.
    def __init__(self, names: Collection[str], make: Callable[[str], object]) -> None:
        """Keep the names of these values, and what makes them."""
        super().__init__()
        self._names, self._make = names, make

    def __missing__(self, name: str) -> object:
        """Make a value, once."""
        if name not in self._names:
            raise KeyError(name)
        self[name] = made = self._make(name)
        return made

    def __contains__(self, name: object) -> bool:
        """Say whether there is such a value, made or not."""
        return super().__contains__(name) or name in self._names

    def keys(self) -> KeysView[str]:
        """Return all names: a copy of the dictionary has all values."""
        return (dict.fromkeys(self._names) | dict.fromkeys(super().keys())).keys()

    def __iter__(self) -> Iterator[str]:
        """Go through all names."""
        return iter(self.keys())

    def get(self, name: str, default: object = None) -> Any:  # noqa: ANN401 - as that of dict
        """Return a value, made now if need be."""
        try:
            return self[name]
        except KeyError:
            return default


class Plan:
    """Which macro, or which package of macros, each name stands for in a package."""

    def __init__(
        self, builder: MacroNamespaceBuilder, packages: Mapping[str, Mapping[str, Macro]]
    ) -> None:
        """Sort the macros as dbt does: of those with one name, the nearest."""
        order = builder.internal_package_names_order
        internal = {
            name: macro
            for package in reversed(order)
            for name, macro in packages.get(package, {}).items()
        }
        others = {name: macros for name, macros in packages.items() if name not in order}
        self.packages: dict[str, Mapping[str, Macro]] = {INTERNAL: internal, **others}
        self.names: dict[str, Macro | str] = {
            **internal,
            **{name: name for name in self.packages},
            **others.get(builder.root_package, {}),
            **others.get(builder.search_package, {}),
        }


class LazyNamespace(MacroNamespace):
    """The macros that a package sees, each made when it is called."""

    def __init__(self, plan: Plan, make: Callable[[Macro], MacroGenerator]) -> None:
        """Keep the plan, and what makes a macro callable."""
        self.plan = plan
        self.all_packages = {
            package: OnDemand(macros, lambda name, macros=macros: make(macros[name]))
            for package, macros in plan.packages.items()
        }

        def find(name: str) -> object:
            found = plan.names[name]
            return self.all_packages[found] if isinstance(found, str) else make(found)

        internal = self.all_packages[INTERNAL]
        super().__init__({}, OnDemand(plan.names, find), internal, self.all_packages)


# Of the manifest in use; a project that is being parsed still grows.
plans: dict[tuple[str, str], tuple[object, int, Plan]] = {}


def build_namespace(self: ManifestContext) -> MacroNamespace:
    """Return the macros of a context, and have the context look for its macros there."""
    builder = self._get_namespace_builder()
    by_package = self.manifest.get_macros_by_package()
    size = sum(map(len, by_package.values()))
    place = (builder.root_package, builder.search_package)
    known, known_size, plan = plans.get(place, (None, 0, None))
    if plan is None or known is not by_package or known_size != size:
        plan = Plan(builder, by_package)
        plans[place] = (by_package, size, plan)

    def make(macro: Macro) -> MacroGenerator:
        return MacroGenerator(macro, self._ctx, builder.node, builder.thread_ctx)

    namespace = LazyNamespace(plan, make)
    self._ctx = OnDemand(plan.names, namespace.__getitem__)
    return namespace


def context_of(self: ManifestContext) -> dict[str, Any]:
    """Return a context in which macros hide what dbt has under the same name."""
    if not isinstance(self.namespace, LazyNamespace):
        return all_in_context(self)
    context = ConfiguredContext.to_dict(self)
    for name in dict.keys(context) & self.namespace.plan.names.keys():
        context[name] = self.namespace[name]
    return context


def match_by_name(
    self: BaseAdapter, relations: list[BaseRelation], database: str, schema: str, identifier: str
) -> list[BaseRelation]:
    """Return the relations that have these names, in whatever case."""
    named = [one for one in relations if (one.identifier or "").lower() == identifier.lower()]
    return match(self, named, database, schema, identifier)


def one_per_schema(nodes: Iterable[ManifestNode]) -> list[ManifestNode]:
    """Return a node for each schema."""
    return list({(node.database, node.schema): node for node in nodes}.values())


def listed_schemas(self: BaseAdapter, nodes: Iterable[ManifestNode]) -> set[BaseRelation]:
    """Return the schemas whose relations a run has to know."""
    return schemas_to_list(self, one_per_schema(nodes))


def made_schemas(
    self: GraphRunnableTask, adapter: BaseAdapter, selected: Iterable[str]
) -> set[BaseRelation]:
    """Return the schemas that a run needs."""
    nodes = [self.manifest.nodes[name] for name in selected if name in self.manifest.nodes]
    found = one_per_schema(one for one in nodes if one.is_relational and not one.is_ephemeral)
    return schemas_to_make(self, adapter, {node.unique_id for node in found})


def compile_once(
    self: MacroFuzzEnvironment, source: object, *args: object, **options: object
) -> CodeType:
    """Compile a template, or return what was made of the same text before."""
    if not isinstance(source, str):
        return compile_template(self, source, *args, **options)
    key = (type(self), source, args, *options.items())
    if key not in templates:
        templates[key] = compile_template(self, source, *args, **options)
    return templates[key]


def macro_of(self: CallableMacroGenerator) -> Callable[..., object]:
    """Return the function of a macro, which is the same as long as its context is."""
    if "own_function" not in self.__dict__:
        self.__dict__["own_function"] = get_macro(self)
    return self.__dict__["own_function"]


def own_node(node: BaseNode) -> BaseNode:
    """Return a node for one run, which writes into it what it compiles."""
    own = copy.copy(node)
    # A seed has none, and a property that says so.
    if "extra_ctes" in vars(own):
        own.extra_ctes = list(own.extra_ctes)
    return own


def copied(self: Manifest) -> Manifest:
    """Return a manifest for one run: the parts that runs change are copies."""
    copied = Manifest(
        nodes={name: own_node(node) for name, node in self.nodes.items()},
        unit_tests={name: own_node(test) for name, test in self.unit_tests.items()},
        **{name: getattr(self, name) for name in OF_GRAPH if name != "nodes"},
        macros=self.macros,
        docs=self.docs,
        selectors=self.selectors,
        files=self.files,
        metadata=self.metadata,
        state_check=self.state_check,
    )
    copied.build_flat_graph()
    return copied


def describe_graph_on_demand(self: Manifest) -> None:
    """Offer the nodes of a manifest to templates as dictionaries, made when one asks for them."""

    def describe(part: str) -> dict[str, object]:
        return {name: one.to_dict(omit_none=False) for name, one in getattr(self, part).items()}

    self.flat_graph = OnDemand(OF_GRAPH, describe)


def rendered_var(self: Var, var_name: str) -> object:
    """Return the value of a var; only what may be a template is rendered."""
    value = self._merged[var_name]
    if isinstance(value, str) and PLAIN_TEXT.fullmatch(value):
        return value
    return render_var(self, var_name)


def make_relation(self: ModelRunner, model: ModelNode, manifest: Manifest) -> RunResult:
    """Make the table or view of a model; what has hooks or comments is left to dbt."""
    config = model.config
    hooks = [hook.sql for hook in (*config.pre_hook, *config.post_hook)]
    if (
        config.materialized not in {"table_at_once", "table", "view"}
        or any("wait_for_gate" not in hook for hook in hooks)
        or any(config.persist_docs.values())
    ):
        return materialize(self, model, manifest)
    kind = "view" if config.materialized == "view" else "table"
    relation = self.adapter.Relation.create_from(self.config, model, type=kind)
    query = f"(\n{model.compiled_code}\n)"
    if config.contract.enforced and kind == "table":
        columns = {name: one.to_dict() for name, one in model.columns.items()}
        written = self.adapter.render_raw_columns_constraints(raw_columns=columns)
        constraints = [one.to_dict() for one in model.constraints]
        written += self.adapter.render_raw_model_constraints(raw_constraints=constraints)
        self.adapter.execute(f"create or replace table {relation} ({', '.join(written)})", True)
        names = ", ".join(columns)
        self.adapter.execute(f"insert into {relation} ({names}) select {names} from {query}")  # noqa: S608
    else:
        self.adapter.execute(f"create or replace {kind} {relation} as {query}", True)
    self.adapter.commit_if_has_connection()
    self.adapter.cache_added(relation.incorporate(dbt_created=True))
    return RunResult(
        node=model,
        status=RunStatus.Success,
        timing=[],
        thread_id="",
        execution_time=0,
        message="OK",
        adapter_response={},
        failures=None,
    )


def install() -> None:
    """Change dbt in this process."""
    BaseEvent.__init__ = remember
    BaseEvent.__getattr__ = read
    EventManager.fire_event = fire_if_heard
    compilation.inject_ctes_into_sql = inject_ctes
    agate_helper.empty_table = functools.cache(agate_helper.empty_table)
    ManifestContext._build_namespace = build_namespace
    ManifestContext.to_dict = context_of
    MacroFuzzEnvironment.compile = compile_once
    CallableMacroGenerator.get_macro = macro_of
    BaseAdapter._make_match = match_by_name
    Manifest.deepcopy = copied
    Manifest.build_flat_graph = describe_graph_on_demand
    PluginManager.get_prefixed_modules = functools.cache(PluginManager.get_prefixed_modules)
    BaseAdapter._get_cache_schemas = listed_schemas
    GraphRunnableTask.get_model_schemas = made_schemas
    compilation.Linker.find_cycles = lambda self: None
    compilation.Linker.get_graph_summary = lambda self, manifest: {}
    Var.get_rendered_var = rendered_var
    dbtClassMixin.validate = classmethod(lambda cls, found: None)
    ModelRunner.execute = make_relation
    ParsedNode.write_node = lambda self, *where_and_what: None
