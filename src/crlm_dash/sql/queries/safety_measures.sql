-- One row per group: subjects with, and records of, each kind of treatment-emergent event.
-- room: outcomes
select
    coalesce(population.STRATA, '(missing)') as strata,
    count(*) filter (N_ANY > 0) as any_subjects,
    sum(N_ANY)::bigint as any_events,
    count(*) filter (N_SEVERE > 0) as severe_subjects,
    sum(N_SEVERE)::bigint as severe_events,
    count(*) filter (N_SERIOUS > 0) as serious_subjects,
    sum(N_SERIOUS)::bigint as serious_events,
    count(*) filter (N_RELATED > 0) as related_subjects,
    sum(N_RELATED)::bigint as related_events,
    count(*) filter (N_STOPPED > 0) as stopped_subjects,
    sum(N_STOPPED)::bigint as stopped_events,
    count(*) filter (N_FATAL > 0) as fatal_subjects,
    sum(N_FATAL)::bigint as fatal_events,
    count(*) filter (N_ANY > 0 and N_NO_GRADE = N_ANY) as ungraded_subjects,
    coalesce(sum(N_ANY) filter (N_NO_GRADE = N_ANY), 0)::bigint as ungraded_events,
    count(*) filter (N_NOT_EMERGENT > 0) as not_emergent_subjects,
    sum(N_NOT_EMERGENT)::bigint as not_emergent_events,
    sum(N_NO_GRADE)::bigint as no_grade_events,
    sum(N_AESEV)::bigint as aesev_events,
    sum(N_SERIOUS_KNOWN)::bigint as serious_known,
    sum(N_RELATED_KNOWN)::bigint as related_known,
    sum(N_STOPPED_KNOWN)::bigint as stopped_known,
from population
join adaesum using (USUBJID)
group by all
order by strata
