# Answers of lavaan to the steps of measurement invariance, for tests/assessment/test_invariance.py.
# Run in this folder: Rscript make_invariance.R. Writes invariance_lavaan.json.
suppressMessages(library(lavaan))
library(jsonlite)

hs <- read.csv("data/hs.csv")
hs$age <- paste0("a", pmin(pmax(hs$ageyr, 12), 14))
model <- "visual =~ x1 + x2 + x3
textual =~ x4 + x5 + x6
speed =~ x7 + x8 + x9"
steps <- list(
  configural = character(0), metric = "loadings", scalar = c("loadings", "intercepts"),
  strict = c("loadings", "intercepts", "residuals")
)
measures <- c("chisq", "df", "cfi", "rmsea", "srmr")
robust <- c("chisq.scaled", "df", "cfi.robust", "rmsea.robust", "srmr")

ladder <- function(estimator, partial) {
  fits <- lapply(names(steps), function(step) {
    args <- list(model, hs, group = "school", estimator = estimator, std.lv = TRUE, meanstructure = TRUE)
    if (length(steps[[step]])) args$group.equal <- steps[[step]]
    if (length(partial) && step %in% c("scalar", "strict")) args$group.partial <- partial
    do.call("cfa", args)
  })
  names(fits) <- names(steps)
  tests <- lapply(2:4, function(i) {
    test <- lavTestLRT(fits[[i - 1]], fits[[i]])
    list(chisq_diff = test[["Chisq diff"]][2], df_diff = test[["Df diff"]][2], pvalue = test[["Pr(>Chisq)"]][2])
  })
  names(tests) <- names(steps)[2:4]
  own <- if (estimator == "MLR") robust else measures
  list(fit = lapply(fits, function(fit) as.list(fitMeasures(fit, own))), tests = tests)
}

means <- function(estimator) {
  factors <- c("visual", "textual", "speed")
  text <- paste(model,
    paste0(factors, " ~ c(0, NA)*1 + c(k", 1:3, ", m", 1:3, ")*1", collapse = "\n"),
    paste0(factors, " ~~ c(1, NA)*", factors, " + c(u", 1:3, ", v", 1:3, ")*", factors, collapse = "\n"),
    paste0("d", 1:3, " := m", 1:3, "/sqrt((156 + 145*v", 1:3, ")/301)", collapse = "\n"),
    sep = "\n"
  )
  fit <- cfa(text, hs, group = "school", estimator = estimator, std.lv = TRUE,
    group.equal = c("loadings", "intercepts"), group.partial = c("x3 ~ 1", "x7 ~ 1"))
  rows <- subset(parameterEstimates(fit), label %in% c("m1", "m2", "m3", "d1", "d2", "d3"))
  equal <- cfa(model, hs, group = "school", estimator = estimator, std.lv = TRUE,
    group.equal = c("loadings", "intercepts", "means"), group.partial = c("x3 ~ 1", "x7 ~ 1"))
  partial <- cfa(model, hs, group = "school", estimator = estimator, std.lv = TRUE,
    group.equal = c("loadings", "intercepts"), group.partial = c("x3 ~ 1", "x7 ~ 1"))
  test <- lavTestLRT(partial, equal)
  list(rows = rows[, c("label", "est", "se", "pvalue", "ci.lower", "ci.upper")],
    equal = list(chisq_diff = test[["Chisq diff"]][2], df_diff = test[["Df diff"]][2], pvalue = test[["Pr(>Chisq)"]][2]))
}

release <- function() {
  fit <- cfa(model, hs, group = "age", std.lv = TRUE, group.equal = c("loadings", "intercepts"))
  table <- parTable(fit)
  pairs <- subset(table, op == "==")
  owner <- sapply(pairs$lhs, function(name) {
    row <- table[table$plabel == name, ]
    paste(row$lhs, row$op, row$rhs)
  })
  out <- lapply(unique(owner), function(name) {
    test <- lavTestScore(fit, release = which(owner == name))$test
    list(row = name, x2 = test$X2, df = test$df)
  })
  out
}

# ordered items after Wu and Estabrook, as semTools writes them
ordinal <- function() {
  suppressMessages(library(semTools))
  likert <- read.csv("data/likert.csv")
  text <- "inv =~ inv1 + inv2 + inv3 + inv4\neng =~ eng1 + eng2 + eng3 + eng4"
  kinds <- c("thresholds", "loadings", "intercepts", "residuals")
  fits <- lapply(0:4, function(k) {
    syntax <- as.character(measEq.syntax(text, data = likert, ordered = c(paste0("inv", 1:4), paste0("eng", 1:4)), parameterization = "theta",
      ID.fac = "std.lv", ID.cat = "Wu.Estabrook.2016", group = "sex", group.equal = if (k) kinds[1:k] else ""))
    cfa(syntax, likert, group = "sex", ordered = c(paste0("inv", 1:4), paste0("eng", 1:4)), parameterization = "theta")
  })
  list(model = text, fit = lapply(fits, function(f) as.list(fitMeasures(f, c("chisq.scaled", "df", "cfi.scaled", "rmsea.scaled", "srmr")))),
    tests = lapply(2:5, function(i) { t <- lavTestLRT(fits[[i - 1]], fits[[i]]); list(chisq_diff = t[["Chisq diff"]][2], df_diff = t[["Df diff"]][2], pvalue = t[["Pr(>Chisq)"]][2]) }))
}

partial <- c("x3 ~ 1", "x7 ~ 1")
answer <- list(
  software = paste("lavaan", packageVersion("lavaan")), model = model,
  full = list(ML = ladder("ML", character(0)), MLR = ladder("MLR", character(0))),
  partial = list(ML = ladder("ML", partial), MLR = ladder("MLR", partial)),
  means = list(ML = means("ML"), MLR = means("MLR")), release = release(), ordinal = ordinal()
)
write(toJSON(answer, auto_unbox = TRUE, digits = 10, pretty = TRUE), "invariance_lavaan.json")
