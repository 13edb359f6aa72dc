"""The shape of a protocol file: frozen models, one per table of the TOML file."""

from __future__ import annotations

from typing import Annotated, Literal, get_args

from pydantic import Field

from crlm_dash.protocol.comparison import Comparison
from crlm_dash.protocol.enrolment_plan import Accrual, EventTarget
from crlm_dash.protocol.monitoring import Monitoring
from crlm_dash.protocol.quality_of_life import QualityOfLife
from crlm_dash.protocol.source import Column, Covariate, Source
from crlm_dash.protocol.table import Filled
from crlm_dash.protocol.table import Table as _Table
from crlm_dash.protocol.writing import toml_text
from crlm_dash.terms import TimeUnit, TrialKind

Origin = Literal["SCRNDT", "RFICDT", "ENRLDT", "RANDDT", "TRTSDT", "DIAGDT"]
EventSource = Literal[
    "death",
    "progression",
    "progression_liver",
    "progression_extrahepatic",
    "progression_liver_only",
    "progression_extrahepatic_only",
    "progression_both",
    "progression_site_unknown",
    "new_systemic_line",
    "severe_adverse_event",
    "safety_window_end",
    "last_alive",
    "last_imaging",
    "enrolled_only",
]
RoleName = Literal["mdt", "pi", "dsmb", "statistician", "data_manager"]
FactType = Literal["number", "boolean", "text", "date"]

ORIGINS: tuple[str, ...] = get_args(Origin)
EVENT_SOURCES: tuple[str, ...] = get_args(EventSource)
ULN_RATIO = "xULN"  # unit of a laboratory fact that is LBSTRESN / LBSTNRHI of the same record

# The column a source's `test` is compared with, and the date of a record, in each domain.
TEST_COLUMN: dict[str, str] = {
    "AE": "AEDECOD",
    "CM": "CMCAT",
    "DS": "DSDECOD",
    "EX": "EXCAT",
    "FA": "FATESTCD",
    "LB": "LBTESTCD",
    "MH": "MHDECOD",
    "PR": "PRTRT",
    "QS": "QSTESTCD",
    "RS": "RSTESTCD",
    "SS": "SSTESTCD",
    "TR": "TRTESTCD",
    "TU": "TUTESTCD",
    "VS": "VSTESTCD",
}
DATE_COLUMN: dict[str, str] = {
    "AE": "AESTDTC",
    "CM": "CMSTDTC",
    "DS": "DSSTDTC",
    "EX": "EXSTDTC",
    "FA": "FADTC",
    "LB": "LBDTC",
    "MH": "MHSTDTC",
    "PR": "PRSTDTC",
    "QS": "QSDTC",
    "RS": "RSDTC",
    "SS": "SSDTC",
    "TR": "TRDTC",
    "TU": "TUDTC",
    "VS": "VSDTC",
}


class Allocation(_Table):
    """How patients come to their arm. Only `randomised = true` lets a comparison speak of effects."""

    method: Literal["randomised", "willingness", "not stated", "single arm"] = "not stated"
    randomised: bool = False
    text: str = ""


class Arm(_Table):
    """One arm: `code` is DM.ARMCD, `name` DM.ARM, `label` what the screen says; `control`: others compare with it."""

    code: Filled
    name: Filled
    label: Filled
    control: bool = False
    description: str = ""


class Fact(Source):
    """
    A named value that eligibility rules speak of; NULL where the subject has no such record. `label` is what a
    limit or a list of several values calls it; without one, its name with blanks.
    """

    name: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]
    type: FactType
    description: Filled
    label: str = ""


class Criterion(_Table):
    """
    One eligibility criterion: the published wording, our reading of it, and the reading as a rule.

    The rule of an inclusion is true where the patient fulfils it; the rule of an exclusion is true where the
    patient *is excluded*. An empty rule is never evaluated: the result is unknown.
    """

    id: Annotated[str, Field(pattern=r"^[A-Za-z0-9_.-]{1,8}$")]
    label: str = ""  # a few words for pictures; "": the wording
    type: Literal["inclusion", "exclusion"]
    text: Filled
    reading: str = ""
    rule: str = ""
    facts: tuple[str, ...] = ()
    assessed_by: Literal["data", "investigator", "mdt"] = "data"


class Competing(_Table):
    """A competing cause; the first listed is CAUSE 2, the next 3, …"""

    sources: tuple[EventSource, ...] = ()
    label: Filled


