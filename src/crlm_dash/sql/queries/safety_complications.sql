-- One row per group, modality, unit (procedures, patients), worst complication and whether one was serious.
-- room: procedures
-- `worst` is the place of the worst Clavien–Dindo grade (1 for I … 7 for V), 0 where no complication was graded, -1 where
-- there was none; a patient counts once, at the worst of all procedures of the modality. 'Any' stands for all of them.
with procedures as (
    select
        coalesce(population.STRATA, '(missing)') as strata,
        USUBJID,
        adproc.MODALITY,
        if(adproc.N_COMP = 0, -1, adproc.CLAVORD) as worst,
        adproc.N_COMP_SERIOUS > 0 as serious,
    from population
    join adproc using (USUBJID)
),

patients as (
    select
        strata, USUBJID, coalesce(MODALITY, 'Any') as of_modality, max(worst) as worst, bool_or(serious) as serious,
    from procedures
    group by grouping sets ((strata, USUBJID, MODALITY), (strata, USUBJID))
),

counted as (
    select strata, MODALITY as modality, 'procedures' as unit, worst, serious, count(*) as n from procedures group by all
    union all
    select strata, 'Any', 'procedures', worst, serious, count(*) from procedures group by all
    union all
    select strata, of_modality, 'patients', worst, serious, count(*) from patients group by all
)

select strata, modality, unit, worst::integer as worst, serious, n
from counted
order by all
