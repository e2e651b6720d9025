# Answers of lavaan::simulateData (population moments) and semTools::SSpower (power of Satorra and Saris).
# Rscript make_power.R > power.json      (versions are written into the file)
suppressMessages({library(lavaan); library(semTools); library(jsonlite)})
populations <- list(
  cfa = list(model = "X =~ .8*x1 + .7*x2 + .6*x3\nY =~ .8*y1 + .7*y2 + .5*y3\nX ~~ .4*Y", standardized = TRUE),
  path = list(model = "X =~ .8*x1 + .7*x2 + .7*x3\nY =~ .8*y1 + .7*y2 + .7*y3\nY ~ .3*X", standardized = TRUE),
  chain = list(model = "X =~ .9*x1 + 1.1*x2 + .7*x3\nM =~ 1*m1 + .8*m2 + .7*m3\nY =~ .8*y1 + .7*y2 + 1.2*y3\nM ~ .4*X\nY ~ .35*M + .1*X\nx1 ~~ .6*x1\nx2 ~~ .2*x3\nM ~~ .8*M", standardized = FALSE),
  observed = list(model = "y ~ .3*a + .2*b\na ~~ .5*b\ny ~~ .7*y", standardized = FALSE)
)
moments <- lapply(populations, function(p) {
  data <- simulateData(p$model, sample.nobs = 60, standardized = p$standardized, empirical = TRUE, seed = 1)
  list(model = p$model, standardized = p$standardized, names = names(data),
    cov = cov(data) * 59 / 60)  # empirical = TRUE makes the moments with divisor N those of the population
})
free <- function(text) gsub("[0-9.]+\\*", "", text)
tests <- list(
  list(population = "path", without = "Y ~ X", power = "X =~ x1 + x2 + x3\nY =~ y1 + y2 + y3\nY ~ 0*X"),
  list(population = "cfa", without = "X ~~ Y", power = "X =~ x1 + x2 + x3\nY =~ y1 + y2 + y3\nX ~~ 0*Y"),
  list(population = "chain", without = "Y ~ X", power = "X =~ x1 + x2 + x3\nM =~ m1 + m2 + m3\nY =~ y1 + y2 + y3\nM ~ X\nY ~ M + 0*X\nx2 ~~ x3"),
  list(population = "chain", without = "Y ~ M", power = "X =~ x1 + x2 + x3\nM =~ m1 + m2 + m3\nY =~ y1 + y2 + y3\nM ~ X\nY ~ 0*M + X\nx2 ~~ x3")
)
powers <- lapply(tests, function(t) {
  Sigma <- moments[[t$population]]$cov
  dimnames(Sigma) <- list(moments[[t$population]]$names, moments[[t$population]]$names)
  rows <- lapply(c(80, 200), function(n) list(nobs = n,
    power = SSpower(t$power, n = n, nparam = 1, Sigma = Sigma, alpha = .05)[[1]],
    ncp = fitmeasures(sem(t$power, sample.cov = Sigma, sample.nobs = n), "chisq")[[1]]))
  list(population = t$population, without = t$without, rows = rows)
})
cat(toJSON(list(versions = list(R = as.character(getRversion()), lavaan = as.character(packageVersion("lavaan")),
  semTools = as.character(packageVersion("semTools"))), moments = moments, powers = powers), digits = 12, auto_unbox = TRUE, pretty = 2))
