-- No rows: how exactly numbers of the eligibility rules are compared.
--
-- A number read or computed is rounded to ten significant digits before it is compared with a limit, so that what is
-- equal on paper is equal here: 25.65 / 17.1 is 1.5, though its nearest binary fraction is 1.4999999999999998.
-- Two values closer than 5 in 10^10 of each other are the same; no laboratory reports that many digits.

create or replace temp macro significant(x) as
    case
        when x = 0 or not isfinite(x) or x = round(x) then x
        else round(x, 9 - cast(floor(log10(abs(x))) as integer))
    end;
