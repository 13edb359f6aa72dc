-- One row per group, system organ class, preferred term and worst grade: subjects, each once, and their records.
-- room: outcomes
-- Treatment-emergent events only. 'Any' stands for every class, or every term of a class; grade is NULL where no
-- event of the subject under that term was graded.
with emergent as (
    select
        coalesce(population.STRATA, '(missing)') as strata,
        adae.USUBJID,
        coalesce(adae.AEBODSYS, '(not coded)') as body_system,
        coalesce(adae.AEDECOD, adae.AETERM, '(not coded)') as term,
        adae.AEGRADE as grade,
    from population
    join adae using (USUBJID)
    where adae.TRTEMFL = 'Y'
),

worst as (
    select
        strata,
        USUBJID,
        case when grouping(body_system) = 1 then 'Any' else body_system end as AEBODSYS,
        case when grouping(term) = 1 then 'Any' else term end as AEDECOD,
        max(grade) as grade,
        count(*) as n_events,
    from emergent
    group by grouping sets (
        (strata, USUBJID),
        (strata, USUBJID, body_system),
        (strata, USUBJID, body_system, term)
    )
)

select
    strata,
    AEBODSYS,
    AEDECOD,
    grade,
    count(*) as n_subjects,
    sum(n_events)::bigint as n_events,
from worst
group by all
order by all
