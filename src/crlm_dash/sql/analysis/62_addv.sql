-- One row per protocol deviation that the sponsor recorded (DV), by its category.
--
-- The words of a deviation can name the treatment given, so a cut keeps what is counted: whose it was, its category, when.

create or replace table addv as
select
    o.SUBJKEY, v.USUBJID, v.DVSEQ, nullif(trim(v.DVCAT), '') as DVCAT, v.STDT as ASTDT, v.STDTF as ASTDTF
from in_dv v
join origins o using (USUBJID)
order by o.SUBJKEY, v.DVSEQ;
