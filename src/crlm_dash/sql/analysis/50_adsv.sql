-- One row per subject and planned visit, and per visit made that was not planned.
--
-- DUE is the planned study day counted from enrolment (day 1 = enrolment, no day 0), with the protocol's window; no
-- window stated, no window kept: a visit made is then 'done'. Of a visit recorded twice the first day counts. A visit
-- not made is 'missed' when the site recorded it as not done, or when its window closed and the patient has died or left
-- since, so that nobody can be called any more; 'overdue' when its window closed before the cut-off and nothing is
-- recorded; 'due' while the window is open, 'not yet' before. It is 'not applicable' when it fell due after death or the
-- end of participation, or when these came before its window had closed and nothing is recorded; without a date of
-- them, after the last contact. Without SV there is nothing to say.

create or replace table adsv as
with made as (
    select
        USUBJID, VISITNUM, any_value(VISIT) as VISIT,
        min(STDT) filter (where coalesce(SVOCCUR, 'Y') = 'Y') as ACTUAL,
        bool_and(coalesce(SVOCCUR, 'Y') = 'N') as NOT_DONE
    from in_sv
    group by all
),

planned as (
    select
        a.USUBJID, v.VISITNUM, v.VISIT, v.WINDOWED,
        a.ENRLDT + if(v.DAY > 0, v.DAY - 1, v.DAY) as DUE,
        a.ENRLDT + if(v.DAY > 0, v.DAY - 1, v.DAY) - v.WINDOW_BEFORE as WINDOW_LOW,
        a.ENRLDT + if(v.DAY > 0, v.DAY - 1, v.DAY) + v.WINDOW_AFTER as WINDOW_HIGH,
        if(
            a.DTHFL = 'Y' or a.DTHDT is not null or a.EOSSTT in ('DISCONTINUED', 'COMPLETED'),
            coalesce(least(a.DTHDT, a.EOSDT), a.LSTALVDT, a.ENRLDT), null
        ) as LEFTDT
    from adsl a
    cross join planned_visits v
    where a.ENRLFL = 'Y' and a.ENRLDT is not null and exists (select 1 from staging.sv)
),

expected as (
    select
        p.USUBJID, p.VISITNUM, p.VISIT, p.DUE, if(p.WINDOWED, p.WINDOW_LOW, null) as WINDOW_LOW,
        if(p.WINDOWED, p.WINDOW_HIGH, null) as WINDOW_HIGH, m.ACTUAL,
        case
            when m.ACTUAL is not null and not p.WINDOWED then 'done'
            when m.ACTUAL < p.WINDOW_LOW then 'early'
            when m.ACTUAL > p.WINDOW_HIGH then 'late'
            when m.ACTUAL is not null then 'done'
            when p.DUE > p.LEFTDT then 'not applicable'
            when m.NOT_DONE then 'missed'
            when p.WINDOW_HIGH >= p.LEFTDT then 'not applicable'
            when p.LEFTDT is not null then 'missed'
            when p.WINDOW_HIGH < cutoff() then 'overdue'
            when p.WINDOW_LOW <= cutoff() then 'due'
            else 'not yet'
        end as STATUS
    from planned p
    left join made m using (USUBJID, VISITNUM)
),

others as (
    select
        m.USUBJID, m.VISITNUM, coalesce(m.VISIT, v.VISIT) as VISIT, cast(null as date) as DUE,
        cast(null as date) as WINDOW_LOW, cast(null as date) as WINDOW_HIGH, m.ACTUAL,
        case
            when v.VISITNUM is null then 'unscheduled'
            when m.ACTUAL is null then 'missed'
            else 'done'
        end as STATUS
    from made m
    join adsl a using (USUBJID)
    left join planned_visits v using (VISITNUM)
    where (m.ACTUAL is not null or v.VISITNUM is not null)
        and not exists (select 1 from planned p where p.USUBJID = m.USUBJID and p.VISITNUM = m.VISITNUM)
)

select o.SUBJKEY, v.*
from (from expected union all from others) v
join origins o using (USUBJID)
order by o.SUBJKEY, v.VISITNUM;
