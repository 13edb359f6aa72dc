-- One row: deaths and serious (or fatal) adverse events of the population at all sites, and since when.
-- room: outcomes
-- $least_grade adds events that are not serious from that grade on.
with listed as (
    select
        count(*) filter (adae.AESER = 'Y') as n_serious,
        count(distinct USUBJID) filter (adae.AESER = 'Y') as n_serious_subjects,
        count(*) filter (adae.AESER = 'Y' and adae.TRTEMFL = 'Y') as n_emergent,
        count(*) filter (adae.FATALFL = 'Y' and adae.AESER is distinct from 'Y') as n_fatal_not_serious,
        count(*) filter (adae.AEGRADE >= $least_grade and adae.AESER is distinct from 'Y') as n_severe_not_serious,
        count(*) filter (adae.GRADESRC = 'AESEV') as n_aesev,
        count(distinct USUBJID) filter (adae.FATALFL = 'Y' and DTHFL is distinct from 'Y' and DTHDT is null)
            as n_fatal_alive,
        count(*) filter (adae.ASTDT > DTHDT and adae.ASTDTF is null and DTHDTF is null) as n_after_death,
    from members
    join adae using (USUBJID)
    where adae.AESER = 'Y' or adae.FATALFL = 'Y' or adae.AEGRADE >= $least_grade
),

subjects as (
    select
        count(*) as n_subjects,
        min(ENRLDT) as since,
        count(*) filter (DTHFL = 'Y' or DTHDT is not null) as n_deaths,
        count(*) filter (DTHFL = 'Y' and DTHDT is null) as n_undated,
        count(*) filter (DTHDTF is not null) as n_imputed,
    from members
)

select
    listed.*, subjects.*,
    (select count(*) from adsl where adsl.DTHFL = 'Y' or adsl.DTHDT is not null) - subjects.n_deaths as n_other_deaths,
    exists (select 1 from adae where adae.AESER is not null) as seriousness_known,
from listed, subjects
