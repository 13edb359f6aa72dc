"""Roles, as tests go through them."""

from __future__ import annotations

from crlm_dash.access import Role

INSIDERS = tuple(role for role in Role if role is not Role.OBSERVER)  # who sees more than counts of the whole trial
