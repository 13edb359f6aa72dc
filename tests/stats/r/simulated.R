# Simulated sets that survival.R and competing.R have in common: late entry by three distributions, three ways of tying.
# A cause is 1 or 2; 0 is censored. Only those are kept who are still followed when they would enter.
late_entry <- function(seed, n, arms, entry, life, end, unit) {
  set.seed(seed)
  strata <- sample(arms, n, TRUE)
  onset <- unit * floor(entry(n) / unit)
  time1 <- life(n, strata)
  stop <- end(n)
  time <- unit * ceiling(pmin(time1, stop) / unit)
  cause <- ifelse(time1 <= stop, sample(1:2, n, TRUE, c(.6, .4)), 0)
  data.frame(strata, time, entry = onset, event = cause)[time > onset, ]
}
delayed <- list(
  exponential = late_entry(11, 200, c("A", "B"), function(n) rexp(n, .3), function(n, s) rexp(n, c(A = .08, B = .12)[s]),
                           function(n) runif(n, 10, 30), .01),
  uniform = late_entry(12, 220, c("A", "B", "C"), function(n) pmax(0, runif(n, -6, 18)),
                       function(n, s) 20 * rweibull(n, 1.6) * c(A = 1, B = 1.3, C = .8)[s], function(n) rep(36, n), 1),
  lognormal = late_entry(13, 240, c("A", "B"), function(n) rlnorm(n, 1, .8), function(n, s) rlnorm(n, c(A = 2.6, B = 2.9)[s], .9),
                         function(n) rexp(n, .02), 3))
