# Writes after_fit_wider.json: more questions asked of fitted models (modification indices, score, Wald and difference tests and
# residuals under robust, least-squares and full-information estimation). Run from this folder: Rscript make_after_fit_wider.R
# The version used is inside the file.
suppressMessages({library(lavaan); library(jsonlite)})
# lavaan stops up to 1e-3 of a standard error from the minimum, too coarse for small indices: start again from where it stopped
# (from a fit as its start it would take fixed.x for FALSE, so that is said again)
again <- function(fit_with) function(..., fixed.x = "default") {
  fit <- suppressWarnings(fit_with(..., fixed.x = fixed.x))
  for (i in 1:3) fit <- suppressWarnings(fit_with(..., start = fit, fixed.x = lavInspect(fit, "options")$fixed.x))
  fit
}
cfa <- again(lavaan::cfa); sem <- again(lavaan::sem)
hs <- read.csv("data/hs.csv"); pd <- read.csv("data/pd.csv"); mimic <- read.csv("data/mimic.csv"); gaps <- read.csv("data/hs_incomplete.csv")
thin <- mimic; thin$u2[seq(3, nrow(thin), 7)] <- NA; thin$u4[seq(1, nrow(thin), 5)] <- NA; thin$u5[seq(2, nrow(thin), 9)] <- NA
models <- list(
  HS = 'visual =~ x1 + x2 + x3
textual =~ x4 + x5 + x6
speed =~ x7 + x8 + x9',
  HELD = 'visual =~ x1 + a*x2 + a*x3
textual =~ x4 + x5 + x6
speed =~ x7 + b*x8 + b*x9',
  TIGHT = 'visual =~ x1 + a*x2 + a*x3
textual =~ x4 + c*x5 + c*x6
speed =~ x7 + b*x8 + b*x9
visual ~~ 0*speed',
  PATHS = 'ind60 =~ x1 + x2 + x3
dem60 =~ y1 + a1*y2 + b1*y3 + c1*y4
dem65 =~ y5 + a2*y6 + b2*y7 + c2*y8
dem60 ~ g1*ind60
dem65 ~ g2*ind60 + g3*dem60
y1 ~~ y5',
  SIX = 'f =~ u1 + u2 + u3 + u4 + u5
f ~ x1 + x2',
  ONE = 'f =~ u1 + u2 + u3 + u4 + u5')
out <- list(software = paste("lavaan", packageVersion("lavaan")), models = models)
frame <- function(x) as.data.frame(x)
school <- function(...) cfa(models$HS, hs, group = "school", ...)

mi <- function(fit) { m <- frame(modindices(fit)); m[m$mi > 0.05, ] }
out$modification <- list(mlr = mi(cfa(models$HELD, hs, estimator = "MLR")), mlmv = mi(cfa(models$HELD, hs, estimator = "MLMV", meanstructure = TRUE)),
  uls = mi(cfa(models$HELD, hs, estimator = "ULS")), ulsmv = mi(cfa(models$HELD, hs, estimator = "ULSMV")),
  wls = mi(cfa(models$HELD, hs, estimator = "WLS")), fiml = mi(cfa(models$HELD, gaps, missing = "ml")),
  fiml_mlr = mi(cfa(models$HS, gaps, missing = "ml", estimator = "MLR")), fiml_x = mi(sem(models$SIX, thin, missing = "ml")),
  fiml_groups = mi(cfa(models$HS, gaps, missing = "ml", group = "school", group.equal = c("loadings", "intercepts"))),
  scalar_mlr = mi(school(estimator = "MLR", group.equal = c("loadings", "intercepts"))), uls_groups = mi(school(estimator = "ULS", group.equal = "loadings")))
p <- frame(modindices(cfa(models$HELD, hs), power = TRUE)); out$power <- p[p$mi > 0.05, ]

score <- function(fit, ...) { s <- lavTestScore(fit, ...); list(uni = frame(s$uni), total = s$test$X2, df = s$test$df, cumulative = frame(s$cumulative)) }
add <- "visual =~ x9\nx1 ~~ x2\ntextual =~ x3"
three <- cfa(models$TIGHT, hs)
out$score <- list(add = score(three, add = add), add_mlr = score(cfa(models$TIGHT, hs, estimator = "MLR"), add = add),
  add_fiml = score(cfa(models$HELD, gaps, missing = "ml"), add = add), release = score(three, release = c(1, 3)),
  cumulative = score(three, cumulative = TRUE), fiml = score(cfa(models$TIGHT, gaps, missing = "ml")))

