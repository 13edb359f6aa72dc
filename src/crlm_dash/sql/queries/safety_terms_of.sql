-- One row per group, system organ class, preferred term and worst grade, of one kind of treatment-emergent events only.
-- room: outcomes
-- As safety_terms, for kinds that no flag marks: serious, related, led to discontinuation (stopped), fatal.
with emergent as (
    select
        coalesce(population.STRATA, '(missing)') as strata,
        USUBJID,
        coalesce(adae.AEBODSYS, '(not coded)') as body_system,
        coalesce(adae.AEDECOD, adae.AETERM, '(not coded)') as term,
        adae.AEGRADE as grade,
    from population
    join adae using (USUBJID)
    where adae.TRTEMFL = 'Y' and case $kind
        when 'serious' then adae.AESER
        when 'related' then adae.RELFL
        when 'stopped' then adae.DISCFL
        when 'fatal' then adae.FATALFL
    end = 'Y'
),

by_subject as (
    select strata, USUBJID, body_system, term, max(grade) as worst, count(*) as n_events
    from emergent
    group by grouping sets ((strata, USUBJID, body_system, term), (strata, USUBJID, body_system), (strata, USUBJID))
)

select
    strata,
    coalesce(body_system, 'Any') as AEBODSYS,
    coalesce(term, 'Any') as AEDECOD,
    worst as grade,
    count(*) as n_subjects,
    sum(n_events)::bigint as n_events,
from by_subject
group by all
order by all
