-- No rows: the rules for dates, as macros, in one place.
--
-- A DTC value is ISO 8601 text and may be partial ('2024-03', '2024', '2024---15'). A start is imputed to the first
-- day it can mean, an end to the last, a death to the middle of its month or year. `date_flag` says how much was
-- imputed: 'D' the day, 'M' month and day (CDISC ADaMIG, xxDTF), NULL nothing. A value that is not a date is NULL.

create or replace temp macro cutoff() as cast(getvariable('cutoff') as date);

create or replace temp macro first_day(dtc) as
    case
        when regexp_matches(dtc, '^\d{4}-\d{2}-\d{2}') then try_cast(dtc[:10] as date)
        when regexp_matches(dtc, '^\d{4}-\d{2}($|[-T])') then try_cast(dtc[:7] || '-01' as date)
        when regexp_matches(dtc, '^\d{4}($|-)') then try_cast(dtc[:4] || '-01-01' as date)
    end;

create or replace temp macro date_flag(dtc) as
    case
        when first_day(dtc) is null then null
        when regexp_matches(dtc, '^\d{4}-\d{2}-\d{2}') then null
        when regexp_matches(dtc, '^\d{4}-\d{2}($|[-T])') then 'D'
        else 'M'
    end;

create or replace temp macro end_of_period(day, flag) as
    case flag
        when 'D' then last_day(day)
        when 'M' then cast(date_trunc('year', day) + interval 1 year - interval 1 day as date)
        else day
    end;

create or replace temp macro final_day(dtc) as end_of_period(first_day(dtc), date_flag(dtc));

-- Never before the subject was last seen alive, as far as the period stated allows.
create or replace temp macro death_day(dtc, last_alive) as
    case
        when date_flag(dtc) is null then first_day(dtc)
        else least(
            greatest(
                case date_flag(dtc) when 'D' then first_day(dtc) + 14 else first_day(dtc) + 181 end,
                last_alive
            ),
            final_day(dtc)
        )
    end;

-- What starts after the cut-off does not exist yet; what ends after it is still going on. Undated rows are kept.
create or replace temp macro in_time(day) as coalesce(day <= cutoff(), true);
create or replace temp macro ended(day) as case when day <= cutoff() then day end;

-- CDISC study day: the origin is day 1, the day before it day -1; there is no day 0.
create or replace temp macro study_day(day, origin) as
    cast(datediff('day', origin, day) + if(day >= origin, 1, 0) as integer);

-- Where a fault is, in words: 'ae.csv, row 17, AESTDTC'.
create or replace temp macro at_place(file, row_number, column_name) as
    concat_ws(', ', file, 'row ' || row_number, column_name);

create or replace temp macro is_arm(arm) as
    coalesce(
        upper(trim(arm)) not in (
            '', 'SCREEN FAILURE', 'SCREEN FAIL', 'SCRNFAIL', 'NOT ASSIGNED', 'NOTASSGN', 'NOT RANDOMIZED',
            'NOT TREATED', 'NOTTRT'
        ),
        false
    );
