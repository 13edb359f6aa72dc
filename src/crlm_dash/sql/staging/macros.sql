-- No table: how one delivered value is read. Every macro answers NULL for what cannot be read.
-- Text is trimmed of blanks, tabs, line ends and no-break spaces; empty text is NULL (SDTMIG: null is empty).

create or replace temp macro trimmed(x) as
    nullif(trim(x, E' \t\r\n' || chr(160)), '');

-- Most values need no trimming, and trimming is dear: look at both ends first (a list with `in` would
-- become a join, and cost more than the trimming).
create or replace temp macro clean(x) as
    case
        when x = '' then null
        when ascii(x) <= 32 or ascii(x) = 160 or right(x, 1) <= ' ' or right(x, 1) = chr(160)
            then trimmed(x)
        else x
    end;

-- Words that mean "missing" in a column of numbers or dates: SAS '.', '.A', '._', R 'NA', pandas 'NaN'.
create or replace temp macro is_missing_word(x) as
    regexp_full_match(upper(x), '\.[A-Z_]?|NA|N/A|NAN|NAT|NULL|NONE');

create or replace temp macro number_text(x) as
    case
        when isnan(x) or isinf(x) then null
        when x = floor(x) and abs(x) < 1e15 then cast(cast(x as bigint) as varchar)
        else cast(x as varchar)
    end;

create or replace temp macro finite(x) as
    case when isfinite(x) then x end;

create or replace temp macro as_number(x) as
    finite(try_cast(x as double));

-- A number in the only spelling that survives the way to a number and back: '007' is an identifier.
create or replace temp macro is_plain_number(x) as
    regexp_full_match(x, '[-+]?((0|[1-9]\d{0,14})(\.\d*)?|\.\d+)([eE][-+]?\d{1,3})?');

-- Days since 1960-01-01, seconds since 1960-01-01 00:00 (how SAS stores dates).
create or replace temp macro sas_date(x) as
    case when isfinite(x) and abs(x) < 3e6 then date '1960-01-01' + cast(floor(x) as integer) end;

create or replace temp macro sas_datetime(x) as
    case when isfinite(x) and abs(x) < 2e11 then timestamp '1960-01-01' + to_seconds(x) end;

create or replace temp macro sas_time(x) as
    case when isfinite(x) and x >= 0 and x < 86400 then strftime(timestamp '1960-01-01' + to_seconds(x), '%H:%M:%S') end;

-- A day: ISO 8601, ISO basic, SAS DATE9 ('02JAN2014'), or a bare SAS day number of 1968 to 2124.
create or replace temp macro is_day(x) as
    length(x) = 10 and x between '1800' and '2200' and x[5] = '-' and x[8] = '-' and try_cast(x as date) is not null;

create or replace temp macro as_date(x) as
    case
        when is_day(x) then try_cast(x as date)
        when regexp_matches(x, '^(1[89]|2[01])\d{2}-\d{2}-\d{2}([T ].*)?$') then try_cast(left(x, 10) as date)
        when regexp_full_match(x, '\d{8}') then cast(try_strptime(x, '%Y%m%d') as date)
        when regexp_matches(x, '^\d{2}[A-Za-z]{3}\d{4}(:.*)?$')
            then cast(try_strptime(left(x, 9), '%d%b%Y') as date)
        when regexp_full_match(x, '\d{4,5}(\.0+)?') and try_cast(x as double) between 3000 and 60000
            then sas_date(try_cast(x as double))
    end;

create or replace temp macro as_datetime(x) as
    case
        when regexp_matches(x, '^(1[89]|2[01])\d{2}-\d{2}-\d{2}') then try_cast(x as timestamp)
        when regexp_matches(x, '^\d{2}[A-Za-z]{3}\d{4}:') then try_strptime(x, '%d%b%Y:%H:%M:%S')
        when regexp_full_match(x, '\d{9,10}(\.\d+)?') then sas_datetime(try_cast(x as double))
        else cast(as_date(x) as timestamp)
    end;

-- One ISO 8601 date/time as SDTMIG 4.4 allows it: complete, cut short (2024-03), or with a hyphen for a
-- missing part (2024---15). A complete day must be in the calendar.
create or replace temp macro is_iso(x) as
    regexp_full_match(
        x,
        '((1[89]|20|21)\d{2}|-)(-(0[1-9]|1[0-2]|-)(-(0[1-9]|[12]\d|3[01]|-)'
        || '(T([01]\d|2[0-4]|-)(:([0-5]\d|-)(:([0-5]\d|60|-)([.,]\d+)?)?)?(Z|[-+]\d{2}(:?\d{2})?)?)?)?)?'
    )
    and (not regexp_matches(x, '^\d{4}-\d{2}-\d{2}') or try_cast(left(x, 10) as date) is not null);

create or replace temp macro iso_spelling(x) as
    case
        when regexp_matches(x, '^\d{4}-\d{2}-\d{2} +\d') then regexp_replace(x, ' +', 'T')
        when regexp_full_match(x, '(19|20)\d{6}') then left(x, 4) || '-' || x[5:6] || '-' || x[7:8]
        else x
    end;

create or replace temp macro as_dtc(x) as
    case
        when is_day(x) then x
        when contains(x, '/') and is_iso(split_part(x, '/', 1)) and is_iso(split_part(x, '/', 2)) then x
        when is_iso(iso_spelling(x)) then iso_spelling(x)
    end;

create or replace temp macro timestamp_text(x) as
    case
        when x = date_trunc('day', x) then strftime(x, '%Y-%m-%d')
        else strftime(x, '%Y-%m-%dT%H:%M:%S')
    end;

create or replace temp macro place_text(file, row_number, column_name) as
    file || coalesce(', row ' || row_number, '') || coalesce(', ' || column_name, '');
