-- One row per delivered endpoint (PARAMCD), overall survival first, else in the order delivered.
--
-- Unit: AVALU, else the word in brackets at the end of PARAM ("(months)"), else what the dates say: the median of
-- (ADT - STARTDT + 1) / AVAL is 1 for days, 30.4375 for months, 365.25 for years. NULL where nothing tells.
with endpoints as (
    select
        PARAMCD,
        coalesce(mode(PARAM), PARAMCD) as PARAM,
        lower(coalesce(mode(AVALU), regexp_extract(mode(PARAM), '(?i)[(\[,]\s*(day|month|year|week)s?\s*[)\]]?\s*$', 1)))
            as STATED,
        median((datediff('day', STARTDT, ADT) + 1) / AVAL) filter (where AVAL > 0 and ADT > STARTDT) as DAYS_A_UNIT,
        min(_file) as FIRST_FILE,
        min(_row) as FIRST_ROW,
    from staging.adtte
    group by PARAMCD
)

select
    PARAMCD,
    PARAM,
    case
        when starts_with(STATED, 'd') then 'days'
        when starts_with(STATED, 'mo') then 'months'
        when starts_with(STATED, 'y') then 'years'
        when starts_with(STATED, 'w') then 'weeks'
        when DAYS_A_UNIT between 0.8 and 1.5 then 'days'
        when DAYS_A_UNIT between 27 and 34 then 'months'
        when DAYS_A_UNIT between 330 and 400 then 'years'
    end as UNIT,
from endpoints
order by PARAMCD <> 'OS', FIRST_FILE, FIRST_ROW;
