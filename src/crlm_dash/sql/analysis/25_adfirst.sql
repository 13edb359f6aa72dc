-- One row per enrolled subject: when systemic therapy and radical local treatment were first given.
--
-- CHEMODT: the earliest systemic therapy, of prior lines (CM) and of the trial (EX); not of lines after it.
-- LOCALDT: the earliest hepatectomy, ablation or SBRT of liver metastases on or after enrolment, by plan or later;
-- TACE and HAIC are not radical. Displays by treatment received count from it; the door hands it to few (store/door.py).

create or replace table adfirst as
select
    a.SUBJKEY,
    a.USUBJID,
    min(x.ASTDT) filter (where x.EXCAT = 'SYSTEMIC' and x.PHASE in ('PRIOR', 'PROTOCOL')) as CHEMODT,
    min(x.ASTDT) filter (
        where x.EXCAT = 'LOCAL' and x.MODALITY in ('HEPATECTOMY', 'ABLATION', 'SBRT') and x.ASTDT >= a.ENRLDT
    ) as LOCALDT
from adsl a
left join adex x using (SUBJKEY)
where a.ENRLFL = 'Y'
group by all
order by a.SUBJKEY;
