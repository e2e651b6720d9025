# Partial invariance of ordered items after Wu and Estabrook (2016), as lavaan fits what semTools writes, for
# tests/assessment/test_invariance_ordered.py. Run in this folder: Rscript make_ordinal_partial.R. Writes ordinal_partial.json.
suppressMessages({library(lavaan); library(semTools)})
library(jsonlite)

items <- c(paste0("inv", 1:4), paste0("eng", 1:4))
model <- "inv =~ inv1 + inv2 + inv3 + inv4\neng =~ eng1 + eng2 + eng3 + eng4"
likert <- read.csv("data/likert.csv")
three <- likert
three[items] <- lapply(likert[items], function(x) c(1, 1, 2, 2, 3)[x])
two <- likert
two[items] <- lapply(likert[items], function(x) as.integer(x > 3))
kinds <- c("thresholds", "loadings", "intercepts", "residuals")

syntax <- function(data, equal, partial) {
  args <- list(model, data = data, ordered = items, parameterization = "theta", ID.fac = "std.lv",
    ID.cat = "Wu.Estabrook.2016", group = "sex", group.equal = if (equal) kinds[1:equal] else "")
  if (length(partial)) args$group.partial <- partial
  as.character(do.call(measEq.syntax, args))
}

fitted <- function(data, equal, partial = character(0), edit = identity) {
  cfa(edit(syntax(data, equal, partial)), data, group = "sex", ordered = items, parameterization = "theta")
}

told <- function(fit, equal, partial) {
  table <- parTable(fit)
  own <- subset(table, group == 2 & (op == "~1" | op == "~~" & lhs == rhs) & lhs %in% items)
  list(equal = if (equal) kinds[1:equal] else list(), partial = as.list(partial),
    df = fitMeasures(fit, "df")[[1]], chisq = fitMeasures(fit, "chisq.scaled")[[1]],
    second = data.frame(lhs = own$lhs, op = own$op, rhs = own$rhs, est = own$est, free = own$free > 0))
}

cases <- list(
  list(2, "inv =~ inv3"), list(3, "inv2 ~ 1"), list(3, c("inv =~ inv3", "inv3 ~ 1")), list(3, c("inv1 | t2", "eng4 ~ 1")),
  list(4, c("inv2 ~ 1", "eng3 ~~ eng3")), list(4, c("inv =~ inv3", "inv3 ~ 1", "inv3 ~~ inv3"))
)
five <- lapply(cases, function(case) told(fitted(likert, case[[1]], case[[2]]), case[[1]], case[[2]]))

scalar <- modindices(fitted(likert, 3))
strict <- modindices(fitted(likert, 4))
scores <- list(
  intercepts = subset(scalar, group == 2 & op == "~1" & lhs %in% items)[, c("lhs", "mi")],
  residuals = subset(strict, group == 2 & op == "~~" & lhs == rhs & lhs %in% items)[, c("lhs", "mi")]
)

test <- function(wide, tight) {
  t <- lavTestLRT(wide, tight)
  list(chisq_diff = t[["Chisq diff"]][2], df_diff = t[["Df diff"]][2], pvalue = t[["Pr(>Chisq)"]][2])
}
ladder <- function(fits) list(
  df = sapply(fits, function(f) fitMeasures(f, "df")[[1]]), chisq = sapply(fits, function(f) fitMeasures(f, "chisq.scaled")[[1]]),
  tests = lapply(seq_along(fits)[-1], function(i) test(fits[[i - 1]], fits[[i]]))
)
# semTools gives a binary item whose intercept differs the unit 1, which is not nested in any step: here its unit stays free
loose <- function(text) sub("inv2 ~~ c(1, 1)*inv2", "inv2 ~~ c(1, NA)*inv2", text, fixed = TRUE)
released <- fitted(two, 3, "inv2 ~ 1", loose)
binary <- c(ladder(list(fitted(two, 0), fitted(two, 3), fitted(two, 4))),
  list(released = c(list(df = fitMeasures(released, "df")[[1]], chisq = fitMeasures(released, "chisq.scaled")[[1]]),
    test = list(test(released, fitted(two, 3))))))
answer <- list(software = paste("lavaan", packageVersion("lavaan"), "semTools", packageVersion("semTools")), model = model, five = five,
  scores = scores, three = list(df = sapply(0:4, function(k) fitMeasures(fitted(three, k), "df")[[1]]),
    ladder = ladder(list(fitted(three, 0), fitted(three, 2), fitted(three, 3), fitted(three, 4)))), binary = binary)
write(toJSON(answer, auto_unbox = TRUE, digits = 10, pretty = TRUE), "ordinal_partial.json")
