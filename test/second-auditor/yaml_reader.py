"""The YAML of scripts (docs/formats/script.md) as dicts, lists and Plain or Quoted strings."""

import re

import yaml

from refusals import Refused, demand

MAX_BYTES = 4 * 1024 * 1024
MAX_LEVELS = 16
CONTROLS = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff]"
)
NOT_TEXT = re.compile(
    r"(|~|null|Null|NULL|true|True|TRUE|false|False|FALSE"
    r"|[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+"
    r"|[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?"
    r"|[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN))"
)


class Plain(str):
    """A scalar without quotes that the core schema reads as something else than text."""


def read_yaml(data: bytes):
    demand(len(data) <= MAX_BYTES, "the script is larger than 4 MiB")
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise Refused(f"the script is not UTF-8: {error}") from error
    demand(not CONTROLS.search(text), "the script has control or bidirectional characters")
    try:
        _look_at_events(text)
        return _value(yaml.compose(text, Loader=yaml.BaseLoader), MAX_LEVELS)
    except yaml.YAMLError as error:
        raise Refused(f"the script is no YAML: {error}") from error


def _look_at_events(text: str) -> None:
    for event in yaml.parse(text, Loader=yaml.BaseLoader):
        demand(getattr(event, "anchor", None) is None, "the script has anchors or aliases")
        demand(getattr(event, "tag", None) is None, "the script has tags")
        if isinstance(event, (yaml.DocumentStartEvent, yaml.DocumentEndEvent)):
            demand(not event.explicit, "the script has --- or ...")


def _value(node, levels: int):
    demand(levels > 0, "the script is nested too deep")
    if isinstance(node, yaml.ScalarNode):
        is_text = node.style is not None or not NOT_TEXT.fullmatch(node.value)
        return node.value if is_text else Plain(node.value)
    if isinstance(node, yaml.SequenceNode):
        return [_value(element, levels - 1) for element in node.value]
    demand(isinstance(node, yaml.MappingNode), "the script is empty")
    found = {}
    for name_node, value_node in node.value:
        demand(isinstance(name_node, yaml.ScalarNode) and name_node.value != "<<", "a field has no plain name")
        demand(name_node.value not in found, f"the field {name_node.value} is there twice")
        found[name_node.value] = _value(value_node, levels - 1)
    return found
