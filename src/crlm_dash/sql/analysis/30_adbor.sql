-- One row per subject with a scan: best overall response, and the best change of the targets' sum.
--
-- From the scans after baseline up to the first progression, that one too; progression is as the reader gave it, where he
-- gave none as the data have it. BOR is of the reader's responses, BORCALC of those from the diameters: CR, PR, SD,
-- NON-CR/NON-PD, PD, NE, in this order; SD counts from 42 days after day 1 on (assumed, see docs/decisions.md). Responses
-- need no confirmation. BESTPCHG is the smallest change from baseline in per cent, BESTDY its day.

create or replace temp macro response_place(response, day) as
    case
        when response = 'CR' then 1
        when response = 'PR' then 2
        when response = 'SD' and day > 42 then 3
        when response = 'NON-CR/NON-PD' and day > 42 then 4
        when response = 'PD' then 5
        when response in ('SD', 'NON-CR/NON-PD', 'NE') then 6
    end;

create or replace temp macro response_at(place) as ['CR', 'PR', 'SD', 'NON-CR/NON-PD', 'PD', 'NE'][place];

create or replace table adbor as
with after as (
    select
        *,
        min(SCANNO) filter (where coalesce(OVRLRESP, OVRCALC) = 'PD') over (partition by SUBJKEY) as PDNO
    from adtrsum
    where APOBLFL = 'Y'
),

until as (
    select
        *, response_place(OVRLRESP, ADY) as PLACE, response_place(OVRCALC, ADY) as PLACECALC
    from after
    where SCANNO <= coalesce(PDNO, SCANNO)
)

select
    s.SUBJKEY, any_value(s.USUBJID) as USUBJID,
    cast(count(u.SCANNO) as integer) as N_SCANS,
    cast(count(u.PCHG) as integer) as N_CHANGES,
    max(s.BASE) as BASE, any_value(s.N_TARGET) as N_TARGET,
    min(u.PCHG) as BESTPCHG, arg_min(u.ADY, u.PCHG) as BESTDY,
    response_at(min(u.PLACE)) as BOR, arg_min(u.ADY, u.PLACE) as BORDY,
    response_at(min(u.PLACECALC)) as BORCALC, arg_min(u.ADY, u.PLACECALC) as BORCALCDY,
    min(u.ADY) filter (where u.OVRLRESP = 'PD') as PDDY, min(u.ADY) filter (where u.OVRCALC = 'PD') as PDCALCDY,
    cast(count(*) filter (where u.OVRLRESP is not null and u.OVRCALC is not null) as integer) as N_BOTH,
    cast(count(*) filter (where u.OVRLRESP <> u.OVRCALC) as integer) as N_DIFFER
from adtrsum s
left join until u using (SUBJKEY, SCANNO)
group by s.SUBJKEY
order by s.SUBJKEY;
