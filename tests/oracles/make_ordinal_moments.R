# Answers of lavaan about ordered and mixed moments: thresholds, correlations, slopes, asymptotic covariance matrix.
# usage: Rscript make_ordinal_moments.R   (in this folder; writes ordinal_moments.json and data/ordinal_moments.csv)
suppressMessages({library(lavaan); library(jsonlite)})
set.seed(20)
n <- 180
x1 <- rnorm(n); x2 <- rbinom(n, 1, .4); f <- rnorm(n) + .3 * x1 - .2 * x2
cutted <- function(y, at) as.integer(cut(y, c(-Inf, at, Inf)))
d <- data.frame(
  o1 = cutted(f + rnorm(n), c(-1.5, -.5, .4, 1.6)), o2 = cutted(.8 * f + rnorm(n), c(-.2, 1.1)), b1 = cutted(f + rnorm(n), .9),
  o3 = cutted(-f + rnorm(n), c(-1, 0, 1)), b2 = cutted(1.6 * f + .5 * rnorm(n), -1.2), c1 = round(2 + f + rnorm(n), 3),
  c2 = round(5 + .6 * f + rexp(n), 3), x1 = round(x1, 3), x2 = x2)
m <- d
for (v in c("o1", "o2", "b1", "c1", "c2")) m[sample(n, 25), v] <- NA
d$part <- "complete"; m$part <- "missing"
write.csv(rbind(d, m), "data/ordinal_moments.csv", row.names = FALSE, na = "")
ordered_of <- function(v) intersect(v, c("o1", "o2", "b1", "o3", "b2"))
ask <- function(data, v, x = NULL, missing = "listwise", ...) {
  model <- paste("f =~", paste(v, collapse = " + "), if (length(x)) paste("\nf ~", paste(x, collapse = " + ")))
  fit <- suppressWarnings(cfa(model, data, ordered = ordered_of(v), missing = missing, do.fit = FALSE, ...))
  obs <- lavInspect(fit, "wls.obs")
  list(variables = v, x = if (length(x)) x else list(), missing = missing, part = data$part[1], nobs = lavInspect(fit, "nobs"),
       labels = names(obs), obs = unclass(unname(obs)), gamma = unname(unclass(lavInspect(fit, "gamma"))))
}
ordinal <- c("o1", "o2", "b1", "o3", "b2"); mixed <- c("o1", "c1", "b1", "c2", "o3")
cases <- list(
  ordinal = ask(d, ordinal), mixed = ask(d, mixed), given_x = ask(d, ordinal, c("x1", "x2")), mixed_given_x = ask(d, mixed, c("x1", "x2")),
  ordinal_pairwise = ask(m, ordinal, missing = "pairwise"), mixed_pairwise = ask(m, mixed, missing = "pairwise"),
  given_x_pairwise = ask(m, mixed, c("x1", "x2"), missing = "pairwise"), ordinal_listwise = ask(m, ordinal))
write(toJSON(list(software = paste("lavaan", packageVersion("lavaan")), cases = cases), digits = 12, auto_unbox = TRUE), "ordinal_moments.json")