class Endpoint(_Table):
    """
    A time-to-event endpoint. `horizons` are landmark times in years; the endpoint is judged at the last.
    `delivered`: taken from the source's ADTTE as it is, so origin and sources may be empty.
    """

    paramcd: Annotated[str, Field(pattern=r"^[A-Z][A-Z0-9_]{0,7}$")]
    label: Filled
    type: Literal["time_to_event", "competing_risks"] = "time_to_event"
    unit: TimeUnit = TimeUnit.DAYS
    origin: Literal[Origin, ""] = ""
    entry: Literal[Origin, ""] = ""
    events: tuple[EventSource, ...] = ()
    competing: tuple[Competing, ...] = ()
    censor: tuple[EventSource, ...] = ()
    primary: bool = False
    supportive: bool = False
    delivered: bool = False
    horizons: tuple[Annotated[float, Field(gt=0)], ...] = (1.0, 2.0, 3.0, 5.0)
    description: str = ""


class Visit(_Table):
    """A planned visit; `day` is the study day (no day 0), windows are in days."""

    visitnum: float
    visit: Filled
    day: int
    window_before: int = Field(default=0, ge=0)
    window_after: int = Field(default=0, ge=0)
    imaging: bool = False
    qol: bool = False


class Population(_Table):
    """Subjects with `flag` = 'Y' in ADSL."""

    flag: Column
    label: Filled
    description: str = ""


class Safety(_Table):
    """
    Which adverse events are treatment-emergent, and after which days deaths after a procedure count. An event whose
    term holds a word of `give_away` tells the arm: who may not know it reads `terms.WITHHELD_TERMS` instead.
    """

    treatment_emergent_start: Literal["TRTSDT", "ENRLDT", "RFICDT"] = "TRTSDT"
    days_after_end: int = Field(default=30, ge=0)
    procedure_days: tuple[Annotated[int, Field(gt=0)], ...] = (30, 90)
    grading: str = ""
    give_away: tuple[Annotated[str, Field(min_length=3, pattern=r"\S{3}")], ...] = ()


class Progression(_Table):
    """How near in time progression in the liver and outside it must be to count as one failure at both."""

    both_within_days: int = Field(default=30, ge=0)


class Access(_Table):
    """Roles that may see outcomes by arm; columns that reveal the arm and never reach a blinded viewer."""

    outcomes_by_arm: tuple[RoleName, ...] = ("dsmb", "statistician")
    masks: tuple[Column, ...] = ()


class Diagnosis(_Table):
    """The MH term (MHDECOD, event type DIAGNOSIS) whose date is DIAGDT; '' where there is none."""

    term: str = ""


class Assumption(_Table):
    """A value the published text does not give: shown wherever it is used. `key` is its place in the file."""

    key: Filled
    text: Filled


POPULATIONS = (
    Population(flag="ENRLFL", label="Enrolled", description="Every patient who was enrolled."),
    Population(flag="SAFFL", label="Safety", description="Every patient who received any treatment."),
)


class Protocol(_Table):
    """A trial as data; built by `load_protocol`, `parse_protocol` or `minimal_protocol`."""

    id: Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9 _.-]*$")]
    title: Filled
    short_title: str = ""
    source: str = ""
    notes: tuple[str, ...] = ()
    kind: TrialKind | None = None
    followup_months: int | None = Field(default=None, gt=0)
    allocation: Allocation = Allocation()
    accrual: Accrual = Accrual()
    diagnosis: Diagnosis = Diagnosis()
    safety: Safety = Safety()
    progression: Progression = Progression()
    quality_of_life: QualityOfLife = QualityOfLife()
    monitoring: Monitoring = Monitoring()
    access: Access = Access()
    arms: tuple[Arm, ...] = ()
    populations: tuple[Population, ...] = POPULATIONS
    endpoints: tuple[Endpoint, ...] = ()
    facts: tuple[Fact, ...] = ()
    criteria: tuple[Criterion, ...] = ()
    covariates: tuple[Covariate, ...] = ()
    comparison: Comparison | None = None
    visits: tuple[Visit, ...] = ()
    assumed: tuple[Assumption, ...] = ()

    @property
    def covariates_read(self) -> tuple[Covariate, ...]:
        """Every covariate that becomes a column of ADSL: those to group by, and those the groups are made alike in."""
        own = self.comparison.covariates if self.comparison else ()
        declared = {each.column for each in self.covariates}
        return (*self.covariates, *(each for each in own if each.column not in declared))

    @property
    def events_awaited(self) -> EventTarget | None:
        """The events the trial waits for: of its boundary for two arms, else of its recruitment plan."""
        boundary = self.monitoring.boundary
        return (
            self.accrual.events if boundary is None else EventTarget(endpoint=boundary.endpoint, number=boundary.events)
        )

    def to_toml(self) -> str:
        """The protocol as TOML text; `parse_protocol` of it is equal to this protocol."""
        return toml_text(self.model_dump(mode="python", exclude_none=True))
