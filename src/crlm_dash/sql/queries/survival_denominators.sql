-- One row per group: how many subjects belong to it, and how many are never at risk for one endpoint, and why.
-- room: outcomes
with records as (
    select
        coalesce(population.STRATA, '(missing)') as strata,
        adtte.AVAL as time,
        coalesce(adtte.ENTRY, 0.0) as entry,
    from population
    left join adtte on adtte.USUBJID = population.USUBJID and adtte.PARAMCD = $endpoint
)

select
    strata,
    count(*) as n_total,
    count(*) filter (time is null) as n_no_record,
    count(*) filter (time <= 0) as n_no_followup,
    count(*) filter (time > 0 and time <= entry) as n_before_entry,
    count(*) filter (time > entry and entry > 0) as n_late,
    min(entry) filter (time > entry) as first_entry,
    quantile_cont(entry, 0.5) filter (time > entry and entry > 0) as median_entry,
from records
group by strata
order by strata
