"""The adjusted comparison in a protocol file: what is declared, what is refused, that what is shipped is assumed."""

from __future__ import annotations

import pytest

from crlm_dash.errors import ProtocolError
from crlm_dash.protocol import load_protocol, parse_protocol

DECLARED = """
id = "X2"
title = "Two groups that chose"

[allocation]
method = "willingness"

[access]
masks = ["WILLING"]

[[arms]]
code = "A"
name = "One"
label = "One"

[[arms]]
code = "B"
name = "Other"
label = "Other"

[[covariates]]
column = "ECOGBL"
label = "ECOG"

[comparison]
estimand = "How the groups differ."
time_zero = "Enrolment."
region = [0.1, 0.9]

[[comparison.covariates]]
column = "AGE"
label = "Age"
scale = "linear"

[[comparison.covariates]]
column = "ECOGBL"
label = "ECOG"
levels = ["0", "1"]

[[comparison.covariates]]
column = "RESPONDED"
label = "Response"
source = { domain = "RS", test = "LIVRRESP", column = "RSSTRESC", take = "any", where = { RSSTRESC = ["CR", "PR"] } }
levels = ["N", "Y"]
"""


def test_what_is_declared_is_read_and_written_again() -> None:
    protocol = parse_protocol(DECLARED, "x2.toml")
    found = protocol.comparison
    assert found is not None
    assert [(each.column, each.scale) for each in found.covariates] == [
        ("AGE", "linear"), ("ECOGBL", "levels"), ("RESPONDED", "levels"),
    ]  # fmt: skip
    assert (found.missing, found.weights, found.most_missing, found.draws) == ("complete cases", "overlap", 0.2, 1000)
    assert [each.column for each in protocol.covariates_read] == ["ECOGBL", "AGE", "RESPONDED"]
    assert parse_protocol(protocol.to_toml(), "again") == protocol


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ('"willingness"', '"randomised"\nrandomised = true', "comparison: must not be there in a randomised trial"),
        ('[[arms]]\ncode = "B"\nname = "Other"\nlabel = "Other"\n', "", "comparison: compares two groups"),
        ("[0.1, 0.9]", "[0.9, 0.1]", "comparison.region: must be two shares, the lower first"),
        ('column = "AGE"', 'column = "ECOGBL"', "comparison.covariates[0].column: 'ECOGBL' is there twice"),
        ('column = "AGE"', 'column = "WILLING"', "comparison.covariates[0].column: 'WILLING' is masked"),
        ('levels = ["0", "1"]', 'levels = ["0"]', "comparison.covariates[1].levels: needs two levels or more"),
        ('scale = "linear"', 'scale = "linear"\nlevels = ["a", "b"]', "covariates[0].levels: is filled"),
        ('scale = "linear"', 'scale = "square"', "comparison.covariates[0].scale"),
        ('"RESPONDED"', '"RESPONDED"\nreads = 1', "comparison.covariates[2].reads: is not a known key"),
        ('test = "LIVRRESP"', 'test = "WILLING"', "comparison.covariates[2].source: reads 'WILLING', which is masked"),
        (
            'levels = ["0", "1"]', 'levels = ["0", "1"]\nsource = { domain = "RS", column = "RSSTRESC" }',
            "comparison.covariates[1].source: 'ECOGBL' is a covariate of the trial",
        ),
    ],
)  # fmt: skip
def test_a_broken_promise_is_told_with_its_place(old: str, new: str, fault: str) -> None:
    with pytest.raises(ProtocolError) as refusal:
        parse_protocol(DECLARED.replace(old, new, 1), "x2.toml")
    assert fault in str(refusal.value)


IMPUTING = DECLARED.replace(
    "region = [0.1, 0.9]",
    'missing = "multiple imputation"\n[comparison.imputation]\nimputations = 30\nseed = 4\nauxiliary = ["SEX"]',
).replace("[[covariates]]\n", '[[covariates]]\ncolumn = "SEX"\nlabel = "Sex"\n[[covariates]]\n', 1)


def test_how_missing_covariates_are_imputed_is_read_and_written_again() -> None:
    protocol = parse_protocol(IMPUTING, "x2.toml")
    assert protocol.comparison is not None
    found = protocol.comparison.imputing
    assert (found.imputations, found.seed, found.auxiliary) == (30, 4, ("SEX",))
    assert parse_protocol(protocol.to_toml(), "again") == protocol
    bare = IMPUTING.partition("[comparison.imputation]")[0] + DECLARED.partition("region = [0.1, 0.9]")[2]
    usual = parse_protocol(bare, "x2.toml").comparison
    assert usual is not None
    assert (usual.missing, usual.imputing.imputations, usual.imputing.seed) == ("multiple imputation", None, 1)


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ('"multiple imputation"', '"mean"', "x2.toml, comparison.missing"),
        (
            '"multiple imputation"', '"complete cases"',
            "x2.toml, comparison.imputation: is filled, but `missing` is 'complete cases'; write 'multiple imputation'",
        ),
        ("imputations = 30", "imputations = 1", "comparison.imputation.imputations"),
        ("imputations = 30", "sets = 30", "comparison.imputation.sets: is not a known key"),
        ("seed = 4", "seed = -4", "comparison.imputation.seed"),
        ('["SEX"]', '["AGE"]', "comparison.imputation.auxiliary[0]: 'AGE' is a covariate of the comparison"),
        ('["SEX"]', '["MSI"]', "auxiliary[0]: 'MSI' is no covariate of the trial; there are: ECOGBL, SEX"),
        ('["SEX"]', '["SEX", "SEX"]', "comparison.imputation.auxiliary[1]: 'SEX' is there twice"),
        ('["WILLING"]', '["WILLING", "SEX"]', "covariates[0].column: 'SEX' is masked"),
    ],
)  # fmt: skip
def test_a_fault_in_how_it_is_imputed_is_told_with_its_place(old: str, new: str, fault: str) -> None:
    with pytest.raises(ProtocolError) as refusal:
        parse_protocol(IMPUTING.replace(old, new, 1), "x2.toml")
    assert fault in str(refusal.value)


def test_a_comparison_without_covariates_is_refused() -> None:
    bare = DECLARED.partition("[[comparison.covariates]]")[0] + "covariates = []\n"
    with pytest.raises(ProtocolError, match=r"comparison\.covariates: is empty"):
        parse_protocol(bare, "x2.toml")


def test_what_the_registry_does_not_say_is_marked_as_assumed() -> None:
    for trial in ("CRLM-EHD", "CRLM10"):
        protocol = load_protocol(trial)
        marked = "comparison" in {each.key for each in protocol.assumed}
        assert marked == (protocol.comparison is not None)
