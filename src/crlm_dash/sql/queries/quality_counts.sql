-- One row per severity, domain and rule: how many faults.
-- room: quality
select
    SEVERITY as severity,
    DOMAIN as domain,
    RULE as rule,
    count(*) as n,
from faults
group by all
order by array_position(['fatal', 'error', 'warning'], any_value(faults.SEVERITY)), n desc, domain, rule
