-- One row per group, system organ class, preferred term and grade: subjects for whom it is the worst, and records.
-- room: outcomes
-- Treatment-emergent events only. 'Any' stands for every class, or every term of a class; grade is NULL where no
-- event of the subject under that term was graded. WORST…FL mark one record per subject, class and term, the worst, and
-- are empty on all others. (Names are filled in after counting: a text as it is stored is grouped twice as fast.)
with recorded as materialized (
    select
        population.STRATA, adae.AEBODSYS, adae.AEDECOD, if(adae.AEDECOD is null, adae.AETERM, null) as UNCODED,
        adae.AEGRADE as grade,
        count(WORSTPFL) as n_term,
        count(WORSTSFL) as n_class,
        count(WORSTFL) as n_any,
        count(*) as n_events,
    from population
    join adae using (USUBJID)
    where adae.TRTEMFL = 'Y'
    group by all
),

terms as (
    select
        coalesce(STRATA, '(missing)') as strata,
        coalesce(AEBODSYS, '(not coded)') as body_system,
        coalesce(AEDECOD, UNCODED, '(not coded)') as term,
        grade, n_term, n_class, n_any, n_events,
    from recorded
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
