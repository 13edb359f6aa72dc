# Exact control limits of funnel plots (Spiegelhalter, Stat Med 24 (2005) 1185-1202), by qbinom and qpois.
# Rscript tests/stats/r/funnel.R   writes tests/stats/fixtures/funnel_limits.csv

rows <- list()
for (level in c(0.95, 0.998)) {
  for (n in c(1, 2, 5, 9, 10, 17, 50, 120, 1000, 20000)) {
    for (target in c(0.004, 0.05, 0.27, 0.5, 0.93)) {
      tails <- c((1 - level) / 2, (1 + level) / 2)
      limits <- list(binomial = qbinom(tails, n, target) / n, poisson = qpois(tails, n * target) / n)
      for (kind in names(limits)) {
        rows[[length(rows) + 1]] <- data.frame(kind, n, target, level, low = limits[[kind]][1], high = limits[[kind]][2])
      }
    }
  }
}
found <- do.call(rbind, rows)
found$low <- sprintf("%.15g", found$low)
found$high <- sprintf("%.15g", found$high)
write.csv(found, "tests/stats/fixtures/funnel_limits.csv", row.names = FALSE, quote = FALSE)
