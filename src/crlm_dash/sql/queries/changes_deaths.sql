-- One row per enrolled subject of the viewer's sites who is dead now and was not in the earlier cut.
-- room: events
-- The latest first. n_found as in changes_serious.
select
    adsl.USUBJID,
    adsl.SITEID,
    adsl.TRT01P as arm,
    case
        when adsl.DTHDT is null then 'undated'
        when adsl.DTHDT > cast($cutoff_before as date) then 'since'
        else 'entered late'
    end as change,
    adsl.DTHDT as date,
    coalesce(adsl.DTHDTF, '') as precision,
    date_diff('day', adsl.ENRLDT, adsl.DTHDT) + if(adsl.DTHDT >= adsl.ENRLDT, 1, 0) as day,
    adsl.DTHCAUS as cause,
    count(*) over () as n_found,
from population
join adsl using (USUBJID)
left join before_adsl b on b.USUBJID = adsl.USUBJID
where (adsl.DTHFL = 'Y' or adsl.DTHDT is not null) and (coalesce(b.DTHFL, 'N') = 'Y' or b.DTHDT is not null) is not true
order by date desc nulls last, adsl.USUBJID
limit $row_limit
