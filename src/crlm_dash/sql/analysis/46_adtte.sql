-- One row per subject and endpoint (PARAMCD).
--
-- The first event counts, else the last censoring (admiral, derive_param_tte). Of causes on one day the endpoint's own
-- event goes first, then the competing ones in the protocol's order. Only what happens on or after the origin counts.
-- AVAL = ADT - STARTDT + 1 days, so the origin is day 1 and AVAL is positive; months are 30.4375 days, years 365.25.
-- ENTRY = entry date - STARTDT: a subject is at risk in (ENTRY, AVAL]. `new_systemic_line` and
-- `safety_window_end` among the censorings end the observation there: what comes after them is not counted.
-- Delivered rows are used as delivered, but for follow-up beyond the cut-off, which is taken off ADT and AVAL; their
-- other columns are added by store/extras.py, which also sorts the rows.

create or replace temp macro epoch_days(day) as datediff('day', date '1900-01-01', day);

create or replace temp macro adsl_date(name, scrndt, rficdt, enrldt, randdt, trtsdt, diagdt) as
    case name
        when 'SCRNDT' then scrndt
        when 'RFICDT' then rficdt
        when 'ENRLDT' then enrldt
        when 'RANDDT' then randdt
        when 'TRTSDT' then trtsdt
        when 'DIAGDT' then diagdt
    end;

create or replace temp table built_adtte as
with days_in as (
    select unnest(['days', 'months', 'years']) as UNIT, unnest([1.0, 30.4375, 365.25]) as DAYS
),

delivered_codes as (
    select distinct PARAMCD from staging.adtte
),

origin_of as (
    select
        a.SUBJKEY, a.USUBJID, e.PARAMCD,
        adsl_date(e.ORIGIN, a.SCRNDT, a.RFICDT, a.ENRLDT, a.RANDDT, a.TRTSDT, a.DIAGDT) as STARTDT,
        adsl_date(e.ENTRY, a.SCRNDT, a.RFICDT, a.ENRLDT, a.RANDDT, a.TRTSDT, a.DIAGDT) as ENTRYDT
    from endpoints e
    cross join adsl a
    where a.ENRLFL = 'Y' and e.PARAMCD not in (select PARAMCD from delivered_codes)
),

observed as (
    select o.*, s.STOPDT
    from origin_of o
    left join (
        select t.SUBJKEY, e.PARAMCD, min(t.ADT) as STOPDT
        from tte_sources t
        join endpoint_sources e on e.SOURCE = t.SOURCE and e.ROLE = 'censor'
        where t.SOURCE in ('new_systemic_line', 'safety_window_end')
        group by all
    ) s using (SUBJKEY, PARAMCD)
    where o.STARTDT <= cutoff()
),

candidates as (
    select
        o.SUBJKEY, o.USUBJID, o.PARAMCD, o.STARTDT, o.ENTRYDT, e.CAUSE, e.ORD, t.SRCDOM, t.SRCVAR, t.SRCSEQ,
        coalesce(e.LABEL, t.EVNTDESC) as EVNTDESC,
        if(t.SOURCE = 'enrolled_only', o.STARTDT, t.ADT) as ADT
    from observed o
    join endpoint_sources e using (PARAMCD)
    join tte_sources t on t.SUBJKEY = o.SUBJKEY and t.SOURCE = e.SOURCE
    where (t.ADT >= o.STARTDT or t.SOURCE = 'enrolled_only') and t.ADT <= coalesce(o.STOPDT, t.ADT)
),

-- Lower ranks go first: events by day, cause and order, then censorings from the latest back. (A number in place of
-- an ordered window: a million subjects take a fifth of the time.)
ranked as (
    select
        *,
        if(CAUSE > 0, epoch_days(ADT) * 10_000 + CAUSE * 100, 1_000_000_000_000 - epoch_days(ADT) * 10_000) + ORD as RANK
    from candidates
),

decided as (
    select
        SUBJKEY, any_value(USUBJID) as USUBJID, PARAMCD, any_value(STARTDT) as STARTDT, any_value(ENTRYDT) as ENTRYDT,
        arg_min(
            {
                'ADT': ADT, 'CAUSE': CAUSE, 'EVNTDESC': EVNTDESC, 'SRCDOM': SRCDOM, 'SRCVAR': SRCVAR, 'SRCSEQ': SRCSEQ
            },
            RANK
        ) as CHOSEN
    from ranked
    group by SUBJKEY, PARAMCD
),

derived as (
    select
        c.SUBJKEY, v.STUDYID, c.USUBJID, c.PARAMCD, e.PARAM, c.STARTDT, c.CHOSEN.ADT,
        (datediff('day', c.STARTDT, c.CHOSEN.ADT) + 1) / d.DAYS as AVAL,
        case c.CHOSEN.CAUSE when 0 then 1 when 1 then 0 else c.CHOSEN.CAUSE end as CNSR,
        c.CHOSEN.EVNTDESC,
        greatest(coalesce(datediff('day', c.STARTDT, c.ENTRYDT), 0), 0) / d.DAYS as ENTRY,
        c.CHOSEN.CAUSE,
        c.CHOSEN.SRCDOM, c.CHOSEN.SRCVAR, c.CHOSEN.SRCSEQ
    from decided c
    join endpoints e using (PARAMCD)
    join days_in d using (UNIT)
    cross join protocol_values v
),

delivered as (
    select
        d.*, a.SUBJKEY,
        coalesce(e.PARAM, d.PARAM) as NAME, u.DAYS, e.COMPETES,
        -- what lies beyond the cut-off, in days; only this much is ever taken off
        greatest(datediff('day', cutoff(), d.ADT), 0) as BEYOND,
        adsl_date(e.ENTRY, a.SCRNDT, a.RFICDT, a.ENRLDT, a.RANDDT, a.TRTSDT, a.DIAGDT) as ENTRYDT
    from staging.adtte d
    join adsl a using (USUBJID)
    left join endpoints e using (PARAMCD)
    left join days_in u on u.UNIT = coalesce(e.UNIT, 'days')
    where in_time(d.STARTDT)
),

recensored as (
    select
        SUBJKEY, coalesce(STUDYID, '') as STUDYID, USUBJID, PARAMCD, coalesce(PARAM, NAME) as PARAM, STARTDT,
        if(BEYOND > 0, cutoff(), ADT) as ADT,
        if(BEYOND > 0, AVAL - BEYOND / DAYS, AVAL) as AVAL,
        if(BEYOND > 0 and CNSR <> 1, 1, CNSR) as CNSR,
        if(BEYOND > 0, 'Censored at the cut-off', EVNTDESC) as EVNTDESC,
        coalesce(ENTRY, greatest(coalesce(datediff('day', STARTDT, ENTRYDT), 0), 0) / DAYS) as ENTRY,
        case
            when BEYOND > 0 then 0
            when CAUSE is not null then CAUSE
            when CNSR = 0 then 1
            when CNSR >= 2 and COMPETES then CNSR
            else 0
        end as CAUSE,
        SRCDOM, SRCVAR, SRCSEQ
    from delivered x
    where if(BEYOND > 0, AVAL - BEYOND / DAYS, AVAL) > 0
)

select * replace (cast(CNSR as integer) as CNSR, cast(CAUSE as integer) as CAUSE, cast(AVAL as double) as AVAL,
    cast(ENTRY as double) as ENTRY)
from (select * from recensored union all by name select * from derived);
