-- One row per group: subjects with, and records of, each kind of treatment-emergent event.
-- room: outcomes
with events as (
    select
        coalesce(population.STRATA, '(missing)') as strata,
        adae.*,
    from population
    join adae using (USUBJID)
),

graded as (
    select strata, USUBJID
    from events
    where TRTEMFL = 'Y' and AEGRADE is not null
    group by all
)

select
    events.strata,
    count(distinct USUBJID) filter (TRTEMFL = 'Y') as any_subjects,
    count(*) filter (TRTEMFL = 'Y') as any_events,
    count(distinct USUBJID) filter (TRTEMFL = 'Y' and AEGRADE >= 3) as severe_subjects,
    count(*) filter (TRTEMFL = 'Y' and AEGRADE >= 3) as severe_events,
    count(distinct USUBJID) filter (TRTEMFL = 'Y' and AESER = 'Y') as serious_subjects,
    count(*) filter (TRTEMFL = 'Y' and AESER = 'Y') as serious_events,
    count(distinct USUBJID) filter (TRTEMFL = 'Y' and RELFL = 'Y') as related_subjects,
    count(*) filter (TRTEMFL = 'Y' and RELFL = 'Y') as related_events,
    count(distinct USUBJID) filter (TRTEMFL = 'Y' and DISCFL = 'Y') as stopped_subjects,
    count(*) filter (TRTEMFL = 'Y' and DISCFL = 'Y') as stopped_events,
    count(distinct USUBJID) filter (TRTEMFL = 'Y' and FATALFL = 'Y') as fatal_subjects,
    count(*) filter (TRTEMFL = 'Y' and FATALFL = 'Y') as fatal_events,
    count(distinct USUBJID) filter (TRTEMFL = 'Y' and graded.USUBJID is null) as ungraded_subjects,
    count(*) filter (TRTEMFL = 'Y' and graded.USUBJID is null) as ungraded_events,
    count(*) filter (TRTEMFL is distinct from 'Y') as not_emergent_events,
    count(distinct USUBJID) filter (TRTEMFL is distinct from 'Y') as not_emergent_subjects,
    count(*) filter (TRTEMFL = 'Y' and GRADESRC = 'AESEV') as aesev_events,
    count(*) filter (TRTEMFL = 'Y' and AEGRADE is null) as no_grade_events,
from events
left join graded using (strata, USUBJID)
group by events.strata
order by events.strata
