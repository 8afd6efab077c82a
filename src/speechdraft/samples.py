"""Sample facts: every fact with its dictionary's example, to see what an outline makes before anybody gave any."""

from __future__ import annotations

from speechdraft.facts import Dictionary, FactSpec, Given, Layer
from speechdraft.facts_reading import read_facts
from speechdraft.problems import Place, Problems
from speechdraft.source import MappingNode, Node, Scalar, SequenceNode
from speechdraft.values import FactType

__all__ = ["sample_facts"]

SAMPLE_ITEMS = 3
"""How many items a sample list has where the dictionary's example does not say."""

_NOWHERE = Place()


def sample_facts(dictionary: Dictionary) -> dict[str, Given]:
    """Return a value for every fact that has an example and no formula."""
    entries = {name: _example(name, spec) for name, spec in dictionary.items() if not spec.formula}
    node = MappingNode(entries=entries, key_places=dict.fromkeys(entries, _NOWHERE), place=_NOWHERE)
    return read_facts(node, Layer.SPEECH, dictionary, Problems())


def _example(name: str, spec: FactSpec) -> Node:
    match spec.example:
        case str():
            return Scalar(text=spec.example, given=True, place=_NOWHERE)
        case list() | dict():
            return _node(spec.example)
        case _:
            pass
    record = {field: _example(field, inner) for field, inner in spec.fields.items()}
    if spec.type is FactType.RECORD:
        return MappingNode(entries=record, key_places=dict.fromkeys(record, _NOWHERE), place=_NOWHERE)
    if spec.type is FactType.LIST:
        item: Node = MappingNode(entries=record, key_places=dict.fromkeys(record, _NOWHERE), place=_NOWHERE)
        if not record:
            item = Scalar(text=spec.label or name, given=True, place=_NOWHERE)
        return SequenceNode(items=(item,) * SAMPLE_ITEMS, place=_NOWHERE)
    return Scalar(text="", given=False, place=_NOWHERE)


def _node(value: object) -> Node:
    match value:
        case list():
            return SequenceNode(items=tuple(_node(item) for item in value), place=_NOWHERE)
        case dict():
            entries = {str(key): _node(item) for key, item in value.items()}
            return MappingNode(entries=entries, key_places=dict.fromkeys(entries, _NOWHERE), place=_NOWHERE)
        case _:
            return Scalar(text="" if value is None else str(value), given=value is not None, place=_NOWHERE)
