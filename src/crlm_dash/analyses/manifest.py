"""Manifest: which data, protocol file and software every number of a cut comes from."""

from __future__ import annotations

import platform
from importlib import metadata

from crlm_dash import __version__
from crlm_dash.analyses.framing import assumed, cutoff_note, result_of, table
from crlm_dash.analyses.result import Result
from crlm_dash.analyses.words import plural
from crlm_dash.store.door import Door

PACKAGES = ("duckdb", "pandas", "numpy", "scipy", "lifelines", "statsmodels", "matplotlib", "python-docx", "Jinja2")


def manifest(door: Door) -> Result:
    """
    Fingerprint, sources, protocol file, assumptions and versions behind a cut.

    Returns
    -------
    Tables `facts`: item, value · `sources`: file, sha256, bytes · `assumptions`: text · `versions`: software, version.
    """
    cut = door.cut
    built = door.ask("manifest").iloc[0]
    facts = [
        ("Trial", cut.trial),
        ("Data cut", f"{cut.number}{f' ({cut.label})' if cut.label else ''}"),
        ("Cut-off", cut.cutoff.isoformat()),
        ("Sealed (UTC)", f"{cut.sealed_at:%Y-%m-%d %H:%M}"),
        ("Fingerprint of the cut (SHA-256)", cut.fingerprint),
        ("Protocol file in the cut (SHA-256)", built["protocol_sha256"]),
        ("Built by crlm-dash", built["version"]),
        ("Kind of data", str(cut.kind)),
    ]
    software = {"crlm-dash": __version__, "Python": platform.python_version()}
    software |= {name: metadata.version(name) for name in PACKAGES}
    sources = [(each.file, each.sha256, each.bytes) for each in cut.sources]
    stated = [text.removeprefix("Assumed: ").removeprefix("Assumed, ") for text in assumed(door, "")]
    return result_of(
        door,
        "manifest",
        {
            "facts": table(facts, "item value"),
            "sources": table(sources, "file sha256 bytes"),
            "assumptions": table([(each[:1].upper() + each[1:],) for each in stated], "text"),
            "versions": table(list(software.items()), "software version"),
        },
        population="Every file of the source",
        n_used=len(sources),
        n_total=len(sources),
        notes=[
            cutoff_note(door),
            "The fingerprint is of the sealed file: the same fingerprint means the same data, to the byte.",
        ],
        sentence=(
            f"Data cut {cut.number}, fingerprint {cut.fingerprint[:12]}, built from {plural(len(sources), 'file')} "
            f"by crlm-dash {built['version']}."
        ),
    )
