# Expected values of tests/stats/test_beta_binomial.py and test_spending.py.
# Run from the repository's root: Rscript tests/stats/r/stopping.R
# Made with R 4.2.2, mvtnorm 1.1-3. Other ways than ours: the stopping line by qbeta-free search over pbeta, its chances
# by counting every path with a matrix product; the boundaries from multivariate normal probabilities of boxes.
suppressMessages(library(mvtnorm))
folder <- "tests/stats/fixtures"
out <- function(frame, name) {
  number <- sapply(frame, is.numeric)
  frame[number] <- lapply(frame[number], function(x) ifelse(is.na(x), "", trimws(format(x, digits = 17))))
  write.csv(frame, file.path(folder, paste0(name, ".csv")), row.names = FALSE, quote = FALSE)
}

rules <- data.frame(a = c(0.5, 1.5, 1, 0.6), b = c(9.5, 8.5, 1, 2.4), acceptable = c(0.05, 0.15, 0.3, 0.2),
                    probability = c(0.95, 0.95, 0.8, 0.9), min_n = c(10, 10, 1, 5), n_max = c(100, 100, 40, 60))
posterior <- function(r, x, n) pbeta(r$acceptable, r$a + x, r$b + n - x, lower.tail = FALSE)
line <- chances <- NULL
for (i in seq_len(nrow(rules))) {
  r <- rules[i, ]
  stops <- sapply(seq_len(r$n_max), function(n) {
    over <- which(posterior(r, 0:n, n) > r$probability) - 1
    if (n < r$min_n || !length(over)) NA else min(over)
  })
  n <- seq_len(r$n_max)
  line <- rbind(line, cbind(r[rep(1, r$n_max), ], n = n, n_stop = stops, posterior = posterior(r, ceiling(n / 4), n)))
  for (rate in c(0.02, 0.05, 0.1, 0.15, 0.3, 0.6)) {
    size <- r$n_max + 1
    step <- diag(1 - rate, size)
    step[cbind(1:(size - 1), 2:size)] <- rate
    alive <- c(1, rep(0, r$n_max))                          # by events so far
    ever <- 0
    when <- 0
    for (k in n) {
      alive <- drop(alive %*% step)
      out_now <- if (is.na(stops[k])) rep(FALSE, size) else (0:r$n_max) >= stops[k]
      ever <- ever + sum(alive[out_now])
      when <- when + k * sum(alive[out_now])
      alive[out_now] <- 0
    }
    chances <- rbind(chances, cbind(r, true_rate = rate, p_stop = ever, expected_n = when + r$n_max * sum(alive)))
  }
}
out(line, "stopping_line")
out(chances, "stopping_chances")

spent <- function(t, alpha) 4 * pnorm(qnorm(1 - alpha / 4) / sqrt(t), lower.tail = FALSE)
inside <- function(z, t) {                                   # the chance never to cross, of independent increments
  if (length(t) == 1) return(1 - 2 * pnorm(-z))
  size <- sqrt(outer(t, t, pmin) / outer(t, t, pmax))
  pmvnorm(-z, z, corr = size, algorithm = Miwa(steps = 4096))[1]
}
plans <- list(c(.5, 1), c(.5, .75, 1), c(1/3, 2/3, 1), c(.3, .45, .9), c(.25, .5, .75, 1), c(.37, .52, .9, 1),
              c(.2, .4, .6, .8, 1))
bounds <- NULL
for (p in seq_along(plans)) for (alpha in c(.05, .01)) {
  t <- plans[[p]]
  z <- NULL
  for (k in seq_along(t))
    z[k] <- uniroot(function(x) 1 - inside(c(z, x), t[1:k]) - spent(t[k], alpha), c(0.5, 9), tol = 1e-12)$root
  bounds <- rbind(bounds, data.frame(plan = p, alpha, look = seq_along(t), fraction = t, bound = z,
                                     nominal_p = 2 * pnorm(-z), spent = spent(t, alpha)))
}
out(bounds, "spending_bounds")
