-- One row per arm, in the order of TRT01PN, else of the alphabet.
select
    coalesce(mode(ARMCD), ARM) as ARMCD,
    ARM,
from protocol_subjects
where ARM is not null
group by ARM
order by min(ARM_ORDER) nulls last, ARM;
