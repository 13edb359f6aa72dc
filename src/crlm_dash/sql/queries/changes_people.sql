-- One row per group and state: what had become of the subjects of the population.
-- room: outcomes
-- State 'before' is the earlier cut, 'now' the present one, and 'revised' the earlier cut-off as the present cut knows it:
-- from 'before' to 'revised' things were entered late or corrected, from there to 'now' they happened. What has no date
-- counts from enrolment on; what the present cut does not record is NULL. Deaths, progressions (the first on or after
-- enrolment), follow-up and serious events are of enrolled subjects.
with worse as (
    select 'now' as state, USUBJID, ADT from adrs
    where AVALC = 'PD' and ANL01FL = 'Y' and PARAMCD in ('OVRLRESP', 'LIVRRESP', 'EXHPRESP')
    union all
    select 'before', USUBJID, ADT from before_adrs
    where AVALC = 'PD' and ANL01FL = 'Y' and PARAMCD in ('OVRLRESP', 'LIVRRESP', 'EXHPRESP')
),

people as (
    select 'now' as state, population.STRATA, adsl.* from population join adsl using (USUBJID)
    union all by name
    select 'before' as state, before_population.STRATA, before_adsl.* from before_population join before_adsl using (USUBJID)
),

progressions as (
    select people.state, people.USUBJID, min(worse.ADT) as PROGDT
    from people
    join worse on worse.state = people.state and worse.USUBJID = people.USUBJID
        and (worse.ADT >= people.ENRLDT or people.ENRLDT is null)
    group by all
),

serious as (
    select
        'now' as state, USUBJID, count(*) as N_SERIOUS,
        count(*) filter (coalesce(adae.ASTDT, adsl.ENRLDT) > cast($cutoff_before as date)) as N_LATER,
    from adae
    join adsl using (USUBJID)
    where adae.AESER = 'Y'
    group by USUBJID
    union all
    select 'before', USUBJID, count(*), 0 from before_adae where AESER = 'Y' group by USUBJID
),

known as (
    select
        people.state, STRATA, SCRNDT, ENRLDT, coalesce(ENRLFL, 'N') = 'Y' as ENROLLED, coalesce(SAFFL, 'N') = 'Y' as TREATED,
        coalesce(DTHFL, 'N') = 'Y' or DTHDT is not null as DIED, DTHDT, PROGDT,
        date_diff('day', ENRLDT, coalesce(DTHDT, LSTALVDT)) + 1 as FOLLOWED,
        coalesce(N_SERIOUS, 0) as N_SERIOUS, coalesce(N_LATER, 0) as N_LATER,
    from people
    left join progressions using (state, USUBJID)
    left join serious using (state, USUBJID)
),

states as (
    select *, cast(null as date) as UPTO from known
    union all by name
    select * replace ('revised' as state, N_SERIOUS - N_LATER as N_SERIOUS), cast($cutoff_before as date) as UPTO
    from known
    where state = 'now'
)

select
    coalesce(STRATA, '(missing)') as strata,
    state,
    count(*) filter (SCRNDT > UPTO is not true) as screened,
    count(*) filter (ENROLLED and ENRLDT > UPTO is not true) as enrolled,
    count(*) filter (TREATED) as treated,
    coalesce(sum(FOLLOWED) filter (ENROLLED and FOLLOWED > 0), 0) / 365.25 as followed,
    count(*) filter (ENROLLED and DIED and coalesce(DTHDT, ENRLDT) > UPTO is not true) as died,
    if(exists (from adrs), count(*) filter (ENROLLED and PROGDT is not null and PROGDT > UPTO is not true), null) as progressed,
    if(
        exists (from adae where AESER is not null), coalesce(sum(N_SERIOUS) filter (ENROLLED), 0)::bigint, null
    ) as serious_events,
from states
group by all
order by all
