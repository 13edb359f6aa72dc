-- One row per screened subject of the viewer's sites.
-- room: listing
select
    adsl.USUBJID,
    adsl.SITEID,
    adsl.AGE,
    adsl.SEX,
    case
        when adsl.DTHFL = 'Y' or adsl.DTHDT is not null then 'Died'
        when adsl.ENRLFL = 'Y' and adsl.EOSSTT = 'COMPLETED' then 'Completed'
        when adsl.ENRLFL = 'Y' and adsl.EOSSTT = 'DISCONTINUED' then 'Left the trial'
        when adsl.ENRLFL = 'Y' then 'In follow-up'
        when elsum.OUTCOME = 'failed' then 'Screening failed'
        when elsum.OUTCOME = 'refused' then 'Declined'
        when elsum.OUTCOME = 'withdrawn' then 'Withdrew'
        else 'In screening'
    end as status,
    adsl.ENRLDT as enrolled,
    coalesce(adaesum.N_RECORDS, 0) as events,
from population
join adsl using (USUBJID)
left join elsum using (USUBJID)
left join adaesum using (USUBJID)
where contains(lower(adsl.USUBJID), lower($search))
order by adsl.SITEID, adsl.USUBJID
limit $row_limit
