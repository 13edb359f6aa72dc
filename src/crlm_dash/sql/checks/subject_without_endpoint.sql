-- One row per enrolled subject and endpoint of the protocol that has no adtte row, with the reason.
--
-- A delivered ADTTE may hold an endpoint for some subjects only (duration of response); there only a subject without
-- any row is told, once. Who was never treated owes no time to an adverse event.

select
    'warning' as SEVERITY, 'ADTTE' as DOMAIN, m._file as FILE, m._row as ROW, a.USUBJID, e.PARAMCD as COLUMN_NAME,
    'no follow-up for an endpoint' as RULE, e.PARAMCD as VALUE,
    at_place(m._file, m._row, e.PARAMCD) || ': ' || a.USUBJID || ' is enrolled, but has no ' || e.PARAM || ': '
        || case
            when e.PARAMCD in (select PARAMCD from staging.adtte) then 'the delivered ADTTE has no usable row'
            when adsl_date(e.ORIGIN, a.SCRNDT, a.RFICDT, a.ENRLDT, a.RANDDT, a.TRTSDT, a.DIAGDT) is null
                then 'no ' || e.ORIGIN || ' is known, from which it is counted'
            else 'nothing is known after its start'
        end as MESSAGE
from adsl a
cross join endpoints e
left join staging.dm m on m.USUBJID = a.USUBJID
where a.ENRLFL = 'Y'
    and not exists (select 1 from adtte t where t.USUBJID = a.USUBJID and t.PARAMCD = e.PARAMCD)
    and (
        a.SAFFL = 'Y'
        or e.PARAMCD not in (select PARAMCD from endpoint_sources where SOURCE = 'severe_adverse_event')
    )
    and (
        e.PARAMCD not in (select PARAMCD from staging.adtte)
        or e.ORD = (select min(ORD) from endpoints where PARAMCD in (select PARAMCD from staging.adtte))
            and a.USUBJID not in (select USUBJID from adtte where PARAMCD in (select PARAMCD from staging.adtte))
    );
