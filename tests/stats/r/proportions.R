# Expected values of tests/stats/test_proportions.py. Run from the repository's root: Rscript tests/stats/r/proportions.R
# Made with R 4.2.2. Base R has no Miettinen-Nurminen limits: here they are found by searching, the restricted maximum
# of the likelihood as the zero of its slope, the limit as the zero of the squared score minus the chi-squared quantile.
folder <- "tests/stats/fixtures"
out <- function(frame, name) {
  frame[] <- lapply(frame, function(x) format(x, digits = 17, trim = TRUE))
  write.csv(frame, file.path(folder, paste0(name, ".csv")), row.names = FALSE, quote = FALSE)
}
restricted <- function(x1, n1, x0, n0, d) {          # likeliest p0 where p1 = p0 + d
  term <- function(count, part) if (count == 0) 0 else count / part
  slope <- function(p) term(x0, p) - term(n0 - x0, 1 - p) + term(x1, p + d) - term(n1 - x1, 1 - p - d)
  ends <- c(max(0, -d), min(1, 1 - d)) + c(1, -1) * 1e-14
  if (ends[1] >= ends[2] || slope(ends[1]) <= 0) return(max(0, -d))
  if (slope(ends[2]) >= 0) return(min(1, 1 - d))
  uniroot(slope, ends, tol = 1e-16, maxiter = 10000)$root
}
gap <- function(x1, n1, x0, n0, d) {                 # squared score statistic beyond its 95 % quantile
  p0 <- restricted(x1, n1, x0, n0, d)
  p1 <- min(max(p0 + d, 0), 1)
  variance <- (p1 * (1 - p1) / n1 + p0 * (1 - p0) / n0) * (n1 + n0) / (n1 + n0 - 1)
  (x1 / n1 - x0 / n0 - d)^2 / variance - qchisq(0.95, 1)
}
limit <- function(x1, n1, x0, n0, end) {
  estimate <- x1 / n1 - x0 / n0
  outside <- end * (1 - 1e-10)
  if (gap(x1, n1, x0, n0, outside) <= 0) return(end)
  uniroot(function(d) gap(x1, n1, x0, n0, d), sort(c(estimate + end * 1e-9, outside)), tol = 1e-13)$root
}
pairs <- data.frame(n_event     = c(56, 9, 5, 44, 62, 3, 0, 28, 0, 17, 1, 65, 400, 80, 1, 12),
                    n           = c(70, 10, 56, 64, 64, 64, 64, 81, 53, 81, 84, 86, 4000, 80, 2, 12),
                    n_event_ref = c(48, 3, 1, 53, 77, 3, 28, 0, 3, 0, 2, 77, 300, 79, 0, 5),
                    n_ref       = c(80, 10, 29, 81, 81, 81, 81, 64, 63, 64, 84, 84, 4100, 90, 3, 40))
pairs$estimate  <- with(pairs, n_event / n - n_event_ref / n_ref)
pairs$conf_low  <- with(pairs, mapply(limit, n_event, n, n_event_ref, n_ref, -1))
pairs$conf_high <- with(pairs, mapply(limit, n_event, n, n_event_ref, n_ref, 1))
out(pairs, "risk_differences")

rates <- data.frame(n_event = c(0, 1, 10, 34, 812, 3), exposure = c(4, 0.5, 25.5, 61.123, 1999.7, 300))
tests <- mapply(poisson.test, rates$n_event, rates$exposure, SIMPLIFY = FALSE)
rates$estimate  <- sapply(tests, function(t) unname(t$estimate))
rates$conf_low  <- sapply(tests, function(t) t$conf.int[1])
rates$conf_high <- sapply(tests, function(t) t$conf.int[2])
out(rates, "exact_rates")

shares <- data.frame(n_event = c(0, 1, 3, 10, 6, 97), n = c(10, 81, 20, 10, 145, 145))
exact <- mapply(binom.test, shares$n_event, shares$n, SIMPLIFY = FALSE)
shares$estimate  <- shares$n_event / shares$n
shares$conf_low  <- sapply(exact, function(t) t$conf.int[1])
shares$conf_high <- sapply(exact, function(t) t$conf.int[2])
out(shares, "exact_proportions")
