# Answers of lavaan to the models with a method factor and to the CFA marker technique, for tests/assessment/test_common_method.py.
# Run in this folder: Rscript make_common_method.R. Writes common_method_lavaan.json. The items of `tru` play the marker; the numbers matter, not the sense.
suppressMessages(library(lavaan))
library(jsonlite)

data <- read.csv("data/likert.csv")
model <- "inv =~ inv1 + inv2 + inv3 + inv4
eng =~ eng1 + eng2 + eng3 + eng4
coc =~ coc1 + coc2 + coc3 + coc4
loy =~ loy1 + loy2 + loy3 + loy4"
items <- c(paste0("inv", 1:4), paste0("eng", 1:4), paste0("coc", 1:4), paste0("loy", 1:4))
factors <- c("inv", "eng", "coc", "loy")
zero <- paste0("method ~~ 0*", factors, collapse = "\n")
texts <- list(
  as_stated = model,
  single_factor = paste("single =~", paste(items, collapse = " + ")),
  method_equal = paste(model, paste("method =~", paste0("1*", items, collapse = " + ")), "method ~~ method", zero, sep = "\n"),
  method_free = paste(model, paste("method =~ NA*inv1 +", paste(items[-1], collapse = " + ")), "method ~~ 1*method", zero, sep = "\n")
)
answers <- function(fit) {
  list(fit = as.list(fitMeasures(fit, c("chisq", "df", "pvalue", "cfi", "rmsea", "srmr", "aic"))),
    std = with(subset(standardizedSolution(fit), op %in% c("=~", "~~") & lhs != rhs & !(lhs %in% items)), setNames(as.list(est.std), paste(lhs, op, rhs))))
}
fits <- lapply(texts, sem, data = data)

# the marker technique
marker <- paste0("tru", 1:3)
cfa0 <- cfa(paste(model, "marker =~ tru1 + tru2 + tru3", sep = "\n"), data, std.lv = TRUE)
value <- function(lhs, op, rhs) { p <- parameterEstimates(cfa0); p$est[p$lhs == lhs & p$op == op & p$rhs == rhs] }
fixed <- paste(model,
  paste("marker =~", paste0(sprintf("%.15f", sapply(marker, function(i) value("marker", "=~", i))), "*", marker, collapse = " + ")),
  paste0(marker, " ~~ ", sprintf("%.15f", sapply(marker, function(i) value(i, "~~", i))), "*", marker, collapse = "\n"),
  paste0("marker ~~ 0*", factors, collapse = "\n"), sep = "\n")
base <- cfa(fixed, data, std.lv = TRUE)
text_c <- paste(fixed, paste("marker =~", paste0("m*", items, collapse = " + ")), sep = "\n")
text_u <- paste(fixed, paste("marker =~", paste(items, collapse = " + ")), sep = "\n")
fit_c <- cfa(text_c, data, std.lv = TRUE)
fit_u <- cfa(text_u, data, std.lv = TRUE)
pairs <- combn(factors, 2)
est <- parameterEstimates(base)
held <- apply(pairs, 2, function(p) sprintf("%s ~~ %.15f*%s", p[1], est$est[est$lhs == p[1] & est$op == "~~" & est$rhs == p[2]], p[2]))
restricted <- function(text) cfa(paste(text, paste(held, collapse = "\n"), sep = "\n"), data, std.lv = TRUE)
fits <- c(fits, list(marker_cfa = cfa0, marker_baseline = base, marker_constrained = fit_c, marker_unconstrained = fit_u,
  restricted_of_c = restricted(text_c), restricted_of_u = restricted(text_u)))
R <- cor(sapply(factors, function(f) rowMeans(data[grep(paste0("^", f), names(data))])))
# phase II: shares of the variance of the summed standardized items; phase III: method loadings at the far ends of their intervals
share <- function(fit, factor) {
  s <- standardizedSolution(fit)
  own <- s$est.std[s$op == "=~" & s$lhs == factor]
  names <- s$rhs[s$op == "=~" & s$lhs == factor]
  method <- s$est.std[s$op == "=~" & s$lhs == "marker"][match(names, s$rhs[s$op == "=~" & s$lhs == "marker"])]
  method[is.na(method)] <- 0
  error <- sapply(names, function(i) s$est.std[s$op == "~~" & s$lhs == i & s$rhs == i])
  c(sum(own)^2, sum(method)^2) / (sum(own)^2 + sum(method)^2 + sum(error))
}
extreme <- function(level) {
  p <- subset(parameterEstimates(fit_u, level = level), op == "=~" & lhs == "marker" & rhs %in% items)
  ends <- ifelse(p$est < 0, p$ci.lower, p$ci.upper)
  cfa(paste(fixed, paste("marker =~", paste0(sprintf("%.15f", ends), "*", p$rhs, collapse = " + ")), sep = "\n"), data, std.lv = TRUE)
}
phases <- list(total = lapply(setNames(factors, factors), function(f) share(base, f)[1]),
  parts = lapply(setNames(factors, factors), function(f) share(fit_u, f)),
  sensitive = lapply(list(marker_sensitive_95 = .95, marker_sensitive_99 = .99), function(l) {
    fit <- extreme(l); list(chisq = fitMeasures(fit, "chisq")[[1]], cor = lavInspect(fit, "cor.lv")[factors, factors]) }))
answer <- list(phases = phases, software = paste("lavaan", packageVersion("lavaan")), model = model, models = lapply(fits, answers),
  first_component = eigen(cor(data[items]))$values[1] / length(items),
  vif_scores = as.list(setNames(diag(solve(R)), factors)),
  vif_factors = as.list(diag(solve(lavInspect(fits$as_stated, "cor.lv")))))
write(toJSON(answer, auto_unbox = TRUE, digits = 10, pretty = TRUE), "common_method_lavaan.json")
