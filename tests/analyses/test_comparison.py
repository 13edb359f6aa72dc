"""Groups that chose: what each role sees, the numbers of the procedure, and every way of there being nothing to say."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest

from crlm_dash.access import Role
from crlm_dash.analyses import Result, comparison, comparison_curves
from crlm_dash.analyses.comparison_outcomes import COLUMNS, REGION_ONLY
from crlm_dash.analyses.comparison_words import CAPTION, HIDDEN
from crlm_dash.errors import NotFound, RequestError
from crlm_dash.stats.group_comparison import CRUDE, OVERLAP, RATIO, Asked, Quantity, Subjects, compared
from crlm_dash.store.door import Door
from tests.analyses.tiny import PROTOCOL, cut_of, door_into

Row = dict[str, Any]
Change = Callable[[int, Row], Row]
OUTCOMES = list(COLUMNS)
NO_COMPARISON = PROTOCOL.partition("[comparison]")[0]


def people(n: int = 120, *, change: Change = lambda k, row: row, seed: int = 5) -> list[Row]:
    """Subjects of whom the younger choose Zap more often, and live longer anyway."""
    generator = np.random.default_rng(seed)
    rows = []
    for k in range(n):
        age = round(float(generator.normal(60, 10)))
        zap = generator.random() < 1 / (1 + np.exp((age - 60) / 8))
        died = generator.exponential(900 * np.exp((60 - age) / 15))
        row = {"AGE": age, "SEX": "F" if generator.random() < 0.5 else "M", "TRT01P": "Zap" if zap else "Pills"}
        stop = generator.uniform(200, 2500)
        rows.append(change(k, row | {"time": max(1, round(min(died, stop))), "event": int(died <= stop)}))
    return rows


def door_to(rows: list[Row], role: Role = Role.STATISTICIAN, protocol: str = PROTOCOL) -> Door:
    found, records = [], []
    for k, row in enumerate(rows):
        shared = {"USUBJID": f"C-{k:04d}"}
        found.append(
            {**shared, "ENRLFL": "Y", **{name: row[name] for name in ("AGE", "SEX", "TRT01P", "ECOG") if name in row}}
        )
        of_os = {"PARAMCD": "OS", "PARAM": "OS", "AVAL": row["time"], "CNSR": 1 - row["event"], "ENTRY": 0}
        of_liver = {"PARAMCD": "LIVPD", "PARAM": "Liver", "CAUSE": row["event"] * (1 + k % 2)}
        records += [{**shared, **of_os}, {**shared, **of_os, **of_liver}]
    return door_into(cut_of({"adsl": found, "adtte": records}, protocol), role)


def shown(result: Result) -> str:
    tables = {name: frame.to_csv(index=False) for name, frame in result.tables.items()}
    return json.dumps([tables, result.notes, result.sentence, result.facts, result.empty], default=str)


def no_outcome(result: Result) -> bool:
    return all(result.tables[name].empty for name in OUTCOMES)


def with_missing(share: float) -> Change:
    return lambda k, row: row | {"SEX": None} if k % 100 < 100 * share else row


def test_the_numbers_are_those_of_the_procedure() -> None:
    rows = people()
    result = comparison(door_to(rows), draws=60)
    age, female = (np.array([row["AGE"] for row in rows], float), np.array([row["SEX"] == "M" for row in rows], float))
    treated = np.array([row["TRT01P"] != "Zap" for row in rows], float)  # the first arm is the reference
    time, event = np.array([row["time"] for row in rows]) / 30.4375, np.array([row["event"] == 1 for row in rows])
    subjects = Subjects(np.column_stack((age, female)), treated, time, np.zeros(len(rows)), event, event)
    found = compared(subjects, Asked((12.0,), None, (0.01, 0.99))).estimates
    ratios = result.tables["hazard_ratio"].set_index("method")
    for method in (CRUDE, OVERLAP):
        expected = np.exp(found[Quantity(RATIO, method, 0.0)].value[0])
        assert ratios.loc[method, "estimate"] == pytest.approx(expected)
    assert (ratios["boot_low"] < ratios["estimate"]).all()
    assert (ratios["boot_high"] > ratios["estimate"]).all()
    assert set(ratios["comparison"]) == {"Pills only vs Zap now"}
    assert result.facts["draws"] == 60


def test_weights_bring_the_groups_together_and_the_curves_start_with_everybody() -> None:
    result = comparison(door_to(people()))
    largest = result.tables["balance"].groupby("method")["difference"].agg(lambda each: each.abs().max())
    assert largest["crude"] > 0.3
    assert largest["overlap"] < 1e-6
    start = result.tables["curves"].query("time == 0 and method == 'overlap'").set_index("strata")
    sizes = result.tables["weights"].query("method == 'overlap'").set_index("strata")
    assert (start["estimate"] == 1).all()
    assert dict(start["n_risk"]) == dict(sizes["n"])
    assert start["n_weighted"].to_dict() == pytest.approx(sizes["n_effective"].to_dict())
    first = result.tables["at_risk"].query("time == 0")
    assert first["n_weighted"].tolist() == pytest.approx(sizes["n_effective"].tolist())


def test_a_cause_is_compared_while_the_other_competes() -> None:
    door = door_to(people())
    first, second = (comparison(door, endpoint="LIVPD", cause=cause) for cause in (1, 2))
    assert first.tables["causes"]["label"].tolist() == ["Liver progression", "Death"]
    assert first.tables["curves"].query("time == 0")["estimate"].eq(0).all()
    happened = [each.tables["events"]["n_event"].sum() for each in (first, second)]
    assert sum(happened) == sum(row["event"] for row in people())
    assert first.tables["sensitivity"].query("what == 'Doubly robust difference'").empty
    with pytest.raises(RequestError, match="3 is no cause of LIVPD"):
        comparison(door, endpoint="LIVPD", cause=3)


@pytest.mark.parametrize("role", [Role.PI, Role.MDT, Role.DATA_MANAGER])
def test_who_sees_no_outcomes_by_arm_gets_the_balance_only(role: Role) -> None:
    rows = people()
    result, full = comparison(door_to(rows, role), draws=5), comparison(door_to(rows))
    assert no_outcome(result)
    assert result.tables["causes"].empty
    assert result.facts["outcomes"] == HIDDEN
    for table in ("balance", "weights", "propensity", "covariates", "design"):
        pd.testing.assert_frame_equal(result.tables[table], full.tables[table], rtol=1e-9, atol=1e-9)
    assert "hazard ratio" not in shown(result).lower()
    assert [question for question, _ in result.facts["plain"]] == ["What was compared", "How alike they are now"]


def test_the_dsmb_sees_the_same_numbers_under_codes() -> None:
    rows = people()
    coded, named = (comparison(door_to(rows, role), draws=40) for role in (Role.DSMB, Role.STATISTICIAN))
    assert not any(word in shown(coded).lower() for word in ("zap", "pills", "zapco", "pilco"))
    assert coded.facts["order"] == ["Arm A", "Arm B"]
    assert {"Arm B vs Arm A"} == set(coded.tables["hazard_ratio"]["comparison"])
    for end, other in (("estimate", "estimate"), ("boot_low", "boot_high")):
        mine, theirs = (each.tables["hazard_ratio"].set_index("method") for each in (coded, named))
        turned = coded.facts["groups"][0] == "Arm A" and not np.isclose(mine[end], theirs[end]).all()
        expected = 1 / theirs[other] if turned else theirs[end]
        np.testing.assert_allclose(mine[end], expected, rtol=1e-6)


def test_patients_alike_but_for_their_group_are_drawn_alike_under_codes() -> None:
    """The order of the rows must not depend on what the groups are called."""
    rows = people(80)
    twins = [row | {"TRT01P": name} for row in rows[:20] for name in ("Zap", "Pills")]
    coded, named = (comparison(door_to(rows[20:] + twins, role), draws=20) for role in (Role.DSMB, Role.STATISTICIAN))
    mine, theirs = (each.tables["hazard_ratio"].set_index("method") for each in (coded, named))
    turned = not np.isclose(mine.loc["crude", "estimate"], theirs.loc["crude", "estimate"])
    for end, other in (("boot_low", "boot_high"), ("boot_high", "boot_low")):
        np.testing.assert_allclose(mine[end], 1 / theirs[other] if turned else theirs[end], rtol=1e-6)


def test_who_knows_the_key_reads_treatment_received_too_and_nobody_else() -> None:
    rows = people()
    assert not any("received" in what for what in comparison(door_to(rows, Role.DSMB)).tables["sensitivity"]["what"])


def older(years: int) -> Change:
    return lambda k, row: row | {"AGE": row["AGE"] + (0 if row["TRT01P"] == "Zap" else years)}


def split_by_age(k: int, row: Row) -> Row:
    return row | {"AGE": 45 if row["TRT01P"] == "Zap" else 70}


def all_alike(k: int, row: Row) -> Row:
    return row | {"AGE": 60, "SEX": "F"}


@pytest.mark.parametrize(
    ("change", "words"),
    [
        pytest.param(split_by_age, "Age tells the groups apart without error", id="separation"),
        pytest.param(older(28), "The groups hardly overlap", id="nearly no overlap"),
        pytest.param(with_missing(1 / 3), "not known in 45 % of the patients", id="many missing"),
        pytest.param(all_alike, "No declared covariate differs between patients", id="all constant"),
    ],
)
def test_a_design_that_does_not_hold_is_told_and_no_outcome_is_compared(change: Change, words: str) -> None:
    result = comparison(door_to(people(change=change)), draws=20)
    assert words in result.facts["outcomes"]
    assert no_outcome(result)
    assert not result.empty


def test_ten_patients_are_counted_and_not_compared() -> None:
    result = comparison(door_to(people(10)), draws=20)
    assert "Fewer than 10 patients" in result.facts["outcomes"]
    assert no_outcome(result)
    assert result.tables["balance"].empty
    assert result.tables["propensity"].empty
    assert result.n_used == 10


def test_a_constant_covariate_is_left_out_and_told() -> None:
    result = comparison(door_to(people(change=lambda k, row: row | {"SEX": "F"})))
    assert any("The same in everyone, so in no model: Sex (M)" in note for note in result.notes)
    assert result.tables["balance"].query("term == 'SEX'")["difference"].isna().all()
    assert len(result.tables["hazard_ratio"])


def test_events_in_one_group_only_give_curves_and_no_ratio() -> None:
    rows = [row | {"event": row["event"] * int(row["TRT01P"] == "Pills")} for row in people()]
    result = comparison(door_to(rows), draws=20)
    assert result.facts["outcomes"].startswith("No patient has had the event in Zap now")
    assert len(result.tables["curves"])
    assert all(result.tables[name].empty for name in ("hazard_ratio", "differences", "sensitivity"))


def test_a_few_missing_are_left_out_and_told() -> None:
    result = comparison(door_to(people(change=with_missing(0.1))))
    assert [(each.n, each.reason) for each in result.excluded] == [
        (20, "a covariate is not known (Sex in 20); complete cases, as declared")
    ]
    assert result.n_used == 100
    assert result.n_total == 120
    assert len(result.tables["hazard_ratio"])


def test_without_anybody_it_says_so() -> None:
    result = comparison(door_to([]))
    assert result.empty == "No subject is in this population."


def test_patients_outside_the_region_of_overlap_are_told_and_tried_without() -> None:
    result = comparison(door_to(people(240, change=older(9))))
    assert any(note.startswith("Positivity: ") for note in result.notes)
    inside = result.tables["sensitivity"].set_index("what").loc[REGION_ONLY]
    outside = result.tables["weights"].query("method == 'crude'")["n_outside"].sum()
    assert inside["note"] == f"{240 - outside} of 240 patients, refitted"


@pytest.mark.parametrize(
    ("protocol", "words"),
    [
        (NO_COMPARISON.replace('"willingness"', '"not stated"'), "does not say how patients come to their group"),
        (NO_COMPARISON.replace('method = "willingness"', 'method = "randomised"\nrandomised = true'), "is randomised"),
        (NO_COMPARISON, "by willingness"),
    ],
)
def test_a_trial_without_a_declared_comparison_says_why(protocol: str, words: str) -> None:
    result = comparison(door_to(people(), protocol=protocol))
    assert words in result.empty
    assert result.n_total == 120
    assert no_outcome(result)


def test_what_is_not_understood_is_refused() -> None:
    door = door_to(people(30))
    with pytest.raises(RequestError, match="are no weights"):
        comparison(door, weights="matching")
    with pytest.raises(RequestError, match="cannot be drawn"):
        comparison(door, draws=-1)
    with pytest.raises(NotFound):
        comparison(door, endpoint="XYZ")
    with pytest.raises(RequestError, match="counted from diagnosis; groups are compared from enrolment on"):
        comparison(door, endpoint="OSDX")


def test_four_questions_are_answered_in_plain_words() -> None:
    rows = people(240)
    result = comparison(door_to(rows))
    said = dict(result.facts["plain"])
    assert list(said) == [
        "What was compared", "How alike they are now", "What came out", "What could still explain it",
    ]  # fmt: skip
    n_pills = sum(row["TRT01P"] == "Pills" for row in rows)
    assert (
        f"{n_pills} patients who chose Pills only with {240 - n_pills} who chose Zap now" in said["What was compared"]
    )
    assert "they differed in 2 of the 2 covariates" in said["How alike they are now"]
    assert "weighted, in none" in said["How alike they are now"]
    main = result.tables["hazard_ratio"].set_index("method").loc["overlap"]
    assert f"hazard ratio {main['estimate']:.2f} (95 % CI {main['conf_low']:.2f} to" in said["What came out"]
    assert "of 100 patients were alive in Pills only" in said["What came out"]
    assert "reasons nobody wrote down" in said["What could still explain it"]


def test_curves_of_very_many_patients_say_that_they_have_no_limits(monkeypatch: pytest.MonkeyPatch) -> None:
    told = "So many patients: curves are drawn without limits; those of the differences stand."
    assert told not in comparison(door_to(people())).notes
    monkeypatch.setattr(comparison_curves, "MOST_CELLS", 100)
    result = comparison(door_to(people()))
    assert told in result.notes
    assert result.tables["hazard_ratio"]["conf_low"].notna().all()


def test_the_caption_is_fixed() -> None:
    assert comparison(door_to(people())).facts["caption"] == CAPTION
    assert CAPTION.startswith("Associated with the choice, not caused by it")
