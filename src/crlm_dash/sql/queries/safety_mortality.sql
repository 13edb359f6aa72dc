-- One row per group, modality and number of days: patients with a procedure, and what is known of them by then.
-- room: procedures
-- A patient counts once: who died within that many days of any procedure of the modality, else who was alive that many
-- days after each of them; of the others it is not yet known. 'Any' stands for every modality.
with given as (
    select
        coalesce(population.STRATA, '(missing)') as strata,
        USUBJID,
        adproc.MODALITY,
        counted.days,
        coalesce(adproc.DTHDAYS between 0 and counted.days, false) as died,
        coalesce(adproc.FUDAYS >= counted.days, false) as alive,
    from population
    join adproc using (USUBJID)
    cross join (select unnest($days::integer[]) as days) counted
),

by_patient as (
    select
        strata, days, USUBJID, coalesce(MODALITY, 'Any') as of_modality,
        bool_or(died) as died,
        bool_and(alive) as alive,
    from given
    group by grouping sets ((strata, days, USUBJID, MODALITY), (strata, days, USUBJID))
)

select
    strata,
    of_modality as modality,
    days::integer as days,
    count(*) as n_subjects,
    count(*) filter (died) as n_died,
    count(*) filter (not died and not alive) as n_unknown,
from by_patient
group by all
order by all
