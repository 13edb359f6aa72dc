-- One row per enrolled subject, questionnaire of the trial and planned visit with questionnaires: what became of the form.
--
-- STATUS: 'received' (in the window), 'outside window' (received, nearest to this visit), 'not given' (the site recorded
-- that the whole form was not done; REASON says why, in one of four words; not where the record is dated after death or
-- withdrawal, or has no date and the visit's window opened after it), 'dead' and 'withdrawn' (before the visit's window had closed, and
-- no form), 'not due' (the window was open at the cut-off, or participation had ended as planned),
-- else 'unknown': expected, and nothing is recorded. Who is dead, withdrawn or not due is not expected to answer.

create or replace table adqolvis as
with asked as (
    select q.USUBJID, ql_form(q.QSCAT, q.QSTESTCD) as FORM, q.STDT as ADT, q.VISIT, q.QSREASND
    from in_qs q
    where q.QSTESTCD = 'QSALL' and q.QSSTAT is not null
),

used as (
    select distinct FORM from qlscored
    union
    select FORM from asked where FORM is not null
),

forms as (
    select SUBJKEY, FORM, VISITNUM, bool_or(IN_WINDOW) as IN_WINDOW
    from qlplaced
    group by SUBJKEY, FORM, VISITNUM
),

refused as (
    select
        o.SUBJKEY, a.FORM, v.VISITNUM,
        max(
            case
                when regexp_matches(a.QSREASND, '\bill\b|condition|weak|toxic', 'i') then 'too ill'
                when regexp_matches(a.QSREASND, 'refus|declin|unwilling', 'i') then 'refused'
                when regexp_matches(a.QSREASND, 'offer|not given|administrat|forg[eo]t|\bsite\b', 'i') then 'not offered'
                when a.QSREASND is null then 'no reason recorded'
                else 'other'
            end
        ) as REASON
    from asked a
    join origins o using (USUBJID)
    join adsl s using (SUBJKEY)
    join qlvisits v on (
        a.ADT is not null and a.ADT - coalesce(o.ENRLDT, o.TRTSDT) between v.FIRST_DAY and v.LAST_DAY
    ) or (a.ADT is null and lower(a.VISIT) = lower(v.VISIT))
    where coalesce(
        coalesce(a.ADT, coalesce(o.ENRLDT, o.TRTSDT) + if(v.WINDOWED, v.WINDOW_LOW, v.FIRST_DAY))
        <= least(end_of_period(s.DTHDT, s.DTHDTF), if(s.EOSSTT = 'DISCONTINUED', s.EOSDT, null)), true
    )
    group by o.SUBJKEY, a.FORM, v.VISITNUM
),

people as (
    select
        SUBJKEY, USUBJID, ENRLDT, DTHFL = 'Y' or DTHDT is not null as DIED, coalesce(DTHDT, LSTALVDT, ENRLDT) as DIEDDT,
        EOSSTT, coalesce(EOSDT, LSTALVDT, ENRLDT) as LEFTDT
    from adsl
    where ENRLFL = 'Y' and ENRLDT is not null
)

select
    p.SUBJKEY, p.USUBJID, u.FORM as PARCAT1, v.VISITNUM, v.VISIT, v.DAY,
    case
        when f.IN_WINDOW then 'received'
        when f.SUBJKEY is not null then 'outside window'
        when r.SUBJKEY is not null then 'not given'
        when p.DIED and p.DIEDDT <= p.ENRLDT + closes then 'dead'
        when p.EOSSTT = 'DISCONTINUED' and p.LEFTDT <= p.ENRLDT + closes then 'withdrawn'
        when p.EOSSTT = 'COMPLETED' and p.LEFTDT <= p.ENRLDT + closes then 'not due'
        when p.ENRLDT + closes >= cutoff() then 'not due'
        else 'unknown'
    end as STATUS,
    if(f.SUBJKEY is null, r.REASON, null) as REASON
from people p
cross join used u
cross join (select *, if(WINDOWED, WINDOW_HIGH, LAST_DAY) as closes from qlvisits) v
left join forms f on f.SUBJKEY = p.SUBJKEY and f.FORM = u.FORM and f.VISITNUM = v.VISITNUM
left join refused r on r.SUBJKEY = p.SUBJKEY and r.FORM = u.FORM and r.VISITNUM = v.VISITNUM
order by PARCAT1, v.VISITNUM, p.SUBJKEY;
