"""Protocol files read and checked; every fault of a file is told at once, with its place in the file."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterable, Mapping
from importlib.resources import files
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from crlm_dash.errors import ProtocolError
from crlm_dash.protocol.checks import Fault, cross_faults
from crlm_dash.protocol.model import Protocol

_SHIPPED = files("crlm_dash").joinpath("protocols")

# What pydantic calls a fault: what we say was found wrong and what would do.
_WANTED = {
    "string_type": "text in quotes",
    "int_type": "a whole number",
    "int_from_float": "a whole number",
    "float_type": "a number",
    "finite_number": "a finite number",
    "bool_type": "true or false",
    "tuple_type": "a list in [ ]",
    "dict_type": "a table",
    "model_type": "a table",
    "date_type": "a date (YYYY-MM-DD)",
    "date_parsing": "a date (YYYY-MM-DD)",
    "date_from_datetime_parsing": "a date (YYYY-MM-DD)",
    "date_from_datetime_inexact": "a date (YYYY-MM-DD) without a time",
}


def protocol_ids() -> list[str]:
    """Ids of the protocols that come with the product."""
    names = (each.name for each in _SHIPPED.iterdir())
    return sorted(name.removesuffix(".toml") for name in names if name.endswith(".toml"))


def load_protocol(id_or_path: str | Path) -> Protocol:
    """The shipped protocol of that id (`CRLM10`), or the one in the file at that path."""
    wanted = str(id_or_path)
    for shipped in protocol_ids():
        if wanted.casefold() == shipped.casefold():
            name = f"{shipped}.toml"
            return parse_protocol(_SHIPPED.joinpath(name).read_text(encoding="utf-8"), name)
    path = Path(id_or_path)
    if not path.is_file():
        known = ", ".join(protocol_ids())
        raise ProtocolError(f"No protocol '{wanted}': it is neither a file nor one of {known}.")
    try:
        return parse_protocol(path.read_text(encoding="utf-8"), path.name)
    except UnicodeDecodeError as fault:
        raise ProtocolError(f"{path.name}: byte {fault.start} is not UTF-8; save it as UTF-8.") from None
    except OSError as fault:
        raise ProtocolError(f"{path.name}: cannot be read ({fault.strerror}).") from None


def parse_protocol(text: str, source: str) -> Protocol:
    """The protocol written in TOML `text`; `source` is the file's name for messages."""
    try:
        raw = tomllib.loads(text)
    except tomllib.TOMLDecodeError as fault:
        raise ProtocolError(f"{source}: is not TOML: {fault}.") from None
    return protocol_from(raw, source)


def protocol_from(raw: Mapping[str, Any], source: str) -> Protocol:
    """The protocol held by plain values; `ProtocolError` lists every fault, one a line."""
    # JSON mode is how pydantic lets a list be a tuple and a word an enum, and is strict in all else.
    as_json = json.dumps(raw, default=lambda value: value.isoformat())
    try:
        protocol, shape = Protocol.model_validate_json(as_json), []
    except ValidationError as error:
        protocol, shape = None, [_shape_fault(each) for each in error.errors(include_url=False)]
    faults = [*shape, *cross_faults(raw)]
    if protocol is None or faults:
        raise ProtocolError("\n".join(f"{source}, {place}: {message}" for place, message in faults))
    return protocol


def _shape_fault(error: ErrorDetails) -> Fault:
    place = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in error["loc"]).lstrip(".")
    found, context = _shown(error["input"]), error.get("ctx", {})
    match error["type"]:
        case "missing":
            return place, "is missing; add it"
        case "extra_forbidden":
            return place, f"is not a known key; use one of {', '.join(_known_keys(error['loc'][:-1]))}"
        case "literal_error" | "enum":
            return place, f"{found} is not allowed; use one of {_choices(str(context['expected']))}"
        case "string_pattern_mismatch":
            return place, f"{found} has the wrong form; it must match {context['pattern']}"
        case "string_too_short":
            return place, "is empty; write something"
        case "greater_than" | "greater_than_equal":
            least = f"more than {context['gt']}" if "gt" in context else f"{context.get('ge')} or more"
            return place, f"{found} is too small; use {least}"
        case "less_than" | "less_than_equal":
            most = f"less than {context['lt']}" if "lt" in context else f"{context.get('le')} or less"
            return place, f"{found} is too large; use {most}"
        case kind:
            return place, f"{found} is not {_WANTED.get(kind, 'right: ' + error['msg'])}"


def _shown(value: Any) -> str:
    text = f"'{value}'" if isinstance(value, str) else json.dumps(value)
    return text if len(text) <= 60 else text[:57] + "…"


def _choices(expected: str) -> str:
    return expected.replace("'", "").replace(" or ", ", ").removesuffix(", ")


def _known_keys(place: Iterable[int | str]) -> list[str]:
    model: Any = Protocol
    for step in place:
        if isinstance(step, str) and model is not None:
            model = _model_in(model.model_fields[step].annotation)
    return list(model.model_fields)


def _model_in(annotation: Any) -> Any:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    inner = (_model_in(each) for each in getattr(annotation, "__args__", ()))
    return next((model for model in inner if model is not None), None)
