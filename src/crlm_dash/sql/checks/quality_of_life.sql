-- One row per answer or delivered score of a quality-of-life questionnaire that is outside what is possible.

with answers as (
    select 'QS' as DOMAIN, _file, _row, USUBJID, 'QSSTRESN' as COLUMN_NAME, QSTESTCD as CODE, QSCAT as CATEGORY,
        coalesce(QSSTRESN, try_cast(QSSTRESC as double)) as FOUND
    from in_qs
    where QSSTAT is null and not exists (select 1 from staging.adqs)
    union all
    select 'ADQS', _file, _row, USUBJID, 'AVAL', PARAMCD, coalesce(PARCAT1, QSCAT), AVAL
    from staging.adqs
),

bounds as (
    select
        a.*, if(a.FOUND = floor(a.FOUND), printf('%.0f', a.FOUND), cast(a.FOUND as varchar)) as TOLD,
        if(s.PARAMCD is null, i.LOW, least(s.WORST, s.BEST)) as LOW,
        if(s.PARAMCD is null, i.HIGH, greatest(s.WORST, s.BEST)) as HIGH, s.PARAMCD is null and i.HIGH < 100 as WHOLE
    from answers a
    left join qlscales s
        on s.PARCAT1 = ql_form(a.CATEGORY, a.CODE) and list_contains(s.CODES, a.CODE)
    left join (select distinct PARCAT1, ITEM, LOW, HIGH from qlitems) i
        on i.PARCAT1 = ql_form(a.CATEGORY, a.CODE) and i.ITEM = ql_item(i.PARCAT1, a.CODE)
    where a.FOUND is not null
)

select
    'warning' as SEVERITY, DOMAIN, _file as FILE, _row as ROW, USUBJID, COLUMN_NAME, 'answer not possible' as RULE,
    TOLD as VALUE,
    at_place(_file, _row, COLUMN_NAME) || ': ' || CODE || ' of ' || USUBJID || ' is ' || TOLD
        || '; possible is ' || LOW || ' to ' || HIGH || '. It is taken as missing' as MESSAGE
from bounds
where FOUND not between LOW and HIGH or (WHOLE and FOUND <> floor(FOUND));
