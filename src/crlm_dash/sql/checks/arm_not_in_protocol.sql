-- One row per arm in the data that the protocol does not name.

select
    'warning' as SEVERITY, 'DM' as DOMAIN, cast(null as varchar) as FILE, cast(null as bigint) as ROW,
    cast(null as varchar) as USUBJID, 'ARM' as COLUMN_NAME, 'arm not in protocol' as RULE, TRT01P as VALUE,
    'DM, ARM: ' || count(*) || ' subjects are in the arm ''' || TRT01P || ''', which the protocol does not name; it names '
        || (select string_agg('''' || NAME || '''', ', ') from planned_arms) as MESSAGE
from adsl
where ENRLFL = 'Y' and TRT01P is not null
    and TRT01P not in (select NAME from planned_arms)
    and exists (select 1 from planned_arms)
group by TRT01P;
