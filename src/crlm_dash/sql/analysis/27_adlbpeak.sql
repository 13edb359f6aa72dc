-- One row per subject with a value of a graded laboratory test: the worst grade of any, and the peaks of liver tests.
--
-- N_POST, N_GRADED count values after baseline and those of them with a grade; WORST is the worst grade of any test.
-- A peak is the highest ratio to the upper limit of normal (…ULN) or to the baseline (…BASE), each at any time after
-- baseline: the peaks of two tests may be weeks apart. …DY is the first study day of the peak. N… counts the values
-- after baseline: a subject without a peak has none, or has no upper limit of normal, or no baseline.

create or replace table adlbpeak as
with tests as (
    select s.*, t.TESTCD
    from adlbsum s
    join (select distinct PARAMCD, TESTCD from lbtests) t using (PARAMCD)
),

peak_days as (
    select
        a.SUBJKEY, s.TESTCD,
        min(a.ADY) filter (a.R2A1HI = s.PEAKULN) as ULNDY,
        min(a.ADY) filter (a.R2BASE = s.PEAKBASE) as BASEDY
    from adlb a
    join tests s on s.SUBJKEY = a.SUBJKEY and s.PARAMCD = a.PARAMCD
    where a.APOBLFL = 'Y' and s.TESTCD in ('ALT', 'AST', 'BILI', 'ALP')
    group by a.SUBJKEY, s.TESTCD
)

select
    s.SUBJKEY, s.USUBJID,
    cast(sum(s.N_POST) as integer) as N_POST, cast(sum(s.N_GRADED) as integer) as N_GRADED,
    greatest(max(s.WTOXGRL), max(s.WTOXGRH)) as WORST,
    max(s.PEAKULN) filter (s.TESTCD = 'ALT') as ALTULN, max(d.ULNDY) filter (s.TESTCD = 'ALT') as ALTULNDY,
    max(s.PEAKBASE) filter (s.TESTCD = 'ALT') as ALTBASE, max(d.BASEDY) filter (s.TESTCD = 'ALT') as ALTBASEDY,
    coalesce(max(s.N_POST) filter (s.TESTCD = 'ALT'), 0) as NALT,
    max(s.PEAKULN) filter (s.TESTCD = 'AST') as ASTULN, max(d.ULNDY) filter (s.TESTCD = 'AST') as ASTULNDY,
    max(s.PEAKBASE) filter (s.TESTCD = 'AST') as ASTBASE, max(d.BASEDY) filter (s.TESTCD = 'AST') as ASTBASEDY,
    coalesce(max(s.N_POST) filter (s.TESTCD = 'AST'), 0) as NAST,
    max(s.PEAKULN) filter (s.TESTCD = 'BILI') as BILIULN, max(d.ULNDY) filter (s.TESTCD = 'BILI') as BILIULNDY,
    max(s.PEAKBASE) filter (s.TESTCD = 'BILI') as BILIBASE, max(d.BASEDY) filter (s.TESTCD = 'BILI') as BILIBASEDY,
    coalesce(max(s.N_POST) filter (s.TESTCD = 'BILI'), 0) as NBILI,
    max(s.PEAKULN) filter (s.TESTCD = 'ALP') as ALPULN, max(d.ULNDY) filter (s.TESTCD = 'ALP') as ALPULNDY
from tests s
left join peak_days d on d.SUBJKEY = s.SUBJKEY and d.TESTCD = s.TESTCD
group by s.SUBJKEY, s.USUBJID
order by s.SUBJKEY;
