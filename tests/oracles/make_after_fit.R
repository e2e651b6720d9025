# Writes after_fit_lavaan.json: what lavaan answers when a fitted model is asked further questions (modification indices,
# score and Wald tests, residuals, difference tests). Run from this folder: Rscript make_after_fit.R
# The version used is inside the file. The answers of a newer lavaan to a part of the same questions are in
# after_fit_recorded.json (from make_reference.R).
suppressMessages({library(lavaan); library(jsonlite)})
# lavaan stops up to 1e-3 of a standard error from the minimum, too coarse for small indices: start again from where it stopped
# (from a fit as its start it would take fixed.x for FALSE, so that is said again)
again <- function(fit_with) function(..., fixed.x = "default") {
  fit <- fit_with(..., fixed.x = fixed.x)
  for (i in 1:3) fit <- suppressWarnings(fit_with(..., start = fit, fixed.x = lavInspect(fit, "options")$fixed.x))
  fit
}
cfa <- again(lavaan::cfa); sem <- again(lavaan::sem)
hs <- read.csv("data/hs.csv"); pd <- read.csv("data/pd.csv"); growth_data <- read.csv("data/growth.csv"); mimic <- read.csv("data/mimic.csv")
HS <- 'visual =~ x1 + x2 + x3
textual =~ x4 + x5 + x6
speed =~ x7 + x8 + x9'
PATHS <- 'ind60 =~ x1 + x2 + x3
dem60 =~ y1 + a1*y2 + b1*y3 + c1*y4
dem65 =~ y5 + a2*y6 + b2*y7 + c2*y8
dem60 ~ g1*ind60
dem65 ~ g2*ind60 + g3*dem60
y1 ~~ y5'
models <- list(HS = HS, PATHS = PATHS,
  HELD = paste0(PATHS, "\ng2 == 0\na1 == a2"),
  REDUCED = 'ind60 =~ x1 + x2 + x3
dem60 =~ y1 + y2 + y3 + y4
dem65 =~ y5 + y6 + y7 + y8
dem65 ~ dem60',
  EQUAL = 'visual =~ x1 + a*x2 + a*x3
textual =~ x4 + x5 + x6
speed =~ x7 + x8 + x9',
  TIED = 'ind60 =~ x1 + x2 + x3
dem60 =~ y1 + a*y2 + b*y3 + c*y4
dem65 =~ y5 + a*y6 + b*y7 + d*y8
dem65 ~ dem60
c == d
a == 2*b - 0.5',
  GROWTH = 'i =~ 1*t1 + 1*t2 + 1*t3 + 1*t4
s =~ 0*t1 + 1*t2 + 2*t3 + 3*t4
i ~ x1
s ~ x1',
  SIX = 'f =~ u1 + u2 + u3 + u4 + u5
f ~ x1 + x2',
  ONE = 'f =~ u1 + u2 + u3 + u4 + u5',
  INTERCEPTS = paste0(HS, "\nx1 ~ i*1\nx2 ~ i*1\nx3 ~ 1"))
scalar <- c("loadings", "intercepts")
school <- function(estimator, equal = "none") cfa(HS, hs, group = "school", group.equal = equal, estimator = estimator)
out <- list(software = paste("lavaan", packageVersion("lavaan")), models = models)
frame <- function(x) as.data.frame(x)

mi <- function(fit) { m <- frame(modindices(fit)); m[m$mi > 0.05, ] }
out$modification <- list(
  reduced = mi(sem(models$REDUCED, pd)), equal = mi(cfa(models$EQUAL, hs)), growth = mi(growth(models$GROWTH, growth_data)),
  six = mi(sem(models$SIX, mimic)), metric = mi(school("ML", "loadings")), gls = mi(cfa(HS, hs, estimator = "GLS")),
  wishart = mi(cfa(HS, hs, likelihood = "wishart")))

score <- function(fit) { s <- lavTestScore(fit); list(uni = frame(s$uni), total = s$test$X2) }
out$score <- list(tied = score(sem(models$TIED, pd)), scalar = score(school("ML", scalar)),
  three = score(cfa(models$ONE, mimic, group = "site", group.equal = scalar)))

wald <- function(fit, constraints) { w <- lavTestWald(fit, constraints); list(constraints = constraints, stat = w$stat, df = w$df, pvalue = w$p.value) }
plain <- sem(PATHS, pd); robust <- sem(PATHS, pd, estimator = "MLR")
questions <- c("a1 == a2; b1 == b2", "g2 == 0", "g1*g3 == 0.5\n a1 == b1")
out$wald <- list(ML = lapply(questions, function(q) wald(plain, q)), MLR = lapply(questions, function(q) wald(robust, q)))

z <- function(fit) {
  r <- lavResiduals(fit, type = "raw", se = TRUE, zstat = TRUE, summary = FALSE, add.class = FALSE)
  c <- lavResiduals(fit, type = "cor.bentler", se = TRUE, zstat = TRUE, summary = FALSE, add.class = FALSE)
  one <- function(r, c) list(raw = unclass(r$cov), cor = unclass(c$cov), se = unclass(r$cov.se), z = unclass(r$cov.z),
    mean = as.vector(r$mean), mean_cor = as.vector(c$mean), mean_z = as.vector(r$mean.z))
  if (is.null(r$cov)) mapply(one, r, c, SIMPLIFY = FALSE) else list(one(r, c))
}
out$residuals <- list(ML = z(cfa(HS, hs)), MLM = z(cfa(HS, hs, estimator = "MLM")), MLR = z(cfa(HS, hs, estimator = "MLR")),
  GLS = z(cfa(HS, hs, estimator = "GLS")), intercepts = z(cfa(models$INTERCEPTS, hs)), configural = z(school("ML")))

lrt <- function(..., method = "default") suppressWarnings(frame(lavTestLRT(..., method = method)))
nested <- function(e) list(school(e), school(e, "loadings"), school(e, scalar))
out$lrt <- list()
for (e in c("MLM", "MLMV", "MLMVS", "MLR")) {
  f <- nested(e)
  out$lrt[[paste0(e, "_default")]] <- lrt(f[[1]], f[[2]], f[[3]])
  out$lrt[[paste0(e, "_satorra_2000")]] <- lrt(f[[1]], f[[2]], f[[3]], method = "satorra.2000")
  if (e %in% c("MLM", "MLR")) out$lrt[[paste0(e, "_satorra_bentler_2010")]] <- lrt(f[[1]], f[[2]], method = "satorra.bentler.2010")
}
wide <- sem(PATHS, pd, estimator = "MLM"); held <- sem(models$HELD, pd, estimator = "MLM")
for (m in c("satorra.bentler.2001", "satorra.bentler.2010", "satorra.2000")) out$lrt[[paste0("held_", gsub(".", "_", m, fixed = TRUE))]] <- lrt(wide, held, method = m)
write_json(out, "after_fit_lavaan.json", auto_unbox = TRUE, digits = I(8), na = "null", null = "null")
