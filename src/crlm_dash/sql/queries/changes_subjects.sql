-- One row per kind of change: subjects whose standing in the trial is not what it was.
-- room: outcomes
-- Of who was screened and passes the filter now; of who is no longer there, by what the earlier cut says. SINCE: it is
-- dated after the earlier cut-off. Nobody leaves by dying.
with people as (
    select
        p.USUBJID,
        adsl.SCRNDT, adsl.ENRLDT, adsl.DTHDT, adsl.EOSDT,
        coalesce(adsl.ENRLFL, 'N') = 'Y' as ENROLLED, coalesce(adsl.SAFFL, 'N') = 'Y' as TREATED,
        coalesce(adsl.DTHFL, 'N') = 'Y' or adsl.DTHDT is not null as DIED,
        coalesce(adsl.EOSSTT, '') = 'DISCONTINUED' as STOPPED,
        adsl.USUBJID is not null as THERE,
        coalesce(b.ENRLFL, 'N') = 'Y' as WAS_ENROLLED, coalesce(b.SAFFL, 'N') = 'Y' as WAS_TREATED,
        coalesce(b.DTHFL, 'N') = 'Y' or b.DTHDT is not null as HAD_DIED,
        coalesce(b.EOSSTT, '') = 'DISCONTINUED' as HAD_STOPPED,
        b.USUBJID is not null as WAS_THERE,
    from (
        select USUBJID from population
        union
        select USUBJID from before_population where USUBJID not in (select USUBJID from adsl)
    ) p
    left join adsl using (USUBJID)
    left join before_adsl b on b.USUBJID = p.USUBJID
),

changed as (
    select 'screened' as change, SCRNDT as DAY from people where THERE and not WAS_THERE
    union all
    select 'enrolled', ENRLDT from people where ENROLLED and not WAS_ENROLLED
    union all
    select 'died', DTHDT from people where ENROLLED and DIED and not HAD_DIED
    union all
    select 'left', EOSDT from people where ENROLLED and STOPPED and not DIED and not HAD_STOPPED
    union all
    select 'not enrolled', null from people where THERE and WAS_ENROLLED and not ENROLLED
    union all
    select 'not dead', null from people where THERE and HAD_DIED and not DIED
    union all
    select 'removed', null from people where not THERE
)

select
    change,
    count(*) as n_subjects,
    count(*) filter (DAY > cast($cutoff_before as date)) as n_since,
from changed
group by change
order by change
