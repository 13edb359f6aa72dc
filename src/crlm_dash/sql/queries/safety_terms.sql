-- One row per group, system organ class, preferred term and grade: subjects for whom it is the worst, and records.
-- room: outcomes
-- Treatment-emergent events only. 'Any' stands for every class, or every term of a class; grade is NULL where no
-- event of the subject under that term was graded. WORST…FL mark one record per subject, class and term: the worst.
with emergent as (
    select
        coalesce(population.STRATA, '(missing)') as strata,
        coalesce(adae.AEBODSYS, '(not coded)') as body_system,
        coalesce(adae.AEDECOD, adae.AETERM, '(not coded)') as term,
        adae.AEGRADE as grade,
        adae.WORSTFL, adae.WORSTSFL, adae.WORSTPFL,
    from population
    join adae using (USUBJID)
    where adae.TRTEMFL = 'Y'
),

terms as (
    select
        strata, body_system, term, grade,
        count(*) filter (WORSTPFL = 'Y') as n_term,
        count(*) filter (WORSTSFL = 'Y') as n_class,
        count(*) filter (WORSTFL = 'Y') as n_any,
        count(*) as n_events,
    from emergent
    group by all
),

counted as (
    select strata, body_system as AEBODSYS, term as AEDECOD, grade, n_term as n_subjects, n_events from terms
    union all
    select strata, body_system, 'Any', grade, n_class, n_events from terms
    union all
    select strata, 'Any', 'Any', grade, n_any, n_events from terms
)

select
    strata,
    AEBODSYS,
    AEDECOD,
    grade,
    sum(n_subjects)::bigint as n_subjects,
    sum(n_events)::bigint as n_events,
from counted
group by all
order by all
