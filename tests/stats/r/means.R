# Expected values of tests/stats/test_means.py. Run from the repository's root: Rscript tests/stats/r/means.R
# Made with R 4.2.2: t.test of changes that R draws; the fixture has what an analysis has of them.
set.seed(7)
rows <- do.call(rbind, lapply(c(2, 3, 9, 40, 500), function(n) {
  change <- round(rnorm(n, -8, 22) / 8.333333) * 8.333333
  limits <- t.test(change)$conf.int
  data.frame(n = n, mean = mean(change), sd = sd(change), conf_low = limits[1], conf_high = limits[2])
}))
rows[] <- lapply(rows, function(x) format(x, digits = 17, trim = TRUE))
write.csv(rows, "tests/stats/fixtures/means.csv", row.names = FALSE, quote = FALSE)
