-- One row per group and state ('before', 'revised', 'now', as in changes_people): subjects with treatment-emergent events.
-- room: outcomes
with now as (
    select
        'now' as state, population.STRATA, adaesum.N_ANY > 0 as WITH_ANY, adaesum.N_SEVERE > 0 as SEVERE,
        adaesum.N_SERIOUS > 0 as SERIOUS,
    from population
    left join adaesum using (USUBJID)
),

before as (
    select
        'before' as state, before_population.STRATA, before_adaesum.N_ANY > 0 as WITH_ANY,
        before_adaesum.N_SEVERE > 0 as SEVERE, before_adaesum.N_SERIOUS > 0 as SERIOUS,
    from before_population
    left join before_adaesum using (USUBJID)
),

begun as (
    select USUBJID, bool_or(AEGRADE >= 3) as SEVERE, bool_or(AESER = 'Y') as SERIOUS
    from adae
    join adsl using (USUBJID)
    where adae.TRTEMFL = 'Y' and coalesce(adae.ASTDT, adsl.ENRLDT) > cast($cutoff_before as date) is not true
    group by USUBJID
),

revised as (
    select 'revised' as state, population.STRATA, begun.USUBJID is not null as WITH_ANY, begun.SEVERE, begun.SERIOUS
    from population
    left join begun using (USUBJID)
)

select
    coalesce(STRATA, '(missing)') as strata,
    state,
    if(exists (from adae), count(*) filter (WITH_ANY), null) as with_event,
    if(exists (from adae where AEGRADE is not null), count(*) filter (SEVERE), null) as with_severe,
    if(exists (from adae where AESER is not null), count(*) filter (SERIOUS), null) as with_serious,
from (from now union all from before union all from revised)
group by all
order by all
