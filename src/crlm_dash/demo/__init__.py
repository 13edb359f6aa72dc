"""Demonstration trials: simulated SDTM folders that go through the ordinary ingest."""

from crlm_dash.demo.registry import simulate_registry
from crlm_dash.demo.simulation import simulate
from crlm_dash.demo.survival import (
    TRUE_EFFECT,
    MarginalEffect,
    TrueEffect,
    draw_outcomes,
    expected_survival,
    marginal_effect,
)

__all__ = [
    "TRUE_EFFECT",
    "MarginalEffect",
    "TrueEffect",
    "draw_outcomes",
    "expected_survival",
    "marginal_effect",
    "simulate",
    "simulate_registry",
]
