"""A YAML document that remembers its lines, so that a wrong value can be pointed at.

Pure: text in, plain data and the line of every value out.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import yaml

try:
    from yaml import CSafeLoader as Loader
except ImportError:  # PyYAML built without libyaml: slower, the same answers
    from yaml import SafeLoader as Loader  # type: ignore[assignment]


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong, and where. ``code`` is stable; ``value`` is what stands there."""

    line: int
    path: str
    code: str
    value: str = ""

    def __str__(self) -> str:
        return f"line {self.line}: {self.path}: {self.code}" + (f" ({self.value})" if self.value else "")


@dataclass(frozen=True, slots=True)
class Mapping:
    """A YAML mapping with the line of each key's value."""

    line: int
    path: str
    values: dict[str, Any]
    lines: dict[str, int]

    def get(self, key: str, default: Any = None) -> Any:
        return self.values.get(key, default)

    def line_of(self, key: str) -> int:
        return self.lines.get(key, self.line)


@dataclass(frozen=True, slots=True)
class Sequence:
    line: int
    path: str
    items: tuple[Any, ...]
    lines: tuple[int, ...]

    def __iter__(self) -> Iterator[Any]:
        return iter(self.items)

    def with_lines(self) -> Iterator[tuple[Any, int]]:
        return zip(self.items, self.lines, strict=True)


def read(text: str) -> tuple[Any, list[Problem]]:
    """The document's root and what is wrong with its form: syntax, keys given twice."""
    problems: list[Problem] = []
    try:
        node = yaml.compose(text, Loader=Loader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        return None, [Problem(mark.line + 1 if mark else 1, "", "not_yaml", error.problem or "")]
    except yaml.YAMLError as error:
        return None, [Problem(1, "", "not_yaml", type(error).__name__)]
    if node is None:
        return None, [Problem(1, "", "empty")]
    return _value(node, "", problems), problems


def plain(value: Any) -> Any:
    """Without lines, as ``yaml.safe_load`` would give it."""
    if isinstance(value, Mapping):
        return {key: plain(item) for key, item in value.values.items()}
    if isinstance(value, Sequence):
        return [plain(item) for item in value.items]
    return value


def _value(node: yaml.Node, path: str, problems: list[Problem]) -> Any:
    line = node.start_mark.line + 1
    if isinstance(node, yaml.MappingNode):
        return _mapping(node, path, problems)
    if isinstance(node, yaml.SequenceNode):
        items = tuple(_value(item, f"{path}[{index}]", problems) for index, item in enumerate(node.value))
        return Sequence(line, path, items, tuple(item.start_mark.line + 1 for item in node.value))
    return _scalar(node)


def _mapping(node: yaml.MappingNode, path: str, problems: list[Problem]) -> Mapping:
    values: dict[str, Any] = {}
    lines: dict[str, int] = {}
    for key_node, value_node in node.value:
        key = str(key_node.value)
        inner = f"{path}.{key}" if path else key
        line = value_node.start_mark.line + 1
        if key in values:
            problems.append(Problem(key_node.start_mark.line + 1, inner, "duplicate_key", key))
        values[key] = _value(value_node, inner, problems)
        lines[key] = line
    return Mapping(node.start_mark.line + 1, path, values, lines)


def _scalar(node: yaml.Node) -> Any:
    tag, value = node.tag.rsplit(":", 1)[-1], str(node.value)
    if tag == "null":
        return None
    if tag == "bool":
        return value.lower() in {"true", "yes", "on"}
    if tag == "int":
        return int(value) if value.lstrip("+-").isdecimal() and value.isascii() else value
    return value
