-- One row per domain and reason: how many dated records of the subject are not on the timeline, and why.
-- room: records
select
    DOMAIN as domain,
    REASON as reason,
    cast(N as bigint) as n,
from adtlout
order by domain, reason
