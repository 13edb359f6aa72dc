-- One row per group, modality and number of days: patients with a procedure, and what is known of them by then.
-- room: procedures
-- A patient counts once: who died within that many days of any procedure of the modality, else who was alive that many
-- days after each of them; of the others it is not yet known. 'Any' stands for every modality.
with by_modality as (
    select
        coalesce(population.STRATA, '(missing)') as strata,
        USUBJID,
        coalesce(adproc.MODALITY, 'Any') as modality,
        min(adproc.DTHDAYS) filter (adproc.DTHDAYS >= 0) as DIED,
        min(coalesce(adproc.FUDAYS, -1)) as FOLLOWED,
    from population
    join adproc using (USUBJID)
    group by all
),

by_patient as (
    from by_modality
    union all
    select strata, USUBJID, 'Any', min(DIED), min(FOLLOWED) from by_modality group by strata, USUBJID
)

select
    strata,
    modality,
    counted.days::integer as days,
    count(*) as n_subjects,
    count(*) filter (DIED <= counted.days) as n_died,
    count(*) filter (coalesce(DIED > counted.days, true) and FOLLOWED < counted.days) as n_unknown,
from by_patient
cross join (select unnest($days::integer[]) as days) counted
group by all
order by all
