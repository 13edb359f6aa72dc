-- One row: deaths, serious events and records of everyone enrolled, all arms together.
-- room: outcomes
select
    count(*) as n_enrolled,
    count(*) filter (adsl.DTHFL = 'Y' or adsl.DTHDT is not null) as n_died,
    count(*) filter (adaesum.N_SERIOUS_RECORDS > 0) as n_serious_subjects,
    coalesce(sum(adaesum.N_SERIOUS_RECORDS), 0)::bigint as n_serious_events,
    max(coalesce(adsl.DTHDT, adsl.LSTALVDT)) as last_record,
    count(*) filter (
        coalesce(adsl.DTHFL, 'N') <> 'Y' and adsl.DTHDT is null and adsl.EOSDT is null
        and adsl.LSTALVDT < $cutoff::date - 183
    ) as n_silent,
from population
join adsl using (USUBJID)
left join adaesum using (USUBJID)