questions <- c("a1 == a2; b1 == b2", "g2 == 0", "g1*g3 == 0.5\n a1 == b1")
wald <- function(fit, q) { w <- lavTestWald(fit, q); list(constraints = q, stat = w$stat, df = w$df, pvalue = w$p.value) }
out$wald <- lapply(c(MLM = "MLM", MLMV = "MLMV", MLF = "MLF", ULSMV = "ULSMV", GLS = "GLS"), function(e) {
  fit <- sem(models$PATHS, pd, estimator = e); lapply(questions, function(q) wald(fit, q)) })

z <- function(fit) {
  r <- lavResiduals(fit, type = "raw", se = TRUE, zstat = TRUE, summary = FALSE, add.class = FALSE)
  one <- function(r) list(raw = unclass(r$cov), se = unclass(r$cov.se), z = unclass(r$cov.z), mean = as.vector(r$mean), mean_se = as.vector(r$mean.se), mean_z = as.vector(r$mean.z))
  if (is.null(r$cov)) lapply(r, one) else list(one(r))
}
out$residuals <- list(fiml = z(cfa(models$HS, gaps, missing = "ml")), fiml_mlr = z(cfa(models$HS, gaps, missing = "ml", estimator = "MLR")),
  fiml_expected = z(cfa(models$HS, gaps, missing = "ml", information = "expected")),
  fiml_x = z(sem(models$SIX, thin, missing = "ml", fixed.x = FALSE)), fiml_groups = z(cfa(models$ONE, thin, missing = "ml", group = "site")),
  wls = z(cfa(models$HS, hs, estimator = "WLS")), fiml_fixed = z(sem(models$SIX, thin, missing = "ml")))

lrt <- function(..., method = "default") suppressWarnings(frame(lavTestLRT(..., method = method)))
# DWLS: later lavaans weigh continuous data by the variances of normal theory (see make_least_squares.R)
X <- as.matrix(hs[paste0("x", 1:9)]); half <- lav_matrix_duplication_ginv(9)
normal_gamma <- function(S) 2 * half %*% (S %x% S) %*% t(half)
NT <- normal_gamma(cov(X)); NT1 <- diag(1 / diag(NT))
ladder <- function(e, ...) lapply(models[c("HS", "HELD", "TIGHT")], function(m) cfa(m, ..., estimator = e))
out$lrt <- list()
for (e in c("ML", "MLF", "GLS", "WLS", "MLM", "MLMV", "MLMVS", "MLR", "ULSM", "ULSMV")) { f <- unname(ladder(e, hs)); out$lrt[[e]] <- lrt(f[[1]], f[[2]], f[[3]])
  if (e %in% c("ULSM", "ULSMV", "MLM", "MLR")) out$lrt[[paste0(e, "_satorra_2000")]] <- lrt(f[[1]], f[[2]], f[[3]], method = "satorra.2000")
  if (e %in% c("ULSM", "MLM", "MLR")) out$lrt[[paste0(e, "_satorra_bentler_2010")]] <- lrt(f[[1]], f[[2]], method = "satorra.bentler.2010") }
for (e in c("ML", "MLR")) { f <- unname(ladder(e, gaps, missing = "ml")); out$lrt[[paste0("fiml_", e)]] <- lrt(f[[1]], f[[2]], f[[3]])
  if (e == "MLR") out$lrt$fiml_MLR_satorra_bentler_2010 <- lrt(f[[1]], f[[2]], method = "satorra.bentler.2010") }
# plain least squares: the Gamma of normal theory, handed to lavaan as if it came from the answers
normal <- function(m, e) if (e == "DWLS") cfa(m, hs, estimator = e, se = "robust.sem", test = "scaled.shifted", NACOV = NT, WLS.V = NT1) else
  cfa(m, hs, estimator = e, se = "robust.sem", test = "scaled.shifted", NACOV = NT)
for (e in c("ULS", "DWLS")) { f <- lapply(models[c("HS", "HELD", "TIGHT")], normal, e); out$lrt[[paste0(e, "_normal")]] <- lrt(f[[1]], f[[2]], f[[3]]) }
out$modification$dwls <- mi(normal(models$HELD, "DWLS")); out$score$dwls <- score(normal(models$TIGHT, "DWLS"))
write_json(out, "after_fit_wider.json", auto_unbox = TRUE, digits = I(8), na = "null", null = "null")
