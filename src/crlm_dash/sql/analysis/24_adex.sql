-- One row per subject and administration of systemic therapy or local procedure (see 05_treatments).

create or replace table adex as
select
    o.SUBJKEY, t.USUBJID, t.EXCAT, t.TRT, t.MODALITY, t.LINE, t.PHASE, t.STDT as ASTDT, t.STDTF as ASTDTF, t.ENDT as AENDT,
    t.ENDTF as AENDTF,
    study_day(t.STDT, o.ORIGIN) as ASTDY, study_day(t.ENDT, o.ORIGIN) as AENDY, t.DOSE, t.PLACE,
    t.DETAIL, t.SRCDOM, t.SRCSEQ
from treatments t
join origins o using (USUBJID)
order by o.SUBJKEY, t.STDT, t.SRCDOM, t.SRCSEQ;
