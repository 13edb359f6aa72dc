-- One row per group: subjects with, and records of, each kind of treatment-emergent event.
-- room: outcomes
with subjects as (
    select
        coalesce(population.STRATA, '(missing)') as strata,
        adae.USUBJID,
        count(*) filter (TRTEMFL = 'Y') as n_any,
        count(*) filter (TRTEMFL = 'Y' and AEGRADE >= 3) as n_severe,
        count(*) filter (TRTEMFL = 'Y' and AESER = 'Y') as n_serious,
        count(*) filter (TRTEMFL = 'Y' and RELFL = 'Y') as n_related,
        count(*) filter (TRTEMFL = 'Y' and DISCFL = 'Y') as n_stopped,
        count(*) filter (TRTEMFL = 'Y' and FATALFL = 'Y') as n_fatal,
        count(*) filter (TRTEMFL = 'Y' and AEGRADE is null) as n_no_grade,
        count(*) filter (TRTEMFL = 'Y' and GRADESRC = 'AESEV') as n_aesev,
        count(*) filter (TRTEMFL is distinct from 'Y') as n_not_emergent,
        count(*) filter (AESER is not null) as n_seriousness_known,
        count(*) filter (AEREL is not null or RELFL = 'Y') as n_relation_known,
        count(*) filter (AEACN is not null or DISCFL = 'Y') as n_action_known,
    from population
    join adae using (USUBJID)
    group by all
)

select
    strata,
    count(*) filter (n_any > 0) as any_subjects,
    sum(n_any)::bigint as any_events,
    count(*) filter (n_severe > 0) as severe_subjects,
    sum(n_severe)::bigint as severe_events,
    count(*) filter (n_serious > 0) as serious_subjects,
    sum(n_serious)::bigint as serious_events,
    count(*) filter (n_related > 0) as related_subjects,
    sum(n_related)::bigint as related_events,
    count(*) filter (n_stopped > 0) as stopped_subjects,
    sum(n_stopped)::bigint as stopped_events,
    count(*) filter (n_fatal > 0) as fatal_subjects,
    sum(n_fatal)::bigint as fatal_events,
    count(*) filter (n_any > 0 and n_no_grade = n_any) as ungraded_subjects,
    coalesce(sum(n_any) filter (n_no_grade = n_any), 0)::bigint as ungraded_events,
    count(*) filter (n_not_emergent > 0) as not_emergent_subjects,
    sum(n_not_emergent)::bigint as not_emergent_events,
    sum(n_no_grade)::bigint as no_grade_events,
    sum(n_aesev)::bigint as aesev_events,
    sum(n_seriousness_known)::bigint as serious_known,
    sum(n_relation_known)::bigint as related_known,
    sum(n_action_known)::bigint as stopped_known,
from subjects
group by strata
order by strata
