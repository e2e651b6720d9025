# Answers of semTools and lavaan to a latent interaction, for tests/assessment/test_moderation.py. Run in this folder: Rscript make_moderation.R.
suppressMessages({library(lavaan); library(semTools)})
library(jsonlite)
data <- read.csv("data/likert.csv")
base <- "inv =~ inv1 + inv2 + inv3 + inv4
eng =~ eng1 + eng2 + eng3 + eng4
loy =~ loy1 + loy2 + loy3 + loy4"
items <- list(x = paste0("inv", 1:4), z = paste0("eng", 1:4))
probe <- function(residual, match, estimator) {
  full <- suppressMessages(indProd(data, var1 = items$x, var2 = items$z, match = match, meanC = !residual, doubleMC = !residual, residualC = residual))
  names <- setdiff(names(full), names(data))
  shared <- if (match) "" else paste(apply(combn(names, 2), 2, function(p) if (length(intersect(strsplit(p[1], "[.]")[[1]], strsplit(p[2], "[.]")[[1]]))) paste(p[1], "~~", p[2]) else ""), collapse = "\n")
  text <- paste(base, paste("inv_eng =~", paste(names, collapse = " + ")), "loy ~ b1*inv + eng + b3*inv_eng", shared, sep = "\n")
  fit <- sem(text, full, estimator = estimator)
  sd <- sqrt(diag(lavInspect(fit, "cov.lv")))
  slopes <- paste0("s", 1:3, " := b1 + b3*(", sprintf("%.12f", c(-1, 0, 1) * sd["eng"]), ")", collapse = "\n")
  again <- sem(paste(text, slopes, sep = "\n"), full, estimator = estimator)
  p <- parameterEstimates(again)
  list(products = as.list(head(full[names], 3)), fit = as.list(fitMeasures(fit, c("chisq", "df", "cfi"))),
    paths = subset(p, op == "~")[, c("rhs", "est", "se", "pvalue")], slopes = subset(p, op == ":=")[, c("label", "est", "se", "pvalue", "ci.lower", "ci.upper")],
    std = unname(coef(fit)["b3"] * sd["inv"] * sd["eng"] / sd["loy"]))
}
paths <- paste(base, "eng ~ inv\nloy ~ inv + eng", sep = "\n")
free <- sem(paths, data, group = "sex", group.equal = "loadings")
all <- sem(paths, data, group = "sex", group.equal = c("loadings", "regressions"))
one <- sem(paths, data, group = "sex", group.equal = c("loadings", "regressions"), group.partial = c("loy ~ inv", "loy ~ eng"))
test <- function(f) { t <- lavTestLRT(free, f); list(chisq = t[["Chisq diff"]][2], df = t[["Df diff"]][2], pvalue = t[["Pr(>Chisq)"]][2]) }
answer <- list(software = paste("lavaan", packageVersion("lavaan"), "semTools", packageVersion("semTools")), model = base,
  double_mean = probe(FALSE, TRUE, "MLR"), residual = probe(TRUE, FALSE, "ML"), paths = paths, together = test(all), eng_on_inv = test(one))
write(toJSON(answer, auto_unbox = TRUE, digits = 12, pretty = TRUE), "moderation_semtools.json")
