# Orthogonal latent outcomes, the difference test of 2010 where the observed information is indefinite, and std.nox with random covariates.
# usage: Rscript make_orthogonal.R > orthogonal_lavaan.json   (in this folder)
suppressMessages({library(lavaan); library(jsonlite)})
d <- read.csv("data/hs.csv")
hs <- "visual =~ x1 + x2 + x3\ntextual =~ x4 + x5 + x6\nspeed =~ x7 + x8 + x9"
alone <- sem("visual =~ x1 + x2 + x3\nspeed =~ x7 + x8 + x9\nvisual + speed ~ ageyr", d, orthogonal = TRUE)
wide <- cfa(hs, d, group = "school", estimator = "MLR")
equal <- list("loadings", c("loadings", "lv.variances"), c("loadings", "residuals"), "residuals")
ladder <- lapply(equal, function(e) {
  test <- suppressWarnings(lavTestLRT(wide, cfa(hs, d, group = "school", estimator = "MLR", group.equal = e), method = "satorra.bentler.2010"))
  list(group_equal = I(e), chisq_diff = test[2, "Chisq diff"], df_diff = test[2, "Df diff"], pvalue = test[2, "Pr(>Chisq)"])
})
random <- sem("x1 ~ x4 + ageyr\nx7 ~ x1 + x5", d, fixed.x = FALSE)
nox <- standardizedSolution(random, type = "std.nox")
write_json(list(
  version = as.character(packageVersion("lavaan")),
  orthogonal = list(chisq = fitMeasures(alone, "chisq"), df = fitMeasures(alone, "df"), est = coef(alone)[["visual~ageyr"]]),
  ladder = ladder,
  nox = nox[, c("lhs", "op", "rhs", "est.std", "se")]
), stdout(), auto_unbox = TRUE, digits = 10, pretty = TRUE)
